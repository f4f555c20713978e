"""Committees, their seats, recusals, and votes whose register and box are kept apart."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Name, Words
from workflow.vocabulary import Choice, VoteResult


class Committee(Base):
    """A standing or ad hoc body that decides on cases; `size` counts its full seats, vacant ones included."""

    __tablename__ = "committee"
    __table_args__ = (CheckConstraint("size % 2 = 1", name="a_committee_has_an_odd_size"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[Name] = mapped_column(unique=True)
    chair_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    size: Mapped[int]
    is_standing: Mapped[bool] = mapped_column(default=True)


class Seat(Base):
    """A member's, or an alternate's, term of office in a committee."""

    __tablename__ = "seat"
    __table_args__ = (UniqueConstraint("committee_id", "employee_id", name="one_seat_per_member"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    is_alternate: Mapped[bool] = mapped_column(default=False)


class Recusal(Base):
    """A member kept out of one case, with the conflict that says why."""

    __tablename__ = "recusal"
    __table_args__ = (UniqueConstraint("case_id", "employee_id", name="one_recusal_per_member_and_case"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    conflict: Mapped[str] = mapped_column(String(64))
    is_declared: Mapped[bool]
    at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(Text, default=None)


class Vote(Base):
    """One secret vote on one case: entitled frozen at the opening, verdict kept at the close."""

    __tablename__ = "vote"
    __table_args__ = (
        UniqueConstraint("round_id", "number", name="votes_of_a_round_are_counted"),
        Index(
            "one_open_vote_per_round",
            "round_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"))
    committee_id: Mapped[int] = mapped_column(ForeignKey("committee.id"))
    number: Mapped[int]
    seats: Mapped[int]
    recused: Mapped[int]
    entitled: Mapped[int]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    is_deviation: Mapped[bool] = mapped_column(default=False)
    is_extended: Mapped[bool] = mapped_column(default=False)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    result: Mapped[VoteResult | None] = mapped_column(default=None)
    tally: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class Elector(Base):
    """The register: who may vote and whether he has; it knows neither time nor choice."""

    __tablename__ = "elector"

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True, index=True)
    has_voted: Mapped[bool] = mapped_column(default=False)


class BallotPaper(Base):
    """The box: a choice under a keyed pseudonym until the close, under a random one after it.

    A reason lies beside it under the round's key until the close, and nowhere near it afterwards.
    """

    __tablename__ = "ballot_paper"
    __table_args__ = (
        CheckConstraint("choice IN ('yes', 'no', 'defer', 'abstain')", name="a_ballot_is_one_of_four"),
    )

    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    pseudonym: Mapped[str] = mapped_column(String(64), primary_key=True)
    choice: Mapped[Choice]
    sealed_reason: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


class BallotReason(Base):
    """A reason from the box, without its choice, kept for the chair until the decision is recorded."""

    __tablename__ = "ballot_reason"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class PassedOver(Base):
    """Why the vote of a round passes over a better placed case: the chair's words for that candidate."""

    __tablename__ = "passed_over"

    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"), primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"), primary_key=True, index=True)
    reason: Mapped[Words]
