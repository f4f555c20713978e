"""What a person has reported as wrong on his own file, and what HR has said to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select

from workflow.models import JournalEntry, JournalText, Task
from workflow.queries.shaping import Shaped
from workflow.vocabulary import TaskKind, TaskState

_ANSWERS = ("correction_made", "correction_refused")


@dataclass(frozen=True, slots=True)
class CorrectionLine:
    """One report; `is_corrected` says what HR has done, None while it has done nothing."""

    task_id: int
    text: str
    state: TaskState
    asked_at: datetime
    due_at: datetime
    answered_at: datetime | None
    is_corrected: bool | None
    reason: str | None


def corrections_of(person_id: int) -> Select[Any]:
    """Query for the CorrectionLines of a person, ordered by `Task.id`."""
    entry = JournalEntry
    is_answer = and_(
        entry.chain == "organisation",
        entry.action.in_(_ANSWERS),
        entry.facts["task"].as_integer() == Task.id,
    )
    times = (Task.opened_at, Task.due_at, Task.done_at)
    answer = (entry.action, JournalText.text.label("reason"))
    shape = Shaped("correction", _line, Task.id, Task.detail, Task.state, *times, *answer)
    return (
        select(shape)
        .select_from(Task)
        .outerjoin(entry, is_answer)
        .outerjoin(JournalText, JournalText.entry_id == entry.id)
        .where(Task.kind == TaskKind.CORRECT_DATA, Task.subject_id == person_id)
    )


def _line(
    task_id: int,
    text: str,
    state: TaskState,
    asked_at: datetime,
    due_at: datetime,
    answered_at: datetime | None,
    action: str | None,
    reason: str | None,
) -> CorrectionLine:
    is_corrected = None if action is None else action == "correction_made"
    return CorrectionLine(task_id, text, state, asked_at, due_at, answered_at, is_corrected, reason)
