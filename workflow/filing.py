"""How a new task comes on file: with its row in the inboxes and its reminders, for one or for thousands."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import insert, literal, null, select

from workflow import substitutes
from workflow.act import Act
from workflow.calendars import calendar_of
from workflow.departments import lies_in
from workflow.editions.library import edition_of
from workflow.hr_fields import holdings
from workflow.models import Employee, InboxRow, Reminder, Task
from workflow.rules import deadlines
from workflow.vocabulary import PRIVATE_TASKS, WHOLE_HR_TASKS, ReminderTarget, TaskKind


def put(act: Act, edition_id: int, opened: Sequence[tuple[Task, Employee]]) -> None:
    """Put new tasks of single people, which stay values, on file, into inboxes and under reminders."""
    act.db.flush()
    if not opened:
        return
    act.add_many([task for task, _ in opened])
    substitutes.hand_out(act, [task for task, _ in opened])
    remind(act, edition_id, opened)


def share(
    act: Act, task: Task, edition_id: int, near: Employee, excluded: Collection[int], *, waits: bool = False
) -> Task | None:
    """Put a new task of a role on file and into the inboxes of its holders; None if there are none.

    With `waits` it stays on file for whoever comes to hold the role.
    """
    act.add(task)
    held = holdings()
    tree = literal(near.department_id) if task.kind not in WHOLE_HR_TASKS else null()
    holders = (
        select(held.c.employee_id, literal(task.due_at, InboxRow.due_at.type), literal(task.id))
        .join(Employee, Employee.id == held.c.employee_id)
        .where(held.c.role == task.role, lies_in(tree, held.c.department_id))
        .where(Employee.is_active, Employee.id.not_in(set(excluded)))
    )
    is_held = act.count(insert(InboxRow).from_select(["person_id", "due_at", "task_id"], holders)) > 0
    if not is_held and not waits:
        act.db.delete(task)
        return None
    remind(act, edition_id, [(task, near)])
    return task


def remind(act: Act, edition_id: int, owners: Sequence[tuple[Task, Employee]]) -> None:
    """Hang the edition's reminders on tasks, in the working days and the zone of their owners."""
    ladder = edition_of(act.db, edition_id).reminders
    rungs = []
    known: dict[tuple[TaskKind, datetime, int, str], list[tuple[datetime, ReminderTarget]]] = {}
    for task, owner in owners:
        place = (task.kind, task.due_at, owner.site_id, owner.time_zone)
        if place not in known:
            known[place] = deadlines.reminder_times(
                task.due_at,
                now=act.now,
                ladder=ladder.of(task.kind),
                calendar=calendar_of(owner.site),
                zone=owner.time_zone,
                is_confidential=task.kind in PRIVATE_TASKS,
            )
        rungs += [{"task_id": task.id, "at": at, "target": target} for at, target in known[place]]
    act.fill(Reminder, rungs)
