"""Who may do and see what: one table of operations, one of the parts of a case, `require` and `may`."""

from enum import StrEnum, auto

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from workflow.errors import NotAllowed, NotFound, OwnCase
from workflow.models import (
    ApprovalStep,
    Employee,
    Entry,
    InboxRow,
    Judge,
    Mentorship,
    PromotionCase,
    Recusal,
    ReviewRequest,
    RoleHolding,
    Seat,
    StageRound,
    Task,
)
from workflow.superiors import line_above, people_below
from workflow.vocabulary import CONFIDENTIAL_TASKS, Role, Stage


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
    READ_OWN_INBOX = auto()
    LIST_CASES = auto()
    READ_CASE = auto()
    NOMINATE = auto()
    SUBMIT_NOMINATION = auto()
    REVISE_NOMINATION = auto()
    WITHDRAW = auto()
    APPROVE = auto()
    WAIVE = auto()
    READ_REVIEW_REQUEST = auto()
    FILL_IN_REVIEW = auto()
    READ_REVIEW_OUTCOME = auto()
    RESCUE_REVIEW = auto()
    READ_COMPETITIONS = auto()
    RUN_COMPETITION = auto()
    SCORE = auto()
    READ_COMMITTEES = auto()
    SEAT_COMMITTEE = auto()
    RECUSE = auto()
    OPEN_BALLOT = auto()
    CAST_BALLOT = auto()
    READ_VOTE = auto()
    RECORD_DECISION = auto()
    READ_NOTICES = auto()
    NAME_MENTOR = auto()
    READ_MENTORSHIP = auto()
    AGREE_PLAN = auto()
    CHECK_IN = auto()
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
    Operation.READ_OWN_INBOX: frozenset({R.EVERYBODY}),
    Operation.LIST_CASES: frozenset({R.EVERYBODY}),
    Operation.READ_CASE: _SEE_PLACE,
    Operation.NOMINATE: frozenset({R.EVERYBODY}),
    Operation.SUBMIT_NOMINATION: frozenset({R.NOMINATOR}),
    Operation.REVISE_NOMINATION: frozenset({R.NOMINATOR}),
    Operation.WITHDRAW: frozenset({R.CANDIDATE, R.HR}),
    Operation.APPROVE: frozenset({R.APPROVER, R.HOLDER, R.HR}),
    Operation.WAIVE: frozenset({R.HR}),
    Operation.READ_REVIEW_REQUEST: frozenset({R.EVERYBODY}),
    Operation.FILL_IN_REVIEW: frozenset({R.RATER, R.CANDIDATE}),  # candidates assess themselves
    Operation.READ_REVIEW_OUTCOME: frozenset({R.CANDIDATE, R.SUPERIOR, R.MEMBER, R.MENTOR, R.HR, R.AUDITOR}),
    Operation.RESCUE_REVIEW: frozenset({R.HR}),
    Operation.READ_COMPETITIONS: frozenset({R.EVERYBODY}),
    Operation.RUN_COMPETITION: frozenset({R.HR}),
    Operation.SCORE: frozenset({R.JUDGE}),
    Operation.READ_COMMITTEES: frozenset({R.EVERYBODY}),
    Operation.SEAT_COMMITTEE: frozenset({R.HR}),
    Operation.RECUSE: frozenset({R.MEMBER}),
    Operation.OPEN_BALLOT: frozenset({R.MEMBER}),
    Operation.CAST_BALLOT: frozenset({R.MEMBER}),
    Operation.READ_VOTE: frozenset({R.CANDIDATE, R.SUPERIOR, R.MEMBER, R.HR, R.AUDITOR}),
    Operation.RECORD_DECISION: frozenset({R.MEMBER}),
    Operation.READ_NOTICES: frozenset({R.EVERYBODY}),
    Operation.NAME_MENTOR: frozenset({R.HR}),
    Operation.READ_MENTORSHIP: frozenset({R.CANDIDATE, R.SUPERIOR, R.MENTOR, R.HOLDER, R.HR, R.AUDITOR}),
    Operation.AGREE_PLAN: frozenset({R.CANDIDATE, R.MENTOR}),
    Operation.CHECK_IN: frozenset({R.CANDIDATE, R.MENTOR}),
    Operation.CLOSE_MENTORING: frozenset({R.HOLDER, R.SUPERIOR, R.HR}),
    Operation.SUBSCRIBE: frozenset({R.HR, R.ADMIN}),
    Operation.READ_STUCK: frozenset({R.HR}),
    Operation.RETRY: frozenset({R.HR}),
}


class Part(StrEnum):
    """Parts of a case that are shown or withheld as a whole."""

    PLACE = auto()
    NOMINATION = auto()
    CHECKLIST = auto()
    TIMELINE = auto()
    REVIEW_OUTCOME = auto()
    TALLY = auto()
    MENTORSHIP = auto()
    INTERNAL_REASON = auto()


_ALWAYS: dict[Part, frozenset[Relation]] = {
    Part.PLACE: _SEE_PLACE,
    Part.NOMINATION: _SEE_PLACE - {R.MENTOR},
    Part.CHECKLIST: _SEE_PLACE - {R.JUDGE},
    Part.TIMELINE: _SEE_PLACE - {R.JUDGE},
    Part.REVIEW_OUTCOME: frozenset({R.MEMBER, R.HR, R.AUDITOR}),
    Part.TALLY: frozenset({R.MEMBER, R.HR, R.AUDITOR}),
    Part.MENTORSHIP: frozenset({R.CANDIDATE, R.SUPERIOR, R.MENTOR, R.HOLDER, R.HR, R.AUDITOR}),
    Part.INTERNAL_REASON: frozenset({R.HR, R.AUDITOR}),
}
_AFTER_RELEASE: dict[Part, frozenset[Relation]] = {
    Part.REVIEW_OUTCOME: frozenset({R.CANDIDATE, R.SUPERIOR}),
    Part.TALLY: frozenset({R.CANDIDATE, R.SUPERIOR}),
}
_AFTER_EFFECT: dict[Part, frozenset[Relation]] = {Part.REVIEW_OUTCOME: frozenset({R.MENTOR})}
RELEASED = frozenset(_AFTER_RELEASE)  # parts whose readers may have to wait for the decision
_ROLES = {Role.HR: R.HR, Role.AUDITOR: R.AUDITOR, Role.ADMIN: R.ADMIN}


def roles_of(db: Session, person: Employee) -> frozenset[Relation]:
    """What a person is to the organisation, whatever the case."""
    held = db.scalars(select(RoleHolding.role).where(RoleHolding.employee_id == person.id))
    return frozenset({R.EVERYBODY, R.ANYBODY} | {_ROLES[role] for role in held})


def relations(db: Session, person: Employee, case: PromotionCase) -> frozenset[Relation]:
    """What a person is to one case; candidates and their rivals are nothing else to it."""
    everybody = frozenset({R.EVERYBODY, R.ANYBODY})
    if person.id == case.candidate_id:
        own = {R.CANDIDATE} | ({R.NOMINATOR} if case.author_id == person.id else set())
        return everybody | own
    tests = _tests(person.id, case)
    row = db.execute(select(*(test.label(name) for name, test in tests.items()))).mappings().one()
    if row["rival"]:
        return everybody
    found = {Relation(name) for name, is_true in row.items() if is_true and name != "rival"}
    return everybody | found


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
    others = or_(_is_staff(person_id), *(test for name, test in _links(person_id).items() if name != R.RATER))
    return or_(
        case.candidate_id == person_id, and_(others, ~_is_rival(person_id), case.candidate_id != person_id)
    )


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
    """In office on the day the case came before the committee, and not recused."""
    case = PromotionCase
    came_on = func.date(StageRound.opened_at)
    seated = exists().where(
        Seat.committee_id == case.committee_id,
        Seat.employee_id == person_id,
        StageRound.id == case.round_id,
        Seat.from_on <= came_on,
        Seat.until_on >= came_on,
    )
    recused = exists().where(Recusal.case_id == case.id, Recusal.employee_id == person_id)
    return and_(case.stage == Stage.COMMITTEE, seated, ~recused)


def _is_rival(person_id: int) -> ColumnElement[bool]:
    """Wants the same contested post at present, or has stood in the same competition."""
    case, own = PromotionCase, aliased(PromotionCase)
    entry, own_entry = aliased(Entry), aliased(Entry)
    # Said in words, because what stands two levels further out is not correlated by itself.
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
