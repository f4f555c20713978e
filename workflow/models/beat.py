"""The last time that a clock has looked for what time itself does."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base


class Beat(Base):
    """When a clock last went through everything that may be due, and how many seconds that took; one row."""

    __tablename__ = "beat"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    seconds: Mapped[float]
