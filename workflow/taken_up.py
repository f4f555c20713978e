"""What an act on a case begins with: the case under its lock, who acts, and the task that he has seen."""

from collections.abc import Sequence
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Integer, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from workflow.act import Act, SeenTask
from workflow.errors import HasLeft, NotFound
from workflow.models import (
    Base,
    Employee,
    InboxRow,
    PromotionCase,
    Site,
    StageRound,
    Task,
    aliased,
    as_object,
    columns,
)
from workflow.prepared import Prepared, Question

# Aliases cost more to make than to use.
_CANDIDATE, _SITE, _ACTOR, _OWN_SITE = aliased(Employee), aliased(Site), aliased(Employee), aliased(Site)
_READ: tuple[tuple[type[Base], Any], ...] = (
    (Site, _SITE),
    (Employee, _CANDIDATE),
    (StageRound, StageRound),
    (PromotionCase, PromotionCase),
    (Site, _OWN_SITE),
    (Employee, _ACTOR),
)
_BY, _CASE, _TASK = (bindparam(name, type_=Integer) for name in ("by", "case", "task"))


def by_somebody(
    act: Act, case_id: int, by: int, task_id: int | None = None, *, expected: Sequence[Question] = ()
) -> tuple[PromotionCase, Employee]:
    """Lock a case and read it, and who acts on it; raises NotFound, and HasLeft if he may act no more.

    The task that he says to have seen, if any, becomes that of the act. `expected` is asked next.
    """
    act.tell(_lock(), {"case": case_id})
    about = {"case": case_id, "by": by, "task": task_id}
    for question, known in ((_case_and_actor(), about), *expected):
        act.expect(question, known)
    rows = act.ask(_case_and_actor(), about)
    if not rows:
        raise NotFound(kind="case", id=case_id)
    case, actor, seen = _as_objects(act.db, rows[0])
    if actor is None or not actor.is_active:
        raise HasLeft(person=by)
    if seen[0] is not None:
        act.task = SeenTask(*seen)
    return case, actor


def seen(act: Act, task_id: int | None) -> SeenTask | None:
    """The task on which somebody says to act, as it is now."""
    if task_id is None:
        return None
    known = {"by": act.person.id, "task": task_id}
    row = act.execute(select(*_as_seen()).where(Task.id == _TASK), known).first()
    return SeenTask(*row) if row is not None else None


@cache
def _lock() -> Prepared:
    key = select(PromotionCase.id).where(PromotionCase.id == _CASE)
    return Prepared(key.with_for_update(key_share=True))


@cache
def _case_and_actor() -> Prepared:
    """A case with its candidate and its stay, who acts, and the task that he says to have seen, if any."""
    read = [getattr(table, name) for model, table in _READ for name in columns(model)]
    query = (
        select(*read, *_as_seen())
        .select_from(PromotionCase)
        .join(_CANDIDATE, _CANDIDATE.id == PromotionCase.candidate_id)
        .join(_SITE, _SITE.id == _CANDIDATE.site_id)
        .outerjoin(StageRound, StageRound.id == PromotionCase.round_id)
        .outerjoin(_ACTOR, _ACTOR.id == _BY)
        .outerjoin(_OWN_SITE, _OWN_SITE.id == _ACTOR.site_id)
        .outerjoin(Task, Task.id == _TASK)
    )
    return Prepared(query.where(PromotionCase.id == _CASE))


def _as_objects(db: Session, row: Sequence[Any]) -> tuple[PromotionCase, Employee | None, Sequence[Any]]:
    rest = iter(row)
    parts = [list(islice(rest, len(columns(model)))) for model, _ in _READ]
    site, candidate, stay, case, own_site, actor = parts
    person = as_object(db, Employee, candidate, site=as_object(db, Site, site))
    now_in = None if stay[0] is None else as_object(db, StageRound, stay)
    found = as_object(db, PromotionCase, case, candidate=person, round=now_in)
    if actor[0] is None:
        return found, None, list(rest)
    return found, as_object(db, Employee, actor, site=as_object(db, Site, own_site)), list(rest)


def _as_seen() -> tuple[Any, ...]:
    """Columns, for a task that was read as a whole would not see what verbs do to many at once."""
    waits = exists().where(InboxRow.task_id == Task.id, InboxRow.person_id == _BY)
    is_own = or_(waits, Task.assignee_id == _BY, Task.done_by_id == _BY)
    return Task.id, Task.case_id, Task.version, is_own
