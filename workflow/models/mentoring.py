"""The mentoring that follows a promotion: mentor, agreed plan, check-ins."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Words


class Mentorship(Base):
    """A mentor beside the promoted person for a number of weeks."""

    __tablename__ = "mentorship"
    __table_args__ = (
        UniqueConstraint("case_id", name="one_mentorship_per_case"),
        CheckConstraint("mentor_id <> mentee_id", name="nobody_mentors_oneself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"))
    mentee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    is_extended: Mapped[bool] = mapped_column(default=False)
    plan: Mapped[Words] = mapped_column(default="")
    agreed_by_mentor_at: Mapped[datetime | None] = mapped_column(default=None)
    agreed_by_mentee_at: Mapped[datetime | None] = mapped_column(default=None)


class CheckIn(Base):
    """A talk between mentor and mentee on a day counted from the start."""

    __tablename__ = "check_in"
    __table_args__ = (UniqueConstraint("mentorship_id", "day", name="one_check_in_per_day_of_the_plan"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    mentorship_id: Mapped[int] = mapped_column(ForeignKey("mentorship.id"))
    day: Mapped[int]
    due_on: Mapped[date] = mapped_column(Date)
    held_on: Mapped[date | None] = mapped_column(Date, default=None)
    mentor_note: Mapped[str | None] = mapped_column(Text, default=None)
    mentee_note: Mapped[str | None] = mapped_column(Text, default=None)
