"""Which fact is missing on file, in which department, and about whom."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from workflow.errors import NotFound
from workflow.kept_apart import are_apart
from workflow.models import Department, Employee, InboxRow, MissingFact, RoleHolding, Task
from workflow.queries.shaping import Person, person_of
from workflow.vocabulary import Role, TaskKind, TaskState


@dataclass(frozen=True, slots=True)
class DataGap:
    """A fact that is missing, or that somebody says is wrong, with the people it concerns."""

    task_id: int
    kind: TaskKind
    state: TaskState
    detail: str | None
    department: str | None
    due_at: datetime
    people: list[Person]


def gap(db: Session, task_id: int, person_id: int) -> DataGap:
    """One task about data on file, of somebody whom the person is HR to; raises NotFound."""
    task = db.get(Task, task_id)
    if (
        task is None
        or not db.scalar(select(_is_known_to(person_id, task_id)))
        or task.kind not in (TaskKind.FIX_DATA, TaskKind.CORRECT_DATA)
    ):
        raise NotFound(kind="task")
    of_department = task.kind is TaskKind.FIX_DATA
    department = db.get(Department, task.subject_id) if of_department else None
    concerned = select(MissingFact.employee_id).where(MissingFact.task_id == task.id)
    people = select(person_of("person", Employee)).order_by(Employee.number)
    shown = people.where(Employee.id.in_(concerned) if of_department else Employee.id == task.subject_id)
    return DataGap(
        task_id=task.id,
        kind=task.kind,
        state=task.state,
        detail=task.detail,
        department=department.name if department is not None else None,
        due_at=task.due_at,
        people=list(db.scalars(shown)),
    )


def _is_known_to(person_id: int, task_id: int) -> ColumnElement[bool]:
    """That a person is HR to everybody, or has the task, done or not, for his department.

    Nobody knows what one reports from whom he is kept apart.
    """
    of_all = exists().where(RoleHolding.employee_id == person_id, RoleHolding.role == Role.HR)
    waits = exists().where(InboxRow.task_id == task_id, InboxRow.person_id == person_id)
    done = exists().where(Task.id == task_id, Task.done_by_id == person_id)
    is_apart = exists().where(
        Task.id == task_id, Task.kind == TaskKind.CORRECT_DATA, are_apart(Task.subject_id, person_id)
    )
    return and_(or_(of_all, waits, done), ~is_apart)
