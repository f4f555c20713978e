"""Published editions of the criteria and the cycles that run under them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Name, Words
from workflow.vocabulary import EditionState


class CriteriaEdition(Base):
    """One version of the criteria as one immutable document, named by its SHA-256."""

    __tablename__ = "criteria_edition"
    __table_args__ = (
        UniqueConstraint("key", "version", name="one_document_per_edition"),
        UniqueConstraint("sha256", name="a_document_is_published_once"),
        CheckConstraint(
            "published_by_id IS NULL OR proposed_by_id IS NULL OR published_by_id <> proposed_by_id",
            name="two_people_publish_criteria",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(32))
    sha256: Mapped[str] = mapped_column(String(64))
    document: Mapped[Words]
    effective_from: Mapped[date] = mapped_column(Date)
    review_by: Mapped[date] = mapped_column(Date)
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
    state: Mapped[EditionState] = mapped_column(default=EditionState.PUBLISHED)
    proposed_by_id: Mapped[int | None] = mapped_column(default=None)


class Cycle(Base):
    """A window in which nominations are taken under one edition.

    `drafts_reached_id` is the last person looked at for a draft, `draft_counts` what was found so far.
    """

    __tablename__ = "cycle"
    __table_args__ = (CheckConstraint("opens_on <= closes_on", name="a_cycle_opens_before_it_closes"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    name: Mapped[Name] = mapped_column(unique=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("criteria_edition.id"))
    opens_on: Mapped[date] = mapped_column(Date)
    closes_on: Mapped[date] = mapped_column(Date)
    quota: Mapped[int | None] = mapped_column(default=None)
    opens_drafts: Mapped[bool] = mapped_column(default=True)
    drafts_opened_at: Mapped[datetime | None] = mapped_column(default=None)
    drafts_reached_id: Mapped[int] = mapped_column(default=0)
    draft_counts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class AwaitedDraft(Base):
    """That a person's draft in a cycle waits for a fact that is missing on file.

    `seen_sequence` is the last entry of the organisation's journal when it was last looked for.
    """

    __tablename__ = "awaited_draft"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    seen_sequence: Mapped[int]
