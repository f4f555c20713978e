"""When the time of somebody who has left began to run, and for whom it stands still."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Words


class Departure(Base):
    """Since when it is known that somebody has left; gone again if he is back."""

    __tablename__ = "departure"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    noticed_at: Mapped[datetime]


class LegalHold(Base):
    """That nothing about a person is erased, such as during a lawsuit, and why."""

    __tablename__ = "legal_hold"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    because: Mapped[Words]
    placed_at: Mapped[datetime]
