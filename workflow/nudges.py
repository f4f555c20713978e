"""Nudge whoever holds a case: a friendly word beside the reminders that go out by themselves."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from workflow import journal
from workflow.act import Act
from workflow.errors import NobodyToNudge, NudgedAlready
from workflow.models import InboxRow, PromotionCase, Task
from workflow.permissions import turns_are_told, visible_parts
from workflow.relations import Relation, relations
from workflow.rules.deadlines import local_day
from workflow.vocabulary import ASIDE_TASKS, CONFIDENTIAL_TASKS, TaskKind, TaskState

_NEAR = timedelta(days=21)  # what is due later than that need not be done yet


def nudge(act: Act, case: PromotionCase) -> list[TaskKind]:
    """Ask everybody for whom something of the case waits to do it; says for what kinds of task.

    Raters, judges and voters are nudged by HR alone, who does not learn whom it reached. Raises
    NobodyToNudge, NudgedAlready where all of it has been asked for on the same day.
    """
    waiting, zone = _waiting(act, case), case.candidate.time_zone
    if not waiting:
        raise NobodyToNudge()
    kinds = sorted({kind for kind, at in waiting if not was_today(at, act.now, zone)})
    if not kinds:
        raise NudgedAlready(nudged_at=max(at for _, at in waiting if at is not None).isoformat())
    # Done ones too: whose task bears no time would tell who had acted before.
    asked = update(Task).where(Task.round_id == case.round_id, Task.kind.in_(kinds)).values(nudged_at=act.now)
    act.execute(asked.execution_options(synchronize_session=False))
    journal.record(act, "case_nudged", case=case, kinds=kinds)
    return kinds


def is_for(mine: frozenset[Relation], kind: TaskKind, due_at: datetime, now: datetime) -> bool:
    """Whether somebody with these relations may nudge for such a task of the case, and it is near enough."""
    is_known = kind not in ASIDE_TASKS and (Relation.HR in mine or kind not in CONFIDENTIAL_TASKS)
    return is_known and due_at <= now + _NEAR


def was_today(nudged_at: datetime | None, now: datetime, zone: str) -> bool:
    """Whether a task was nudged for on the day it is in a zone; once is enough."""
    return nudged_at is not None and local_day(nudged_at, zone) == local_day(now, zone)


def _waiting(act: Act, case: PromotionCase) -> list[tuple[TaskKind, datetime | None]]:
    """What waits for others, as far as whoever nudges may know, and when it was last asked for."""
    mine = relations(act.db, act.person, case)
    if not turns_are_told(case, visible_parts(mine, case)):
        return []
    query = (
        select(Task.kind, Task.due_at, Task.nudged_at)
        .join(InboxRow, InboxRow.task_id == Task.id)
        .where(Task.case_id == case.id, Task.state == TaskState.OPEN, InboxRow.person_id != act.person.id)
        .distinct()
    )
    return [(kind, at) for kind, due_at, at in act.execute(query) if is_for(mine, kind, due_at, act.now)]
