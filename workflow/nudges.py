"""Nudge whoever holds a case: a friendly word beside the reminders that go out by themselves."""

from sqlalchemy import select

from workflow import journal
from workflow.act import Act
from workflow.errors import Invalid, NudgedAlready
from workflow.models import InboxRow, PromotionCase, Task
from workflow.permissions import turns_are_told, visible_parts
from workflow.relations import Relation, relations
from workflow.rules.deadlines import local_day
from workflow.vocabulary import ASIDE_TASKS, CONFIDENTIAL_TASKS, TaskKind, TaskState


def nudge(act: Act, case: PromotionCase) -> list[TaskKind]:
    """Ask everybody for whom something of the case waits to do it; says for what kinds of task.

    Raters, judges and voters are nudged by HR alone, who does not learn whom it reached. Raises Invalid where
    nobody is to be nudged, NudgedAlready from the second time on a day.
    """
    kinds = _nudged_by(act, case)
    if not kinds:
        raise Invalid(reason="nobody_to_nudge")
    assert case.round is not None
    last, zone = case.round.nudged_at, case.candidate.time_zone
    if last is not None and local_day(last, zone) == local_day(act.now, zone):
        raise NudgedAlready(nudged_at=last.isoformat())
    case.round.nudged_at = act.now
    journal.record(act, "case_nudged", case=case, kinds=kinds)
    return kinds


def _nudged_by(act: Act, case: PromotionCase) -> list[TaskKind]:
    """Kinds of what waits for others, as far as whoever nudges may know."""
    mine = relations(act.db, act.person, case)
    if not turns_are_told(case, visible_parts(mine, case)):
        return []
    unknown = ASIDE_TASKS if Relation.HR in mine else ASIDE_TASKS | CONFIDENTIAL_TASKS
    waiting = (
        select(Task.kind)
        .join(InboxRow, InboxRow.task_id == Task.id)
        .where(Task.case_id == case.id, Task.state == TaskState.OPEN, Task.kind.not_in(unknown))
        .where(InboxRow.person_id != act.person.id)
    )
    return sorted(set(act.all(waiting)))
