"""What somebody is about to sign: nominations that wait for him, with what speaks for each."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from workflow.models import Employee, InboxRow, PromotionCase, Task, aliased
from workflow.queries.inbox import is_signed_in_bulk
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.relations import visible_cases
from workflow.vocabulary import Level, TaskKind, Track

# Aliases cost more to make than to use; what may be seen looks into the inbox by itself.
_ABSENT, _ROW, _TASK = aliased(Employee), aliased(InboxRow), aliased(Task)


@dataclass(frozen=True, slots=True)
class ToSign:
    """A nomination that waits for somebody's signature, and whether several such may be signed in one go."""

    task: int
    version: int
    due_at: datetime
    case: int
    candidate: Person
    track: Track
    level: Level
    post: str
    statement: str
    on_behalf_of: Person | None
    edition_id: int
    in_bulk: bool


def to_sign(db: Session, person_id: int, task_ids: Collection[int]) -> list[ToSign]:
    """Those of the tasks in a person's inbox that are to be signed by him, what is due first on top.

    Whoever is asked to sign sees the nomination, unless a stake of his keeps the whole case from him.
    """
    shape = Shaped(
        "line",
        ToSign,
        _TASK.id,
        _TASK.version,
        _TASK.due_at,
        PromotionCase.id,
        person_of("candidate", Employee),
        PromotionCase.target_track,
        PromotionCase.target_level,
        PromotionCase.target_post,
        PromotionCase.statement,
        person_of("on_behalf_of", _ABSENT),
        PromotionCase.edition_id,
        false().label("in_bulk"),
    )
    waiting = (
        select(shape)
        .select_from(_ROW)
        .join(_TASK, _TASK.id == _ROW.task_id)
        .join(PromotionCase, PromotionCase.id == _TASK.case_id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .outerjoin(_ABSENT, _ABSENT.id == _ROW.on_behalf_of_id)
        .where(_ROW.person_id == person_id, _TASK.id.in_(task_ids), _TASK.kind == TaskKind.APPROVE)
        .where(visible_cases(person_id), PromotionCase.candidate_id != person_id)
        .order_by(_ROW.due_at, _ROW.task_id)
    )
    return [_with_bulk(db, line) for line in db.scalars(waiting)]


def _with_bulk(db: Session, line: ToSign) -> ToSign:
    return replace(line, in_bulk=is_signed_in_bulk(db, line.edition_id, line.track, line.level))
