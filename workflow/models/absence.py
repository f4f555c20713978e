"""Who is away for some days, and who stands in for him meanwhile."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base
from workflow.vocabulary import TaskKind


class Absence(Base):
    """That somebody is away from one day to another, and who does his tasks of a kind, or of every kind."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("absent_id <> substitute_id", name="nobody_is_his_own_substitute"),
        CheckConstraint("begins_at < ends_at", name="an_absence_ends_after_it_begins"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    absent_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    kind: Mapped[TaskKind | None]
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    named_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    named_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
