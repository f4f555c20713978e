"""A company in which many nominations wait for a signature, and clients that sign them over HTTP."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from benchmarks.drafts import NOW, found
from workflow import nominations, sweeps
from workflow.act import Act
from workflow.models import PromotionCase, Task
from workflow.store import Door
from workflow.vocabulary import Stage, TaskKind, TaskState

LATER = NOW + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case, the task to sign its nomination, and who is to sign."""

    case_id: int
    task_id: int
    signer_id: int


def nominate(
    door: Door, *, people: int, cases: int, meanwhile: Callable[[], None] = lambda: None
) -> list[Waiting]:
    """Open a cycle's drafts for so many people and submit so many of them; gives what waits."""
    found(door, people)
    sweeps.run(door, now=NOW)
    meanwhile()
    with door.acting(now=NOW) as act:
        drafts = select(PromotionCase.id, PromotionCase.candidate_id).where(
            PromotionCase.stage == Stage.DRAFT
        )
        chosen = act.db.execute(drafts.order_by(PromotionCase.id).limit(cases)).all()
    for case_id, candidate_id in chosen:
        with door.changing(case_id, now=NOW, by=candidate_id) as (act, case):
            nominations.write(act, case, statement="What speaks for me.", evidence={})
            nominations.submit(act, case)
    with door.acting(now=NOW) as act:
        return list(_waiting(act))


def _waiting(act: Act) -> Iterator[Waiting]:
    is_open = (Task.kind == TaskKind.APPROVE) & (Task.state == TaskState.OPEN)
    waits = is_open & Task.assignee_id.is_not(None) & (PromotionCase.stage == Stage.NOMINATED)
    query = select(Task).join(PromotionCase, PromotionCase.id == Task.case_id).where(waits)
    for task in act.db.scalars(query.order_by(Task.id)):
        assert task.case_id is not None
        assert task.assignee_id is not None
        yield Waiting(task.case_id, task.id, task.assignee_id)
