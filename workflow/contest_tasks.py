"""The tasks of a competition: sheets that judges write, and what HR has to do about it as a whole."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, insert, select

from workflow import filing, role_tasks, tasks
from workflow.act import Act
from workflow.models import Competition, Employee, Entry, InboxRow, PromotionCase, Task
from workflow.vocabulary import COMPETITION_TASKS, Role, TaskKind, TaskState


def ask_for_sheets(
    act: Act,
    kind: TaskKind,
    asked: Sequence[tuple[PromotionCase, Entry, Employee]],
    *,
    edition_id: int,
    due_at: datetime,
) -> None:
    """Ask judges for their sheets: one task an entry and judge, all in the same few statements."""
    opened = [
        (tasks.new(act, kind, case, due_at, assignee_id=person.id, subject_id=entry.id), person)
        for case, entry, person in asked
    ]
    filing.put(act, edition_id, opened)


def ask_hr(
    act: Act, kind: TaskKind, competition: Competition, *, due_at: datetime, detail: str | None = None
) -> None:
    """Give HR one shared task about a competition, but never to an entrant.

    Where nobody of HR is left, it waits for whoever comes to hold the role.
    """
    task = act.add(
        Task(
            kind=kind,
            case_id=None,
            round_id=None,
            opened_at=act.now,
            due_at=due_at,
            role=Role.HR,
            subject_id=competition.id,
            detail=detail,
        )
    )
    holders = role_tasks.shared().where(Task.id == task.id)
    act.execute(insert(InboxRow).from_select(["person_id", "due_at", "task_id"], holders))
    owner = act.db.get_one(Employee, competition.opened_by_id)
    filing.remind(act, competition.edition_id, [(task, owner)])


def take_back_sheets(act: Act, running: Sequence[PromotionCase], people: Sequence[int]) -> None:
    """Close what these judges are still asked for about the cases, in the same few statements."""
    asked = select(Task.id).where(
        Task.round_id.in_([case.round_id for case in running]),
        Task.kind.in_((TaskKind.SCORE, TaskKind.CONFIRM_SCORE)),
        Task.assignee_id.in_(people),
        Task.state == TaskState.OPEN,
    )
    tasks.end(act, asked, TaskState.CLOSED, done_at=act.now)


def complete(act: Act, kind: TaskKind, competition: Competition) -> None:
    """Note that HR has done the task of this kind about the competition, if it is open."""
    for task in act.all(_open_about(competition, kind)):
        tasks.complete(act, task)


def close(act: Act, competition: Competition, *kinds: TaskKind) -> None:
    """Close what HR need not do any more about the competition: tasks of some kinds, or all."""
    ending = _open_about(competition, *(kinds or COMPETITION_TASKS)).with_only_columns(Task.id)
    tasks.end(act, ending, TaskState.CLOSED, done_at=act.now)


def is_asked(act: Act, kind: TaskKind, competition: Competition) -> bool:
    """Whether HR has such a task about the competition now."""
    return act.first(_open_about(competition, kind)) is not None


def held_by_nobody() -> Select[int | None]:
    """Query for the competitions that wait for HR, of whom nobody without a stake is left."""
    asked = select(Task.subject_id).where(Task.kind.in_(COMPETITION_TASKS), Task.case_id.is_(None))
    return asked.where(Task.state == TaskState.OPEN, ~exists().where(InboxRow.task_id == Task.id))


def _open_about(competition: Competition, *kinds: TaskKind) -> Select[Task]:
    return select(Task).where(
        Task.kind.in_(kinds),
        Task.subject_id == competition.id,
        Task.case_id.is_(None),
        Task.state == TaskState.OPEN,
    )
