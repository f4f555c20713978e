"""Ask somebody else: hand a task over, or have another person sign before oneself."""

from collections.abc import Iterator

from sqlalchemy import select

from workflow import approvals, cases, chains, conflicts, copies, journal, mentorships, tasks
from workflow.act import Act
from workflow.errors import NotAllowed, NotTransferable, NotYourTask, PersonUnfit
from workflow.hr_fields import works_in_hr
from workflow.models import Employee, PromotionCase, Seat
from workflow.relations import Relation, barred_from, relations
from workflow.rules.deadlines import local_day
from workflow.vocabulary import TRANSFERABLE_TASKS, Stage, TaskKind


def hand_over(act: Act, case: PromotionCase, task_id: int, to: Employee, *, reason: str) -> None:
    """Give one's own task to somebody else, due when it was; whoever gives it stays informed of the case.

    Raises NotTransferable for what is personal, a role's or somebody's who is away, PersonUnfit for whom it
    cannot go to.
    """
    cases.require_reason(reason)
    task = tasks.held(act, case, task_id)
    if task.kind not in TRANSFERABLE_TASKS or task.assignee_id is None:
        raise NotTransferable(reason="shared" if task.assignee_id is None else "personal")
    if act.on_behalf_of is not None:
        raise NotTransferable(reason="substitute")
    barred = barred_from(act, case)
    if act.person.id in barred:  # the clock is about to ask somebody else
        raise NotYourTask(kind=task.kind)
    _require_fit(act, case, to, task.kind, barred, seat=task.subject_id)
    tasks.pass_to(act, task, to)
    if task.kind is TaskKind.APPROVE:
        chains.name(act, task.subject_id, to)
    journal.record(
        act, "task_handed_over", case=case, text=reason, task=task.id, kind=task.kind, person=to.id
    )
    copies.keep(act, case, act.person)


def add_signer(act: Act, case: PromotionCase, person: Employee, *, reason: str) -> None:
    """Have somebody else sign before oneself; one signs, returns or declines knowing what he has said.

    Raises PersonUnfit for whoever may not sign here, OnlyAsked for one signer too many.
    """
    cases.require_stage(case, Stage.NOMINATED)
    cases.require_reason(reason)
    _require_fit(act, case, person, TaskKind.APPROVE, barred_from(act, case))
    approvals.add_signer(act, case, person, reason=reason)


def spare_signer(act: Act, case: PromotionCase, person: Employee) -> None:
    """Take the question back that an added signer has not answered; only whoever asked does so, or HR."""
    cases.require_stage(case, Stage.NOMINATED)
    if not (Relation.HR in relations(act.db, act.person, case) or approvals.has_asked(act, case, person)):
        raise NotAllowed(reason="not_your_question")
    approvals.spare_signer(act, case, person)


def _require_fit(
    act: Act,
    case: PromotionCase,
    person: Employee,
    kind: TaskKind,
    barred: set[int],
    *,
    seat: int | None = None,
) -> None:
    """Nobody with a part or a stake in the case stands in, nor anybody who reports to the candidate."""
    obstacle = copies.obstacle(act, case, person)
    if obstacle is None and person.id in barred | conflicts.recused(act, case):
        obstacle = "conflict"
    obstacle = obstacle or next(_parts(act, case, person, kind, seat), None)
    if obstacle is not None:
        raise PersonUnfit(reason=obstacle)


def _parts(
    act: Act, case: PromotionCase, person: Employee, kind: TaskKind, seat: int | None
) -> Iterator[str]:
    """What somebody does elsewhere in the case, or may have to do later."""
    if person.id == case.nominated_by_id:
        yield "has_nominated"
    if kind is not TaskKind.APPROVE:
        mentorship = mentorships.find(act, case)
        if mentorship is not None and mentorship.mentor_id == person.id:
            yield "mentor"
        return
    if chains.has_part_in(act, case, person, besides=seat):
        yield "signs_already"
    # HR runs the case, and decides on objections; members vote on it. Who signs here could do neither.
    if act.db.scalar(select(works_in_hr(person.id))):
        yield "works_in_hr"
    today = local_day(act.now, case.candidate.time_zone)
    seated = select(Seat.id).where(Seat.employee_id == person.id, Seat.until_on >= today)
    if act.first(seated) is not None:
        yield "sits_in_a_committee"
