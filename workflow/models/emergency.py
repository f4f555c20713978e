"""Cases that somebody may read for an hour although they are not his, because two people answer for it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Words


class EmergencyAccess(Base):
    """That somebody has asked to read a case, and until when he may, once another person has granted it."""

    __tablename__ = "emergency_access"
    __table_args__ = (
        CheckConstraint(
            "granted_by_id IS NULL OR granted_by_id <> asked_by_id", name="two_people_open_a_case"
        ),
        CheckConstraint("(granted_by_id IS NULL) = (ends_at IS NULL)", name="what_is_granted_has_an_end"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    asked_at: Mapped[datetime]
    reason: Mapped[Words]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
    ends_at: Mapped[datetime | None] = mapped_column(default=None)
    read_at: Mapped[datetime | None] = mapped_column(default=None)
