"""Who may do and see what: one table of operations, one of the parts of a case, and `require`."""

from enum import StrEnum, auto

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.errors import NotAllowed, NotFound, OwnCase
from workflow.kept_apart import are_apart
from workflow.models import Employee, PromotionCase
from workflow.operations import Operation as Operation  # noqa: PLC0414 -- it is read from here
from workflow.prepared import Question
from workflow.relations import Relation, asked_of, is_running, relations, roles_of
from workflow.vocabulary import Stage

R = Relation
_SEE_PLACE = frozenset(
    {
        *(R.HR, R.AUDITOR, R.CANDIDATE, R.NOMINATOR, R.SUPERIOR, R.APPROVER),
        *(R.JUDGE, R.MEMBER, R.MENTOR, R.HOLDER, R.COPIED, R.ADMITTED),
    }
)


# Relations that may see the object at all; who acts on it is said by the task each act needs.
ALLOWED: dict[Operation, frozenset[Relation]] = {
    Operation.SIGN_IN: frozenset({R.ANYBODY}),
    Operation.RESET_PASSWORD: frozenset({R.ANYBODY}),  # who holds the link in the mail is its reader
    Operation.END_DIGESTS: frozenset({R.ANYBODY}),  # who holds the link in the digest is its reader
    Operation.READ_CALENDAR_FEED: frozenset({R.ANYBODY}),  # whoever knows the address is its owner
    Operation.READ_HEALTH: frozenset({R.ANYBODY}),
    Operation.READ_DESCRIPTION: frozenset({R.ANYBODY}),
    # Of themselves they show and do nothing: what stands on them is asked of the operations below.
    Operation.READ_PAGES: frozenset({R.EVERYBODY}),
    Operation.ACT_BY_PAGE: frozenset({R.EVERYBODY}),
    Operation.PROVE_ONESELF: frozenset({R.EVERYBODY}),
    Operation.MANAGE_OWN_ACCESS: frozenset({R.EVERYBODY}),
    Operation.CHOOSE_MAILS: frozenset({R.EVERYBODY}),
    Operation.EXPORT_OWN_DATA: frozenset({R.EVERYBODY}),
    Operation.SECURE_OWN_ACCESS: frozenset({R.EVERYBODY}),  # secrets come in or go out: never stored
    Operation.READ_ORGANISATION: frozenset({R.EVERYBODY}),
    Operation.READ_CALENDARS: frozenset({R.EVERYBODY}),
    Operation.KEEP_CALENDARS: frozenset({R.HR}),
    Operation.READ_CRITERIA: frozenset({R.EVERYBODY}),
    Operation.READ_STANDING: frozenset({R.EVERYBODY}),  # values are for whom `relations.reads_file` names
    Operation.PUBLISH_CRITERIA: frozenset({R.HR}),
    Operation.READ_CYCLES: frozenset({R.EVERYBODY}),
    Operation.OPEN_CYCLE: frozenset({R.HR}),
    Operation.CHECK_CYCLE: frozenset({R.HR}),
    Operation.READ_PROGRESS: frozenset({R.HR, R.DEPARTMENT_HR, R.AUDITOR}),
    Operation.READ_OWN_INBOX: frozenset({R.EVERYBODY}),
    Operation.LIST_CASES: frozenset({R.EVERYBODY}),
    Operation.READ_CASE: _SEE_PLACE,
    Operation.NOMINATE: frozenset({R.EVERYBODY}),
    Operation.SUBMIT_NOMINATION: frozenset({R.NOMINATOR}),
    Operation.REVISE_NOMINATION: frozenset({R.NOMINATOR}),
    Operation.CONSENT: frozenset({R.CANDIDATE}),
    Operation.OPT_OUT: frozenset({R.CANDIDATE}),
    Operation.CORRECT_DATA: frozenset({R.EVERYBODY}),
    Operation.COMPLETE_DATA: frozenset({R.HR, R.DEPARTMENT_HR}),
    Operation.WITHDRAW: frozenset({R.CANDIDATE, R.HR}),
    Operation.APPROVE: frozenset({R.APPROVER, R.HOLDER, R.HR}),
    Operation.WAIVE: frozenset({R.HR}),
    Operation.READ_REVIEW_REQUEST: frozenset({R.EVERYBODY}),
    Operation.FILL_IN_REVIEW: frozenset({R.RATER, R.CANDIDATE}),  # candidates assess themselves
    Operation.READ_REVIEW_OUTCOME: frozenset({R.CANDIDATE, R.SUPERIOR, R.MEMBER, R.MENTOR, R.HR, R.AUDITOR}),
    Operation.ANSWER_BY_LINK: frozenset({R.ANYBODY}),  # who holds the signed link is its customer
    Operation.RESCUE_REVIEW: frozenset({R.HR}),
    Operation.KEEP_CONTACTS: frozenset({R.HR}),
    Operation.KEEP_APART: frozenset({R.HR}),
    Operation.READ_OWN_RELATIVES: frozenset({R.EVERYBODY}),
    Operation.OBJECT_TO_RATER: frozenset({R.CANDIDATE}),
    Operation.READ_RATER_OBJECTIONS: frozenset({R.CANDIDATE, R.HR, R.AUDITOR}),
    Operation.DECIDE_RATER_OBJECTION: frozenset({R.HR}),
    Operation.READ_COMPETITIONS: frozenset({R.EVERYBODY}),
    Operation.RUN_COMPETITION: frozenset({R.HR}),
    Operation.READ_SHEET: frozenset({R.JUDGE}),
    Operation.SCORE: frozenset({R.JUDGE}),
    Operation.READ_COMMITTEES: frozenset({R.EVERYBODY}),
    Operation.SEAT_COMMITTEE: frozenset({R.HR}),
    Operation.READ_AGENDA: frozenset({R.EVERYBODY}),  # the agenda is shown to members, HR and auditors
    Operation.REFER_TO_COMMITTEE: frozenset({R.HR}),
    Operation.RECUSE: frozenset({R.MEMBER, R.JUDGE}),
    Operation.OPEN_BALLOT: frozenset({R.MEMBER}),
    Operation.CAST_BALLOT: frozenset({R.MEMBER}),
    Operation.READ_OWN_BALLOT: frozenset({R.MEMBER}),  # and of nobody else's
    Operation.READ_VOTE: frozenset({R.CANDIDATE, R.SUPERIOR, R.MEMBER, R.HR, R.AUDITOR}),
    Operation.READ_OUTCOME: frozenset({R.CANDIDATE, R.HR, R.AUDITOR}),
    Operation.READ_DOSSIER: frozenset({R.HR, R.AUDITOR}),
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
    Operation.REPLAY: frozenset({R.HR, R.ADMIN}),
    Operation.MAKE_ROBOT: frozenset({R.HR}),
    Operation.HAND_OVER: frozenset({R.APPROVER, R.HOLDER, R.HR}),
    Operation.ADD_SIGNER: frozenset({R.APPROVER, R.HOLDER, R.HR}),
    Operation.APPROVE_IN_BULK: frozenset({R.EVERYBODY}),  # each case is looked at as when signed by itself
    Operation.COPY: frozenset({R.APPROVER, R.SUPERIOR, R.HR}),
    Operation.NUDGE: frozenset({R.CANDIDATE, R.NOMINATOR, R.SUPERIOR, R.HR}),
    Operation.READ_ABSENCES: frozenset({R.EVERYBODY}),
    Operation.NAME_SUBSTITUTE: frozenset({R.EVERYBODY}),  # for oneself, one's reports, or as HR
    Operation.END_SUBSTITUTION: frozenset({R.EVERYBODY}),
    Operation.READ_EMERGENCIES: frozenset({R.EVERYBODY}),  # one's own, and those of cases HR and auditors see
    Operation.ASK_EMERGENCY: frozenset({R.ADMIN, R.DEPARTMENT_HR}),
    Operation.GRANT_EMERGENCY: frozenset({R.HR, R.AUDITOR}),
    Operation.READ_STUCK: frozenset({R.HR, R.DEPARTMENT_HR}),
    Operation.READ_JOURNAL: frozenset({R.HR, R.DEPARTMENT_HR, R.AUDITOR}),
    Operation.VERIFY_JOURNAL: frozenset({R.AUDITOR}),
    Operation.EXPORT_JOURNAL: frozenset({R.AUDITOR}),
    Operation.IMPORT_ORGANISATION: frozenset({R.HR}),
    Operation.READ_ROLES: frozenset({R.ADMIN, R.AUDITOR, R.HR}),
    Operation.MANAGE_ROLES: frozenset({R.ADMIN, R.HR}),  # one proposes, another confirms
    Operation.READ_REMINDERS: frozenset({R.HR}),
    Operation.WRITE_MAIL_TEXTS: frozenset({R.HR}),
    Operation.READ_DELIVERIES: frozenset({R.HR, R.ADMIN}),
    Operation.MANAGE_DELIVERY: frozenset({R.HR, R.ADMIN}),
    Operation.RETRY: frozenset({R.HR}),
}


class Part(StrEnum):
    """Parts of a case that are shown or withheld as a whole."""

    PLACE = auto()
    NOMINATION = auto()
    ELIGIBILITY = auto()
    APPROVAL_REASONS = auto()
    CHECKLIST = auto()
    TIMELINE = auto()
    REVIEW_OUTCOME = auto()
    TALLY = auto()
    OUTCOME = auto()
    OBJECTIONS = auto()
    MENTORSHIP = auto()
    INTERNAL_REASON = auto()
    RATER_OBJECTIONS = auto()


_ALWAYS: dict[Part, frozenset[Relation]] = {
    Part.PLACE: _SEE_PLACE,
    Part.NOMINATION: _SEE_PLACE - {R.MENTOR},
    Part.APPROVAL_REASONS: frozenset({R.APPROVER, R.HR, R.AUDITOR}),
    Part.ELIGIBILITY: _SEE_PLACE - {R.MENTOR, R.COPIED},
    Part.CHECKLIST: _SEE_PLACE - {R.JUDGE, R.COPIED},
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
    Part.OUTCOME: frozenset({R.CANDIDATE, R.HR, R.AUDITOR}),
}
_AFTER_EFFECT: dict[Part, frozenset[Relation]] = {Part.REVIEW_OUTCOME: frozenset({R.MENTOR})}
# Whose turn it is in these stages, and until when, tells how the review or the vote goes.
_TURNS_TELL_OF = {Stage.REVIEW: Part.REVIEW_OUTCOME, Stage.COMMITTEE: Part.TALLY}
RELEASED = frozenset(_AFTER_RELEASE)  # parts whose readers may have to wait for the decision


def require(db: Session, person: Employee, operation: Operation, case: PromotionCase | None = None) -> None:
    """Refuse an operation that nothing allows which the person is to the case, or to the organisation.

    Raises NotFound to whoever may not see the case, and NotAllowed to whoever sees it but may not act.
    """
    if case is None:
        require_among(roles_of(db, person), operation)
    elif not ALLOWED[operation] & relations(db, person, case, among=ALLOWED[operation]):
        # How he is refused depends on all that he is to it.
        require_among(relations(db, person, case), operation, case)


def question(person_id: int, operation: Operation, case_id: int) -> Question:
    """What `require` will ask of a person who wants to act on a case."""
    return asked_of(person_id, case_id, ALLOWED[operation])


def require_among(mine: frozenset[Relation], operation: Operation, case: PromotionCase | None = None) -> None:
    """The same for somebody whose relations are known already."""
    if mine & ALLOWED[operation]:
        return
    if case is not None and not mine & (_SEE_PLACE | {R.RATER}):
        raise NotFound(kind="case")
    if R.CANDIDATE in mine:
        raise OwnCase(operation=operation)
    raise NotAllowed(operation=operation)


def require_role(mine: frozenset[Relation], operation: Operation) -> None:
    """Refuse what is no part of anybody's work who is this to the organisation (NotAllowed)."""
    if not mine & ALLOWED[operation]:
        raise NotAllowed(operation=operation)


def require_no_case_on_its_way(db: Session, person: Employee | None) -> None:
    """Nobody with a case on its way says who may come to decide on him or his rivals (OwnCase).

    Nor does anybody while one he is kept apart from is on the way.
    """
    if person is None:
        return
    candidate = PromotionCase.candidate_id
    own = select(PromotionCase.id).where(
        or_(candidate == person.id, are_apart(candidate, person.id)),
        PromotionCase.stage != Stage.MENTORING,
        is_running(PromotionCase),
    )
    if db.scalars(own).first() is not None:
        raise OwnCase()


def sees_place(mine: frozenset[Relation]) -> bool:
    """Whether somebody with these relations may know where the case stands."""
    return bool(mine & _SEE_PLACE)


def turns_are_told(case: PromotionCase, parts: frozenset[Part]) -> bool:
    """Whether whoever sees these parts may know whose turn it is, and until when."""
    return _TURNS_TELL_OF.get(case.stage, Part.PLACE) in parts


def visible_parts(mine: frozenset[Relation], case: PromotionCase) -> frozenset[Part]:
    """The parts of a case a person with these relations may see now."""
    is_released = case.released_at is not None
    is_in_effect = case.stage in (Stage.MENTORING, Stage.COMPLETED, Stage.REVERTED)
    hidden = {Part.RATER_OBJECTIONS} if R.UNWANTED in mine else set()
    return frozenset(
        part
        for part in Part
        if mine & _ALWAYS.get(part, frozenset())
        or (is_released and mine & _AFTER_RELEASE.get(part, frozenset()))
        or (is_in_effect and mine & _AFTER_EFFECT.get(part, frozenset()))
    ).difference(hidden)
