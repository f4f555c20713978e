"""Who may do and see what: one table of operations, one of the parts of a case, `require` and `may`."""

from enum import StrEnum, auto

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from workflow.errors import NotAllowed, NotFound, OwnCase
from workflow.models import (
    ApprovalStep,
    Elector,
    Employee,
    Entry,
    InboxRow,
    Judge,
    Mentorship,
    Objection,
    PromotionCase,
    Recusal,
    ReviewRequest,
    RoleHolding,
    Seat,
    StageRound,
    Task,
    Vote,
)
from workflow.superiors import line_above, people_below
from workflow.vocabulary import CHAIRS_TASKS, CONFIDENTIAL_TASKS, Nominator, Role, Stage


class Relation(StrEnum):
    """How a person stands to the organisation and to one case."""

    EVERYBODY = auto()
    ANYBODY = auto()  # not even signed in
    HR = auto()
    AUDITOR = auto()
    ADMIN = auto()
    CANDIDATE = auto()
    NOMINATOR = auto()
    SUPERIOR = auto()
    APPROVER = auto()
    RATER = auto()
    JUDGE = auto()
    MEMBER = auto()
    MENTOR = auto()
    HOLDER = auto()  # has an open task on the case, other than a secret one
    ONLOOKER = auto()  # anybody, while the case is on public notice
    OBJECTOR = auto()  # has objected to a decision on the case


R = Relation
_SEE_PLACE = frozenset(
    {R.HR, R.AUDITOR, R.CANDIDATE, R.NOMINATOR, R.SUPERIOR, R.APPROVER, R.JUDGE, R.MEMBER, R.MENTOR, R.HOLDER}
)


class Operation(StrEnum):
    """Everything that can be asked of the service; a route names exactly one."""

    SIGN_IN = auto()
    READ_HEALTH = auto()
    READ_DESCRIPTION = auto()
    MANAGE_OWN_ACCESS = auto()
    READ_ORGANISATION = auto()
    READ_CRITERIA = auto()
    PUBLISH_CRITERIA = auto()
    READ_CYCLES = auto()
    OPEN_CYCLE = auto()
    CHECK_CYCLE = auto()
    READ_OWN_INBOX = auto()
    LIST_CASES = auto()
    READ_CASE = auto()
    NOMINATE = auto()
    SUBMIT_NOMINATION = auto()
    REVISE_NOMINATION = auto()
    CONSENT = auto()
    OPT_OUT = auto()
    CORRECT_DATA = auto()
    COMPLETE_DATA = auto()
    WITHDRAW = auto()
    APPROVE = auto()
    WAIVE = auto()
    READ_REVIEW_REQUEST = auto()
    FILL_IN_REVIEW = auto()
    READ_REVIEW_OUTCOME = auto()
    ANSWER_BY_LINK = auto()
    RESCUE_REVIEW = auto()
    KEEP_CONTACTS = auto()
    OBJECT_TO_RATER = auto()
    READ_RATER_OBJECTIONS = auto()
    DECIDE_RATER_OBJECTION = auto()
    READ_COMPETITIONS = auto()
    RUN_COMPETITION = auto()
    SCORE = auto()
    READ_COMMITTEES = auto()
    SEAT_COMMITTEE = auto()
    READ_AGENDA = auto()
    REFER_TO_COMMITTEE = auto()
    RECUSE = auto()
    OPEN_BALLOT = auto()
    CAST_BALLOT = auto()
    READ_VOTE = auto()
    READ_BALLOT_REASONS = auto()
    RECORD_DECISION = auto()
    READ_DECISIONS = auto()
    RELEASE_DECISIONS = auto()
    CALL_UP = auto()
    READ_NOTICES = auto()
    OBJECT = auto()
    READ_OBJECTIONS = auto()
    DECIDE_OBJECTION = auto()
    READ_LETTERS = auto()
    ACKNOWLEDGE_LETTER = auto()
    NAME_MENTOR = auto()
    REFUSE_MENTORSHIP = auto()
    READ_MENTORSHIP = auto()
    ACKNOWLEDGE_DUTIES = auto()
    AGREE_PLAN = auto()
    NOTE_PROGRESS = auto()
    CHECK_IN = auto()
    CHECK_PERFORMANCE = auto()
    CLOSE_MENTORING = auto()
    SUBSCRIBE = auto()
    READ_STUCK = auto()
    RETRY = auto()


# Relations that may see the object at all; who acts on it is said by the task each act needs.
ALLOWED: dict[Operation, frozenset[Relation]] = {
    Operation.SIGN_IN: frozenset({R.ANYBODY}),
    Operation.READ_HEALTH: frozenset({R.ANYBODY}),
    Operation.READ_DESCRIPTION: frozenset({R.ANYBODY}),
    Operation.MANAGE_OWN_ACCESS: frozenset({R.EVERYBODY}),
    Operation.READ_ORGANISATION: frozenset({R.EVERYBODY}),
    Operation.READ_CRITERIA: frozenset({R.EVERYBODY}),
    Operation.PUBLISH_CRITERIA: frozenset({R.HR}),
    Operation.READ_CYCLES: frozenset({R.EVERYBODY}),
    Operation.OPEN_CYCLE: frozenset({R.HR}),
    Operation.CHECK_CYCLE: frozenset({R.HR}),
    Operation.READ_OWN_INBOX: frozenset({R.EVERYBODY}),
    Operation.LIST_CASES: frozenset({R.EVERYBODY}),
    Operation.READ_CASE: _SEE_PLACE,
    Operation.NOMINATE: frozenset({R.EVERYBODY}),
    Operation.SUBMIT_NOMINATION: frozenset({R.NOMINATOR}),
    Operation.REVISE_NOMINATION: frozenset({R.NOMINATOR}),
    Operation.CONSENT: frozenset({R.CANDIDATE}),
    Operation.OPT_OUT: frozenset({R.CANDIDATE}),
    Operation.CORRECT_DATA: frozenset({R.EVERYBODY}),
    Operation.COMPLETE_DATA: frozenset({R.HR}),
    Operation.WITHDRAW: frozenset({R.CANDIDATE, R.HR}),
    Operation.APPROVE: frozenset({R.APPROVER, R.HOLDER, R.HR}),
    Operation.WAIVE: frozenset({R.HR}),
    Operation.READ_REVIEW_REQUEST: frozenset({R.EVERYBODY}),
    Operation.FILL_IN_REVIEW: frozenset({R.RATER, R.CANDIDATE}),  # candidates assess themselves
    Operation.READ_REVIEW_OUTCOME: frozenset({R.CANDIDATE, R.SUPERIOR, R.MEMBER, R.MENTOR, R.HR, R.AUDITOR}),
    Operation.ANSWER_BY_LINK: frozenset({R.ANYBODY}),  # who holds the signed link is its customer
    Operation.RESCUE_REVIEW: frozenset({R.HR}),
    Operation.KEEP_CONTACTS: frozenset({R.HR}),
    Operation.OBJECT_TO_RATER: frozenset({R.CANDIDATE}),
    Operation.READ_RATER_OBJECTIONS: frozenset({R.CANDIDATE, R.HR, R.AUDITOR}),
    Operation.DECIDE_RATER_OBJECTION: frozenset({R.HR}),
    Operation.READ_COMPETITIONS: frozenset({R.EVERYBODY}),
    Operation.RUN_COMPETITION: frozenset({R.HR}),
    Operation.SCORE: frozenset({R.JUDGE}),
    Operation.READ_COMMITTEES: frozenset({R.EVERYBODY}),
    Operation.SEAT_COMMITTEE: frozenset({R.HR}),
    Operation.READ_AGENDA: frozenset({R.EVERYBODY}),  # the agenda is shown to members, HR and auditors
    Operation.REFER_TO_COMMITTEE: frozenset({R.HR}),
    Operation.RECUSE: frozenset({R.MEMBER}),
    Operation.OPEN_BALLOT: frozenset({R.MEMBER}),
    Operation.CAST_BALLOT: frozenset({R.MEMBER}),
    Operation.READ_VOTE: frozenset({R.CANDIDATE, R.SUPERIOR, R.MEMBER, R.HR, R.AUDITOR}),
    Operation.READ_BALLOT_REASONS: frozenset({R.MEMBER}),
    Operation.RECORD_DECISION: frozenset({R.MEMBER}),
    Operation.READ_DECISIONS: frozenset({R.HR, R.AUDITOR}),
    Operation.RELEASE_DECISIONS: frozenset({R.HR}),
    Operation.CALL_UP: frozenset({R.HR}),
    Operation.READ_NOTICES: frozenset({R.EVERYBODY}),
    Operation.OBJECT: frozenset({R.ONLOOKER}),
    Operation.READ_OBJECTIONS: frozenset({R.HR, R.AUDITOR, R.OBJECTOR}),
    Operation.DECIDE_OBJECTION: frozenset({R.HR}),
    Operation.READ_LETTERS: frozenset({R.CANDIDATE, R.HR, R.AUDITOR}),
    Operation.ACKNOWLEDGE_LETTER: frozenset({R.CANDIDATE}),
    Operation.NAME_MENTOR: frozenset({R.HR}),
    Operation.REFUSE_MENTORSHIP: frozenset({R.MENTOR}),
    Operation.READ_MENTORSHIP: frozenset({R.CANDIDATE, R.SUPERIOR, R.MENTOR, R.HOLDER, R.HR, R.AUDITOR}),
    Operation.ACKNOWLEDGE_DUTIES: frozenset({R.CANDIDATE}),
    Operation.AGREE_PLAN: frozenset({R.CANDIDATE, R.MENTOR}),
    Operation.NOTE_PROGRESS: frozenset({R.CANDIDATE, R.MENTOR}),
    Operation.CHECK_IN: frozenset({R.CANDIDATE, R.MENTOR}),
    Operation.CHECK_PERFORMANCE: frozenset({R.HOLDER, R.SUPERIOR, R.HR}),
    Operation.CLOSE_MENTORING: frozenset({R.HOLDER, R.SUPERIOR, R.HR}),
    Operation.SUBSCRIBE: frozenset({R.HR, R.ADMIN}),
    Operation.READ_STUCK: frozenset({R.HR}),
    Operation.RETRY: frozenset({R.HR}),
}


class Part(StrEnum):
    """Parts of a case that are shown or withheld as a whole."""

    PLACE = auto()
    NOMINATION = auto()
    APPROVAL_REASONS = auto()
    CHECKLIST = auto()
    TIMELINE = auto()
    REVIEW_OUTCOME = auto()
    TALLY = auto()
    OBJECTIONS = auto()
    MENTORSHIP = auto()
    INTERNAL_REASON = auto()
    RATER_OBJECTIONS = auto()


_ALWAYS: dict[Part, frozenset[Relation]] = {
    Part.PLACE: _SEE_PLACE,
    Part.NOMINATION: _SEE_PLACE - {R.MENTOR},
    Part.APPROVAL_REASONS: frozenset({R.APPROVER, R.HR, R.AUDITOR}),
    Part.CHECKLIST: _SEE_PLACE - {R.JUDGE},
    Part.TIMELINE: _SEE_PLACE - {R.JUDGE},
    Part.REVIEW_OUTCOME: frozenset({R.MEMBER, R.HR, R.AUDITOR}),
    Part.TALLY: frozenset({R.MEMBER, R.HR, R.AUDITOR}),
    Part.MENTORSHIP: frozenset({R.CANDIDATE, R.SUPERIOR, R.MENTOR, R.HOLDER, R.HR, R.AUDITOR}),
    Part.OBJECTIONS: frozenset({R.HR, R.AUDITOR}),
    Part.INTERNAL_REASON: frozenset({R.HR, R.AUDITOR}),
    Part.RATER_OBJECTIONS: frozenset({R.CANDIDATE, R.HR, R.AUDITOR}),
}
_AFTER_RELEASE: dict[Part, frozenset[Relation]] = {
    Part.APPROVAL_REASONS: frozenset({R.CANDIDATE, R.NOMINATOR, R.SUPERIOR}),
    Part.REVIEW_OUTCOME: frozenset({R.CANDIDATE, R.SUPERIOR}),
    Part.TALLY: frozenset({R.CANDIDATE, R.SUPERIOR}),
}
_AFTER_EFFECT: dict[Part, frozenset[Relation]] = {Part.REVIEW_OUTCOME: frozenset({R.MENTOR})}
RELEASED = frozenset(_AFTER_RELEASE)  # parts whose readers may have to wait for the decision
_UNSEEING = frozenset({R.RATER, R.OBJECTOR})  # they know of the case and see nothing of it
_ROLES = {Role.HR: R.HR, Role.AUDITOR: R.AUDITOR, Role.ADMIN: R.ADMIN}


def roles_of(db: Session, person: Employee) -> frozenset[Relation]:
    """What a person is to the organisation, whatever the case."""
    held = db.scalars(select(RoleHolding.role).where(RoleHolding.employee_id == person.id))
    return frozenset({R.EVERYBODY, R.ANYBODY} | {_ROLES[role] for role in held})


def relations(db: Session, person: Employee, case: PromotionCase) -> frozenset[Relation]:
    """What a person is to one case; candidates are nothing else to it, and rivals may only object."""
    everybody = frozenset({R.EVERYBODY, R.ANYBODY})
    if person.id == case.candidate_id:
        own = {R.CANDIDATE} | ({R.NOMINATOR} if case.author_id == person.id else set())
        return everybody | own
    if case.is_private:
        return everybody | ({R.NOMINATOR} if case.nominated_by_id == person.id else set())
    if case.stage is Stage.NOTICE:
        everybody |= {R.ONLOOKER}
    tests = _tests(person.id, case)
    row = db.execute(select(*(test.label(name) for name, test in tests.items()))).mappings().one()
    found = {Relation(name) for name, is_true in row.items() if is_true and name != "rival"}
    return everybody | (found & {R.OBJECTOR} if row["rival"] else found)


def require(
    db: Session, person: Employee, operation: Operation, case: PromotionCase | None = None
) -> frozenset[Relation]:
    """The person's relations, if one of them allows the operation.

    Raises NotFound to whoever may not see the case, and NotAllowed to whoever sees it but may not act.
    """
    mine = roles_of(db, person) if case is None else relations(db, person, case)
    if mine & ALLOWED[operation]:
        return mine
    if case is not None and not mine & (_SEE_PLACE | {R.RATER}):
        raise NotFound(kind="case")
    if R.CANDIDATE in mine:
        raise OwnCase(operation=operation)
    raise NotAllowed(operation=operation)


def visible_parts(mine: frozenset[Relation], case: PromotionCase) -> frozenset[Part]:
    """The parts of a case a person with these relations may see now."""
    is_released = case.released_at is not None
    is_in_effect = case.stage in (Stage.MENTORING, Stage.COMPLETED, Stage.REVERTED)
    return frozenset(
        part
        for part, always in _ALWAYS.items()
        if mine & always
        or (is_released and mine & _AFTER_RELEASE.get(part, frozenset()))
        or (is_in_effect and mine & _AFTER_EFFECT.get(part, frozenset()))
    )


def visible_cases(person_id: int) -> ColumnElement[bool]:
    """Condition on PromotionCase: the cases of which a person may see where they stand."""
    case = PromotionCase
    others = or_(
        _is_staff(person_id), *(test for name, test in _links(person_id).items() if name not in _UNSEEING)
    )
    is_told = or_(is_open_to_others(), case.nominated_by_id == person_id)
    return or_(
        case.candidate_id == person_id,
        and_(others, is_told, ~_is_rival(person_id), case.candidate_id != person_id),
    )


def is_open_to_others() -> ColumnElement[bool]:
    """Condition on PromotionCase: others than candidate and nominator may know of it."""
    return or_(PromotionCase.nominated_as != Nominator.PEER, PromotionCase.consented_at.is_not(None))


def sees_tally(person_id: int) -> ColumnElement[bool]:
    """Condition on PromotionCase, of whoever may see it: he need not wait for the tally's release."""
    is_own = PromotionCase.candidate_id == person_id
    return and_(or_(_is_staff(person_id), _is_member(person_id)), ~is_own)


def _is_staff(person_id: int) -> ColumnElement[bool]:
    return exists().where(RoleHolding.employee_id == person_id, RoleHolding.role.in_((Role.HR, Role.AUDITOR)))


def _tests(person_id: int, case: PromotionCase) -> dict[str, ColumnElement[bool]]:
    of_case = select(1).where(PromotionCase.id == case.id)
    line = line_above(case.candidate_id).subquery()
    linked = {**_links(person_id), "rival": _is_rival(person_id)}
    linked[R.SUPERIOR] = exists().where(line.c.id == person_id)
    tests: dict[str, ColumnElement[bool]] = {
        str(name): of_case.where(test).exists() for name, test in linked.items()
    }
    for role, relation in _ROLES.items():
        tests[str(relation)] = exists().where(RoleHolding.employee_id == person_id, RoleHolding.role == role)
    return tests


def _links(person_id: int) -> dict[str, ColumnElement[bool]]:
    case = PromotionCase
    return {
        R.NOMINATOR: case.nominated_by_id == person_id,
        R.SUPERIOR: _is_above(person_id),
        R.APPROVER: exists().where(
            ApprovalStep.round_id == case.round_id, ApprovalStep.approver_id == person_id
        ),
        R.RATER: exists().where(ReviewRequest.round_id == case.round_id, ReviewRequest.rater_id == person_id),
        R.JUDGE: exists().where(
            Entry.case_id == case.id,
            Judge.competition_id == Entry.competition_id,
            Judge.employee_id == person_id,
        ),
        R.MEMBER: _is_member(person_id),
        R.OBJECTOR: exists().where(Objection.case_id == case.id, Objection.objector_id == person_id),
        R.MENTOR: exists().where(Mentorship.case_id == case.id, Mentorship.mentor_id == person_id),
        R.HOLDER: exists().where(
            InboxRow.person_id == person_id,
            InboxRow.task_id == Task.id,
            Task.case_id == case.id,
            Task.kind.not_in(CONFIDENTIAL_TASKS),
        ),
    }


def _is_above(person_id: int) -> ColumnElement[bool]:
    return PromotionCase.candidate_id.in_(people_below(person_id))


def _is_member(person_id: int) -> ColumnElement[bool]:
    """Not recused, and in office when the case came, on the register of its vote or asked as its chair."""
    case = PromotionCase
    came_on = func.date(StageRound.opened_at)
    seated = exists().where(
        Seat.committee_id == case.committee_id,
        Seat.employee_id == person_id,
        ~Seat.is_alternate,
        StageRound.id == case.round_id,
        Seat.from_on <= came_on,
        Seat.until_on >= came_on,
    )
    entitled = exists().where(
        Vote.round_id == case.round_id, Elector.vote_id == Vote.id, Elector.employee_id == person_id
    )
    chairs = exists().where(
        InboxRow.person_id == person_id,
        InboxRow.task_id == Task.id,
        Task.round_id == case.round_id,
        Task.kind.in_(CHAIRS_TASKS),
    )
    recused = exists().where(Recusal.case_id == case.id, Recusal.employee_id == person_id)
    return and_(case.stage == Stage.COMMITTEE, or_(seated, entitled, chairs), ~recused)


def _is_rival(person_id: int) -> ColumnElement[bool]:
    """Wants the same contested post at present, or has stood in the same competition."""
    case, own = PromotionCase, aliased(PromotionCase)
    entry, own_entry = aliased(Entry), aliased(Entry)
    met_in_contest = (
        exists()
        .where(
            entry.case_id == case.id,
            own_entry.competition_id == entry.competition_id,
            own_entry.case_id == own.id,
        )
        .correlate(case, own)
    )
    wants_the_same = and_(
        case.is_contested,
        own.ended_at.is_(None),
        own.target_post == case.target_post,
        own.target_level == case.target_level,
        own.target_track == case.target_track,
    )
    return exists().where(
        own.candidate_id == person_id, own.id != case.id, or_(wants_the_same, met_in_contest)
    )
