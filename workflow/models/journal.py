"""The append-only journal: one hash chain per case, personal text bound by a salted digest."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base


class JournalEntry(Base):
    """One thing that happened, sealed by the hash of the entry before it."""

    __tablename__ = "journal_entry"
    __table_args__ = (UniqueConstraint("chain", "sequence", name="one_entry_per_place_in_the_chain"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    chain: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[int | None] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]]
    text_digest: Mapped[str | None] = mapped_column(String(64))
    request_id: Mapped[str | None] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    on_behalf_of_id: Mapped[int | None] = mapped_column(default=None)


class JournalText(Base):
    """Personal text of an entry with the salt of its digest; erasable without breaking the chain."""

    __tablename__ = "journal_text"

    entry_id: Mapped[int] = mapped_column(ForeignKey("journal_entry.id"), primary_key=True, init=False)
    salt: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)


class JournalChain(Base):
    """The head of a chain that belongs to no case, such as the organisation's."""

    __tablename__ = "journal_chain"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    sequence: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64), default="")
