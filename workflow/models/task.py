"""Tasks, the inbox that lists them, and the ladder of reminders that hangs on each."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base
from workflow.vocabulary import ReminderTarget, Role, TaskKind, TaskState

_OPEN = f"state = '{TaskState.OPEN}'"
_OPEN_GAP = f"kind = '{TaskKind.FIX_DATA}' AND {_OPEN}"


class Task(Base):
    """Something one person, or any one holder of a role, must do by a date."""

    __tablename__ = "task"
    __table_args__ = (
        CheckConstraint(
            "(assignee_id IS NULL) <> (role IS NULL)", name="a_task_waits_for_a_person_or_a_role"
        ),
        Index("task_by_case", "case_id", "state"),
        Index("task_by_subject", "subject_id", "kind"),
        Index("task_by_kind", "kind", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index(
            "one_open_task_per_fact_and_department",
            "subject_id",
            "detail",
            unique=True,
            sqlite_where=text(_OPEN_GAP),
            postgresql_where=text(_OPEN_GAP),
        ),
        Index(
            "task_by_role",
            "role",
            sqlite_where=text("role IS NOT NULL"),
            postgresql_where=text("role IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[TaskKind]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("promotion_case.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("stage_round.id"))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None, index=True)
    role: Mapped[Role | None] = mapped_column(default=None)
    subject_id: Mapped[int | None] = mapped_column(default=None)
    detail: Mapped[str | None] = mapped_column(String(200), default=None)
    state: Mapped[TaskState] = mapped_column(default=TaskState.OPEN)
    version: Mapped[int] = mapped_column(default=1)
    done_at: Mapped[datetime | None] = mapped_column(default=None)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None, index=True)
    nudged_at: Mapped[datetime | None] = mapped_column(default=None)
    on_behalf_of_id: Mapped[int | None] = mapped_column(default=None)


class MissingFact(Base):
    """That a task to complete the data of a department concerns a person."""

    __tablename__ = "missing_fact"

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)


class InboxRow(Base):
    """That an open task stands in a person's inbox, or a substitute's; the key is the sort order."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("inbox_by_task", "task_id"),
        Index(
            "inbox_by_substitute",
            "on_behalf_of_id",
            sqlite_where=text("on_behalf_of_id IS NOT NULL"),
            postgresql_where=text("on_behalf_of_id IS NOT NULL"),
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    on_behalf_of_id: Mapped[int | None] = mapped_column(default=None)


class Reminder(Base):
    """A rung of the ladder still to come; it goes when it has fired or the task is over."""

    __tablename__ = "reminder"
    __table_args__ = (Index("reminder_by_at", "at"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(primary_key=True)
    target: Mapped[ReminderTarget] = mapped_column(primary_key=True)


class Escalation(Base):
    """That somebody's superior, or HR, has been told of an overdue task."""

    __tablename__ = "escalation"

    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    at: Mapped[datetime]
