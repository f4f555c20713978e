"""What follows a decision: objections during the public notice, and letters to the employee."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Words
from workflow.vocabulary import LetterKind, ObjectionState, Stage


class Objection(Base):
    """Somebody's written objection to a decision on notice, and what HR said to it."""

    __tablename__ = "objection"
    __table_args__ = (
        UniqueConstraint("round_id", "objector_id", name="one_objection_per_person_and_round"),
        CheckConstraint("(state = 'upheld') = (step IS NOT NULL)", name="an_upheld_objection_names_a_step"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"))
    objector_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    text: Mapped[Words]
    raised_at: Mapped[datetime]
    state: Mapped[ObjectionState] = mapped_column(default=ObjectionState.OPEN)
    step: Mapped[Stage | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(Text, default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)


class Letter(Base):
    """What the employee was told in writing, in his language, as it stood on that day."""

    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("round_id", "kind", name="one_letter_per_round_and_kind"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"), index=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"))
    kind: Mapped[LetterKind]
    locale: Mapped[str] = mapped_column(String(16))
    text: Mapped[Words]
    written_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
