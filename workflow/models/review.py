"""The 360-degree review: who was asked, forms while sealed, and answers that name nobody."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base
from workflow.vocabulary import RequestState, Source


class ReviewRequest(Base):
    """That somebody was asked to review; says whether a form is in, never when nor what it says."""

    __tablename__ = "review_request"
    __table_args__ = (UniqueConstraint("round_id", "rater_id", name="one_form_per_rater_and_round"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"))
    rater_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    source: Mapped[Source]
    state: Mapped[RequestState] = mapped_column(default=RequestState.ASKED)
    is_other_team: Mapped[bool] = mapped_column(default=False)


class SealedForm(Base):
    """A form before the close, encrypted under the round's key; replaced by its author at will."""

    __tablename__ = "sealed_form"

    request_id: Mapped[int] = mapped_column(ForeignKey("review_request.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)


class ReviewAnswer(Base):
    """One answered item after the close: no person, no time, no order; forms share a random key."""

    __tablename__ = "review_answer"
    __table_args__ = (
        CheckConstraint("value IS NULL OR value BETWEEN 1 AND 5", name="an_answer_is_one_to_five"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"), index=True)
    form: Mapped[str] = mapped_column(String(32))
    source: Mapped[Source]
    item: Mapped[str] = mapped_column(String(64))
    value: Mapped[int | None]
    evidence: Mapped[str | None] = mapped_column(Text, default=None)


class ReviewOutcome(Base):
    """What was published once when the round closed: exact figures and the view people get."""

    __tablename__ = "review_outcome"

    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"), primary_key=True)
    published_at: Mapped[datetime]
    score: Mapped[float | None]
    exact: Mapped[dict[str, Any]]
    shown: Mapped[dict[str, Any]]
