"""Nudge whoever holds a case: a friendly word beside the reminders that go out by themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, select, update

from workflow import journal
from workflow.act import Act
from workflow.errors import NobodyToNudge, NudgedAlready
from workflow.models import InboxRow, PromotionCase, Task
from workflow.permissions import turns_are_told, visible_parts
from workflow.relations import Relation, relations
from workflow.rules.deadlines import local_day
from workflow.vocabulary import ASIDE_TASKS, CONFIDENTIAL_TASKS, TaskKind, TaskState

NEAR = timedelta(days=21)  # what is due later than that need not be done yet


def nudge(act: Act, case: PromotionCase) -> list[TaskKind]:
    """Ask everybody for whom something of the case waits to do it; says for what kinds of task.

    Raters, judges and voters are nudged by HR alone, who does not learn whom it reached. Raises
    NobodyToNudge, NudgedAlready where all of it has been asked for on the same day.
    """
    waiting = _waiting(act, case)
    if not waiting:
        raise NobodyToNudge()
    zone = case.candidate.time_zone
    today = local_day(act.now, zone)
    nudged = [at for _, at in waiting if at is not None and local_day(at, zone) == today]
    if len(nudged) == len(waiting):
        raise NudgedAlready(nudged_at=max(nudged).isoformat())
    kinds = sorted({kind for kind, at in waiting if at is None or local_day(at, zone) < today})
    # Done ones too: whose task bears no time would tell who had acted before.
    asked = update(Task).where(Task.round_id == case.round_id, Task.kind.in_(kinds)).values(nudged_at=act.now)
    act.execute(asked.execution_options(synchronize_session=False))
    journal.record(act, "case_nudged", case=case, kinds=kinds)
    return kinds


def _waiting(act: Act, case: PromotionCase) -> Sequence[Row[TaskKind, datetime | None]]:
    """What waits for others, as far as whoever nudges may know, and when it was last asked for."""
    mine = relations(act.db, act.person, case)
    if not turns_are_told(case, visible_parts(mine, case)):
        return []
    unknown = ASIDE_TASKS if Relation.HR in mine else ASIDE_TASKS | CONFIDENTIAL_TASKS
    query = (
        select(Task.kind, Task.nudged_at)
        .join(InboxRow, InboxRow.task_id == Task.id)
        .where(Task.case_id == case.id, Task.state == TaskState.OPEN, Task.kind.not_in(unknown))
        .where(InboxRow.person_id != act.person.id, Task.due_at <= act.now + NEAR)
    )
    return act.execute(query.distinct()).all()
