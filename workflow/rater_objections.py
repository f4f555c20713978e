"""The candidate's objections to raters, before the review opens: at most two, each decided by HR."""

from sqlalchemy import select

from workflow import cases, journal, tasks
from workflow.act import Act
from workflow.errors import AlreadyExists, Invalid, NotFound, Overtaken
from workflow.models import Employee, PromotionCase, RaterObjection
from workflow.vocabulary import RaterObjectionState, Role, Stage, TaskKind

MOST = 2
_BEFORE_REVIEW = (Stage.DRAFT, Stage.NOMINATED)


def object_to(act: Act, case: PromotionCase, person: Employee, *, reason: str) -> RaterObjection:
    """Name somebody the candidate does not want to be reviewed by; he is not drawn unless HR dismisses it.

    Whether he could be drawn at all is not told. Raises StageMoved, ReasonMissing, AlreadyExists, Invalid.
    """
    cases.require_stage(case, *_BEFORE_REVIEW)
    cases.require_reason(reason)
    if person.id == case.candidate_id:
        raise Invalid(reason="objects_to_oneself")
    so_far = _of(act, case)
    if any(one.person_id == person.id for one in so_far):
        raise AlreadyExists(kind="rater_objection")
    if len(so_far) >= MOST:
        raise Invalid(reason="too_many_rater_objections", maximum=MOST)
    objection = act.add(
        RaterObjection(
            case_id=case.id, number=len(so_far) + 1, person_id=person.id, reason=reason, filed_at=act.now
        )
    )
    journal.record(act, "rater_objection_filed", case=case, text=reason, number=objection.number)
    _ask_hr(act, case, objection)
    return objection


def decide(act: Act, case: PromotionCase, number: int, *, is_upheld: bool, reason: str) -> RaterObjection:
    """HR upholds or dismisses an objection with a reason; the person named has no part in it.

    Raises StageMoved, ReasonMissing, NotFound, Overtaken.
    """
    cases.require_stage(case, *_BEFORE_REVIEW)
    cases.require_reason(reason)
    objection = next((one for one in _of(act, case) if one.number == number), None)
    if objection is None or objection.person_id == act.person.id:
        raise NotFound(kind="rater_objection")
    if objection.state is not RaterObjectionState.OPEN:
        raise Overtaken(reason="objection_decided")
    tasks.complete_about(act, TaskKind.DECIDE_RATER_OBJECTION, objection.id)
    objection.state = RaterObjectionState.UPHELD if is_upheld else RaterObjectionState.DISMISSED
    objection.decision_reason = reason
    objection.decided_by_id, objection.decided_at = act.person.id, act.now
    journal.record(act, "rater_objection_decided", case=case, text=reason, number=number, upheld=is_upheld)
    return objection


def ask_again(act: Act, case: PromotionCase) -> None:
    """Give HR the undecided objections anew, for the tasks of a stage end with it."""
    for objection in _of(act, case):
        if objection.state is RaterObjectionState.OPEN:
            _ask_hr(act, case, objection)


def leave_undecided(act: Act, case: PromotionCase) -> None:
    """The review opens: whoever is named in an objection that HR has not decided is not drawn."""
    for objection in _of(act, case):
        if objection.state is RaterObjectionState.OPEN:
            objection.state = RaterObjectionState.UNDECIDED


def _of(act: Act, case: PromotionCase) -> list[RaterObjection]:
    query = select(RaterObjection).where(RaterObjection.case_id == case.id)
    return list(act.all(query.order_by(RaterObjection.number)))


def _ask_hr(act: Act, case: PromotionCase, objection: RaterObjection) -> None:
    if case.is_private:  # HR knows of it once the candidate has agreed to the nomination
        return
    # Where nobody of HR can decide the objection simply stands, and the case need not wait for it.
    tasks.open_for_role(
        act,
        TaskKind.DECIDE_RATER_OBJECTION,
        case,
        Role.HR,
        due_at=cases.due_in(act, case, 3),
        subject_id=objection.id,
        excluding=[objection.person_id],
    )
