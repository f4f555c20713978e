"""Ask somebody else: hand a task over, or have another person sign before oneself."""

from workflow import approvals, cases, chains, conflicts, copies, journal, mentorships, tasks
from workflow.act import Act
from workflow.errors import NotTransferable, PersonUnfit
from workflow.models import Employee, PromotionCase
from workflow.vocabulary import TRANSFERABLE_TASKS, Stage, TaskKind


def hand_over(act: Act, case: PromotionCase, task_id: int, to: Employee, *, reason: str) -> None:
    """Give one's own task to somebody else, due when it was; whoever gives it stays informed of the case.

    Raises NotTransferable for what is personal or a role's, PersonUnfit for whom it cannot go to.
    """
    cases.require_reason(reason)
    task = tasks.held(act, case, task_id)
    if task.kind not in TRANSFERABLE_TASKS or task.assignee_id is None:
        raise NotTransferable(reason="shared" if task.assignee_id is None else "personal")
    _require_fit(act, case, to, task.kind)
    tasks.pass_to(act, task, to)
    if task.kind is TaskKind.APPROVE:
        chains.name(act, task.subject_id, to)
    copies.keep(act, case, act.person)
    journal.record(act, "task_handed_over", case=case, text=reason, kind=task.kind, person=to.id)


def add_signer(act: Act, case: PromotionCase, person: Employee, *, reason: str) -> None:
    """Have somebody else sign before oneself; one signs, returns or declines knowing what he has said.

    Raises PersonUnfit for whoever may not sign here, Invalid for one signer too many.
    """
    cases.require_stage(case, Stage.NOMINATED)
    cases.require_reason(reason)
    _require_fit(act, case, person, TaskKind.APPROVE)
    approvals.add_signer(act, case, person, reason=reason)


def _require_fit(act: Act, case: PromotionCase, person: Employee, kind: TaskKind) -> None:
    """Nobody with a part or a stake in the case stands in, nor anybody who reports to the candidate."""
    obstacle = copies.obstacle(act, case, person) or _part_in(act, case, person, kind)
    if obstacle is not None:
        raise PersonUnfit(reason=obstacle)


def _part_in(act: Act, case: PromotionCase, person: Employee, kind: TaskKind) -> str | None:
    if kind is TaskKind.APPROVE:
        if person.id == case.nominated_by_id:
            return "has_nominated"
        return "signs_already" if chains.has_part_in(act, case, person) else None
    mentorship = mentorships.find(act, case)
    if mentorship is not None and mentorship.mentor_id == person.id:
        return "mentor"
    return "conflict" if person.id in conflicts.recused(act, case) else None
