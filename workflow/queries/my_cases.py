"""My cases: where each stands, who holds it until when, and what it has come to."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, lazyload, load_only

from workflow.models import Employee, PromotionCase, StageRound
from workflow.permissions import visible_parts
from workflow.queries import stuck, turns
from workflow.queries.shaping import Person
from workflow.queries.turns import Holder, RoundTask
from workflow.relations import Relation
from workflow.vocabulary import Level, Stage, Track

_OWN = frozenset({Relation.CANDIDATE})


@dataclass(frozen=True, slots=True)
class MyOutcome:
    """What was decided, by whom and when, and from when it counts."""

    text: str | None
    decided_by: Person | None
    decided_at: datetime | None
    effective_on: date | None


@dataclass(frozen=True, slots=True)
class MyCase:
    """A case as its candidate follows it; `stages` are those it has been in, in order."""

    id: int
    track: Track
    level: Level
    post: str
    stage: Stage
    stages: list[Stage]
    opened_at: datetime
    ended_at: datetime | None
    due_at: datetime | None
    stuck_reason: str | None
    holders: list[Holder]
    outcome: MyOutcome | None


def my_cases(db: Session, person: Employee) -> list[MyCase]:
    """All cases in which the person is the candidate, the newest first, in three statements."""
    as_shown = (load_only(Employee.number, Employee.name), lazyload(Employee.site))
    own = select(PromotionCase).where(PromotionCase.candidate_id == person.id)
    cases = db.scalars(
        own.order_by(PromotionCase.id.desc()).options(joinedload(PromotionCase.decided_by).options(*as_shown))
    ).all()
    if not cases:
        return []
    stages, tasks = _stages(db, person.id), turns.tasks_of_candidate(db, person)
    return [_my_case(case, stages[case.id], tasks.get(case.id, [])) for case in cases]


def _stages(db: Session, person_id: int) -> dict[int, list[Stage]]:
    entered = (
        select(StageRound.case_id, StageRound.stage)
        .join(PromotionCase, PromotionCase.id == StageRound.case_id)
        .where(PromotionCase.candidate_id == person_id)
        .order_by(StageRound.id)
    )
    found: dict[int, list[Stage]] = defaultdict(list)
    for case_id, stage in db.execute(entered):
        found[case_id].append(stage)
    return found


def _my_case(case: PromotionCase, stages: list[Stage], tasks: list[RoundTask]) -> MyCase:
    parts = visible_parts(_OWN, case)
    holders = turns.holders(case, tasks, parts)
    return MyCase(
        id=case.id,
        **case.target,
        stage=case.stage,
        stages=stages,
        opened_at=case.opened_at,
        ended_at=case.ended_at,
        due_at=turns.due(case, holders),
        stuck_reason=stuck.reason(case, parts),
        holders=holders,
        outcome=_outcome(case) if case.released_at is not None else None,
    )


def _outcome(case: PromotionCase) -> MyOutcome:
    by = case.decided_by
    return MyOutcome(
        text=case.outcome_text,
        decided_by=Person(by.number, by.name) if by is not None else None,
        decided_at=case.decided_at,
        effective_on=case.effective_on,
    )
