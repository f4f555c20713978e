"""A person's own confidential task on a case, done or not: it is changed until its round closes."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import PromotionCase, Task
from workflow.vocabulary import TaskKind


def latest_on(db: Session, case: PromotionCase, person_id: int, *kinds: TaskKind) -> Task | None:
    """The last task of these kinds that the person was given in the present round of the case."""
    own = select(Task).where(Task.round_id == case.round_id, Task.kind.in_(kinds))
    return db.scalars(own.where(Task.assignee_id == person_id).order_by(Task.id.desc())).first()
