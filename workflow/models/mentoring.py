"""The mentoring that follows a promotion: mentor, agreed plan with its items, check-ins, checks."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Words
from workflow.vocabulary import PlanItemKind


class Mentorship(Base):
    """A mentor beside the promoted person for a number of weeks; None while another is looked for."""

    __tablename__ = "mentorship"
    __table_args__ = (
        UniqueConstraint("case_id", name="one_mentorship_per_case"),
        CheckConstraint("mentor_id <> mentee_id", name="nobody_mentors_oneself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"))
    mentee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    mentor_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    is_extended: Mapped[bool] = mapped_column(default=False)
    plan: Mapped[Words] = mapped_column(default="")
    agreed_by_mentor_at: Mapped[datetime | None] = mapped_column(default=None)
    agreed_by_mentee_at: Mapped[datetime | None] = mapped_column(default=None)
    conclusion: Mapped[str | None] = mapped_column(Text, default=None)
    concluded_at: Mapped[datetime | None] = mapped_column(default=None)
    concluded_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)


class PlanItem(Base):
    """A practice task or a training of the plan, and what has come of it."""

    __tablename__ = "plan_item"
    __table_args__ = (
        UniqueConstraint("mentorship_id", "kind", "title", name="one_item_per_title_of_the_plan"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    mentorship_id: Mapped[int] = mapped_column(ForeignKey("mentorship.id"))
    kind: Mapped[PlanItemKind]
    title: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date] = mapped_column(Date)
    done_on: Mapped[date | None] = mapped_column(Date, default=None)
    feedback: Mapped[str | None] = mapped_column(Text, default=None)


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


class PerformanceCheck(Base):
    """How the line manager rates the work in the new post, after so many weeks of mentoring."""

    __tablename__ = "performance_check"
    __table_args__ = (
        UniqueConstraint("mentorship_id", "week", name="one_performance_check_per_week"),
        CheckConstraint("rating IS NULL OR rating BETWEEN 1 AND 5", name="a_check_rates_from_one_to_five"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    mentorship_id: Mapped[int] = mapped_column(ForeignKey("mentorship.id"))
    week: Mapped[int]
    due_on: Mapped[date] = mapped_column(Date)
    rating: Mapped[int | None] = mapped_column(default=None)
    note: Mapped[str | None] = mapped_column(Text, default=None)
    written_at: Mapped[datetime | None] = mapped_column(default=None)
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
