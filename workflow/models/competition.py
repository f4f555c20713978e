"""The internal competition for a post: entries, judges, sealed scores and the order of merit."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Name
from workflow.vocabulary import CompetitionState, Level, Track


class Competition(Base):
    """A contest for a number of seats in one post; cases enter it."""

    __tablename__ = "competition"
    __table_args__ = (CheckConstraint("seats >= 1", name="a_competition_fills_a_seat"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[Name]
    target_track: Mapped[Track]
    target_level: Mapped[Level]
    target_post: Mapped[Name]
    seats: Mapped[int]
    opens_on: Mapped[date] = mapped_column(Date)
    closes_on: Mapped[date] = mapped_column(Date)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"), default=None)
    state: Mapped[CompetitionState] = mapped_column(default=CompetitionState.ANNOUNCED)
    scores_due_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)


class Entry(Base):
    """A case in a competition, with its place once the order of merit is known."""

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("round_id", name="one_entry_per_round"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    competition_id: Mapped[int] = mapped_column(ForeignKey("competition.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"))
    score: Mapped[float | None] = mapped_column(default=None)
    composite: Mapped[float | None] = mapped_column(default=None)
    place: Mapped[int | None] = mapped_column(default=None)
    build_up: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class Judge(Base):
    """A member of the panel of one competition."""

    __tablename__ = "judge"
    __table_args__ = (UniqueConstraint("competition_id", "employee_id", name="one_seat_per_judge"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    competition_id: Mapped[int] = mapped_column(ForeignKey("competition.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))


class SealedScore(Base):
    """One judge's sheet for one entry before all are in, encrypted; replaceable by its author."""

    __tablename__ = "sealed_score"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey("judge.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class Score(Base):
    """One opened score of one judge for one criterion, 1 to 5."""

    __tablename__ = "score"
    __table_args__ = (CheckConstraint("value BETWEEN 1 AND 5", name="a_score_is_one_to_five"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey("judge.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[float]
