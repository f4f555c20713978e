"""The internal competition for a post: entries, judges, sealed scores and the order of merit."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Date,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    and_,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Name, Words
from workflow.vocabulary import ROTATING_SEAT, CompetitionState, Level, MeritPart, Track


class Competition(Base):
    """A contest for a number of seats in one post; cases of its department's tree, or of all, enter it.

    `opens_at` and `closes_at` are the first and the last instant of its days where the announcer works.
    """

    __tablename__ = "competition"
    __table_args__ = (
        CheckConstraint("seats >= 1", name="a_competition_fills_a_seat"),
        CheckConstraint("closes_on >= opens_on", name="a_competition_opens_before_it_closes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[Name]
    target_track: Mapped[Track]
    target_level: Mapped[Level]
    target_post: Mapped[Name]
    seats: Mapped[int]
    opens_on: Mapped[date] = mapped_column(Date)
    closes_on: Mapped[date] = mapped_column(Date)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("criteria_edition.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), default=None)
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"), default=None)
    state: Mapped[CompetitionState] = mapped_column(default=CompetitionState.ANNOUNCED)
    round_number: Mapped[int] = mapped_column(default=1)
    scores_due_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)


class Entry(Base):
    """A case in a competition, with its place once the order of merit is known.

    `rounds` holds what each round gave, by its key; `variance` is that of the composite, in points squared.
    """

    __tablename__ = "entry"
    __table_args__ = (UniqueConstraint("round_id", name="one_entry_per_round"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    competition_id: Mapped[int] = mapped_column(ForeignKey("competition.id"), index=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"))
    panel: Mapped[int | None] = mapped_column(default=None)
    position: Mapped[int | None] = mapped_column(default=None)
    rounds: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    shortlisted: Mapped[str | None] = mapped_column(String(64), default=None)
    score: Mapped[float | None] = mapped_column(default=None)
    composite: Mapped[float | None] = mapped_column(default=None)
    variance: Mapped[float | None] = mapped_column(default=None)
    place: Mapped[int | None] = mapped_column(default=None)
    is_tied: Mapped[bool] = mapped_column(default=False)
    proposed_place: Mapped[int | None] = mapped_column(default=None)
    separated_by: Mapped[MeritPart | None] = mapped_column(default=None)
    tie_reason: Mapped[str | None] = mapped_column(Text, default=None)
    build_up: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class Judge(Base):
    """A member of a panel of one competition; panel 0 is the rotating seat, which is in every panel.

    Whoever leaves the seat once scores are open stays on file, so that his scores stand. `successor_until`
    is set where HR is to name another in the place of one who is missing, until when it has time for it.
    """

    __tablename__ = "judge"
    __table_args__ = (UniqueConstraint("competition_id", "employee_id", name="one_seat_per_judge"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    competition_id: Mapped[int] = mapped_column(ForeignKey("competition.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    panel: Mapped[int] = mapped_column(default=1)
    is_seated: Mapped[bool] = mapped_column(default=True)
    successor_until: Mapped[datetime | None] = mapped_column(default=None)

    @classmethod
    def is_vacant(cls) -> ColumnElement[bool]:
        """Condition: whoever had the seat has lost it, and somebody else is to take it."""
        return and_(~cls.is_seated, cls.successor_until.is_not(None))

    @classmethod
    def scores(cls, entry: type[Entry]) -> ColumnElement[bool]:
        """Condition: the seat, present or past, is on the panel of the entry."""
        is_on_panel = or_(cls.panel == ROTATING_SEAT, cls.panel == entry.panel)
        return and_(cls.competition_id == entry.competition_id, is_on_panel)


class SealedScore(Base):
    """One judge's sheet for one entry before all are in, encrypted; replaceable by its author.

    A doubted one is so far from the others that its judge has been asked to confirm it.
    """

    __tablename__ = "sealed_score"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey("judge.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    is_doubted: Mapped[bool] = mapped_column(default=False)


class Score(Base):
    """One opened score of one judge for one criterion in one round, 1 to 5."""

    __tablename__ = "score"
    __table_args__ = (CheckConstraint("value BETWEEN 1 AND 5", name="a_score_is_one_to_five"),)

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey("judge.id"), primary_key=True)
    round_number: Mapped[int] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[float]


class ScoreEvidence(Base):
    """What a judge wrote to confirm a sheet that stood far from the others, kept once it is open."""

    __tablename__ = "score_evidence"

    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey("judge.id"), primary_key=True)
    round_number: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[Words]
