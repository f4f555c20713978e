"""Who acts as the chair of a committee in one case, and what waits for the chair."""

from sqlalchemy import select

from workflow import ballots, cases, tasks
from workflow.act import Act
from workflow.models import Committee, Employee, PromotionCase, Task
from workflow.vocabulary import CHAIRS_TASKS, TaskKind, TaskState

SECOND_BALLOT = "second_ballot"
_DAYS = 3


def acting_chair(act: Act, case: PromotionCase) -> Employee | None:
    """The chair, or the first sitting member where the chair may not take part."""
    able = ballots.sitting(act, case)
    committee = act.db.get_one(Committee, case.committee_id)
    chair = next((member for member in able if member.id == committee.chair_id), None)
    return chair or next(iter(able), None)


def ask(act: Act, case: PromotionCase, kind: TaskKind, *, detail: str | None = None) -> None:
    """Give the acting chair three working days for something; with nobody left the case is stuck."""
    chair = acting_chair(act, case)
    if chair is None:
        assert case.committee_id is not None
        has_members = ballots.members(act, case.committee_id)
        cases.mark_stuck(act, case, "everybody_recused" if has_members else "no_committee")
        return
    due_at = cases.due_in(act, case, _DAYS, person=chair)
    tasks.open_for(act, kind, case, [chair], due_at=due_at, detail=detail)


def pass_on(act: Act, case: PromotionCase) -> None:
    """Hand what waits for the chair to the acting chair, once the holder is recused or out of office."""
    able = {member.id for member in ballots.sitting(act, case)}
    waiting = select(Task).where(
        Task.round_id == case.round_id, Task.kind.in_(CHAIRS_TASKS), Task.state == TaskState.OPEN
    )
    for task in act.all(waiting):
        if task.assignee_id not in able:
            tasks.close_open(act, case, task.kind)
            ask(act, case, task.kind, detail=task.detail)
