"""Lists of cases, and what there is to see of a single one: its place, its holders, what is possible."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, load_only

from workflow.hr_fields import is_hr_to
from workflow.models import Employee, PromotionCase, StageRound, Task
from workflow.permissions import Operation, Part
from workflow.queries import acts, stuck, turns
from workflow.queries.few_cases import few_visible_cases
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.queries.turns import Holder, RoundTask
from workflow.relations import Relation, sees_tally, visible_cases
from workflow.vocabulary import ASIDE_TASKS, Level, Stage, TaskState, Track


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case in a list."""

    id: int
    version: int
    candidate: Person
    target_track: Track
    target_level: Level
    target_post: str
    cycle_id: int | None
    stage: Stage
    due_at: datetime | None
    stuck_reason: str | None
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class CaseDetail:
    """A case as one reader may see it now; parts that are resources of their own are only named."""

    case: PromotionCase
    parts: frozenset[Part]
    due_at: datetime | None
    stuck_reason: str | None
    holders: list[Holder]
    tasks: list[RoundTask]
    known_tasks: list[RoundTask]
    acts: list[Operation]


def case_to_read(db: Session, case_id: int) -> PromotionCase | None:
    """A case with the people it names; one statement."""
    named = (PromotionCase.nominated_by, PromotionCase.decided_by, PromotionCase.target_manager)
    as_shown = (load_only(Employee.number, Employee.name), lazyload(Employee.site))
    return db.get(PromotionCase, case_id, options=[joinedload(one).options(*as_shown) for one in named])


def cases_seen_by(
    person_id: int,
    *,
    stage: Stage | None = None,
    candidate: str | None = None,
    cycle_id: int | None = None,
    is_own: bool = False,
    is_stuck: bool = False,
    are_few: bool = False,
) -> Select[Any]:
    """Query for the CaseLines a person may see, ordered by `PromotionCase.id`; filters narrow it.

    They are few where he `sees_few`.
    """
    served = is_hr_to(person_id, PromotionCase.candidate_id)
    visible = few_visible_cases if are_few else visible_cases
    filters = (
        (PromotionCase.stage == stage, stage),
        (Employee.number == candidate, candidate),
        (PromotionCase.cycle_id == cycle_id, cycle_id),
        (PromotionCase.candidate_id == person_id, is_own),
        (and_(PromotionCase.stuck_reason.is_not(None), served), is_stuck),
    )
    return (
        select(_line(person_id))
        .select_from(PromotionCase)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .outerjoin(StageRound, StageRound.id == PromotionCase.round_id)
        .where(visible(person_id), *(test for test, given in filters if given))
    )


def detail(
    db: Session,
    case: PromotionCase,
    *,
    reader: int,
    mine: frozenset[Relation],
    parts: frozenset[Part],
    now: datetime,
) -> CaseDetail:
    """The place of a case with its holders and what the reader can do now; two statements at most."""
    known = turns.tasks_of(db, case, reader)
    tasks = [task for task in known if task.is_open]
    holders = turns.holders(case, tasks, parts)
    able = acts.possible(case, tasks, mine, parts, reader=reader, now=now)
    return CaseDetail(
        case=case,
        parts=parts,
        due_at=turns.due(case, holders),
        stuck_reason=stuck.reason(case, parts),
        holders=holders,
        tasks=[task for task in tasks if task.is_own],
        known_tasks=known,
        acts=sorted(able | acts.of_author(db, case, mine) | acts.again(known)),
    )


def due_for(person_id: int) -> ColumnElement[datetime | None]:
    """Column of PromotionCase and its StageRound: until when a reader is told that something must be done."""
    return func.coalesce(StageRound.due_at, _soonest_task(person_id))


def _line(person_id: int) -> Shaped:
    return Shaped(
        "line",
        CaseLine,
        PromotionCase.id,
        PromotionCase.version,
        person_of("candidate", Employee),
        PromotionCase.target_track,
        PromotionCase.target_level,
        PromotionCase.target_post,
        PromotionCase.cycle_id,
        PromotionCase.stage,
        due_for(person_id).label("due_at"),
        stuck.reason_for(person_id).label("stuck_reason"),
        PromotionCase.opened_at,
    )


def _soonest_task(person_id: int) -> ScalarSelect[datetime]:
    soonest = select(func.min(Task.due_at)).where(
        Task.case_id == PromotionCase.id, Task.state == TaskState.OPEN, Task.kind.not_in(ASIDE_TASKS)
    )
    is_told = or_(PromotionCase.stage != Stage.COMMITTEE, sees_tally(person_id))
    return soonest.where(is_told).scalar_subquery()
