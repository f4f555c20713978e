"""What a look at reminders costs after one that has found many."""

import re
from datetime import datetime, timedelta

from office import Office
from sqlalchemy import insert, text

from notifications.reminders import remind
from tests.plans import watched
from workflow.models import Reminder, Task, bare_table
from workflow.store import Door
from workflow.vocabulary import ReminderTarget, TaskKind, TaskState

_RUNGS = 10_000
_PAGES = 30  # the rungs lie on twice as many


def test_a_look_after_many_have_fired_reads_little(office: Office) -> None:
    _many_tasks(office, due=office.now)
    with watched(office.engine) as seen:
        assert remind(Door(office.engine), office.now).rungs == _RUNGS // 10
    plan = seen.plan(0, "(ANALYZE, BUFFERS)")
    assert "reminder_by_at" in plan, seen.statements[0]
    pages = [int(number) for number in re.findall(r"shared hit=(\d+)", plan)]
    assert max(pages, default=0) < _PAGES, plan


def _many_tasks(office: Office, due: datetime) -> None:
    """Tasks of one person, each with a rung; every tenth is due."""
    person = office.a_person()
    tasks, rungs = [], []
    for number in range(1, _RUNGS + 1):
        tasks.append(
            {
                "id": number,
                "kind": TaskKind.APPROVE,
                "opened_at": due,
                "due_at": due,
                "assignee_id": person,
                "state": TaskState.OPEN,
                "version": 1,
            }
        )
        at = due + timedelta(days=number % 10)
        rungs.append({"task_id": number, "at": at, "target": ReminderTarget.MANAGER})
    with office.engine.begin() as connection:
        connection.execute(insert(bare_table(Task)), tasks)
        connection.execute(insert(bare_table(Reminder)), rungs)
        connection.execute(text("ANALYZE"))
