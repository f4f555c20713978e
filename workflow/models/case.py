"""A promotion case, its rounds, its approval chain and what its eligibility check saw."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow.models.base import Base, Name, Words
from workflow.models.organisation import Employee
from workflow.vocabulary import OPEN_STAGES, Answer, Approver, Level, Nominator, Stage, StepState, Track

_STAGES = ", ".join(f"'{stage}'" for stage in Stage)
_OPEN = ", ".join(f"'{stage}'" for stage in sorted(OPEN_STAGES))
# Whoever has withdrawn may be nominated again in the same cycle.
_IN_ITS_CYCLE = f"cycle_id IS NOT NULL AND stage <> '{Stage.WITHDRAWN}'"


class PromotionCase(Base):
    """One person's way to one target, pinned to the edition it was opened under."""

    __tablename__ = "promotion_case"
    __table_args__ = (
        CheckConstraint(f"stage IN ({_STAGES})", name="stage_is_known"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        CheckConstraint(
            "pending IS NULL OR pending IN ('carry', 'reject', 'place_in_reserve')",
            name="what_waits_for_release_is_known",
        ),
        CheckConstraint(
            "pending IS NULL OR stage = 'committee'", name="only_a_committees_decision_waits_for_release"
        ),
        Index(
            "one_open_case_per_person_and_target",
            "candidate_id",
            "target_track",
            "target_level",
            unique=True,
            sqlite_where=text(f"stage IN ({_OPEN})"),
            postgresql_where=text(f"stage IN ({_OPEN})"),
        ),
        Index(
            "one_case_per_person_cycle_and_target",
            "candidate_id",
            "cycle_id",
            "target_track",
            "target_level",
            unique=True,
            sqlite_where=text(_IN_ITS_CYCLE),
            postgresql_where=text(_IN_ITS_CYCLE),
        ),
        Index(
            "one_draft_per_person_and_cycle",
            "candidate_id",
            "cycle_id",
            unique=True,
            sqlite_where=text("nominated_as = 'cycle'"),
            postgresql_where=text("nominated_as = 'cycle'"),
        ),
        Index("promotion_case_by_stage", "stage", "id"),
        Index(
            "promotion_case_by_post",
            "target_post",
            "target_level",
            "target_track",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "promotion_case_by_stuck_reason",
            "stuck_reason",
            sqlite_where=text("stuck_reason IS NOT NULL"),
            postgresql_where=text("stuck_reason IS NOT NULL"),
        ),
        Index(
            "promotion_case_by_nominated_by_id",
            "nominated_by_id",
            sqlite_where=text("nominated_by_id IS NOT NULL"),
            postgresql_where=text("nominated_by_id IS NOT NULL"),
        ),
        Index(
            "promotion_case_by_pending",
            "cycle_id",
            sqlite_where=text("pending IS NOT NULL"),
            postgresql_where=text("pending IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    target_track: Mapped[Track]
    target_level: Mapped[Level]
    target_post: Mapped[Name]
    edition_id: Mapped[int] = mapped_column(ForeignKey("criteria_edition.id"))
    nominated_as: Mapped[Nominator]
    opened_at: Mapped[datetime]
    nominated_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"), default=None, index=True)
    is_contested: Mapped[bool] = mapped_column(default=False)
    statement: Mapped[Words] = mapped_column(default="")
    evidence: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    target_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), default=None)
    target_manager_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
    consented_at: Mapped[datetime | None] = mapped_column(default=None)
    stage: Mapped[Stage] = mapped_column(default=Stage.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    round_id: Mapped[int | None] = mapped_column(
        ForeignKey("stage_round.id", use_alter=True, name="promotion_case_round_id_exists"),
        default=None,
        index=True,
    )
    committee_id: Mapped[int | None] = mapped_column(ForeignKey("committee.id"), default=None)
    journal_sequence: Mapped[int] = mapped_column(default=0)
    journal_head: Mapped[str] = mapped_column(String(64), default="")
    effective_on: Mapped[date | None] = mapped_column(Date, default=None)
    effect_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
    outcome_text: Mapped[str | None] = mapped_column(Text, default=None)
    internal_reason: Mapped[str | None] = mapped_column(Text, default=None)
    released_at: Mapped[datetime | None] = mapped_column(default=None)
    pending: Mapped[str | None] = mapped_column(String(32), default=None)
    duties_acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    stuck_reason: Mapped[str | None] = mapped_column(String(64), default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    candidate: Mapped[Employee] = relationship(
        init=False, lazy="joined", innerjoin=True, foreign_keys=[candidate_id], repr=False
    )
    round: Mapped["StageRound | None"] = relationship(
        init=False, lazy="joined", foreign_keys=[round_id], post_update=True, repr=False
    )
    nominated_by: Mapped[Employee | None] = relationship(
        init=False, viewonly=True, foreign_keys=[nominated_by_id], repr=False
    )
    decided_by: Mapped[Employee | None] = relationship(
        init=False, viewonly=True, foreign_keys=[decided_by_id], repr=False
    )
    target_manager: Mapped[Employee | None] = relationship(
        init=False, viewonly=True, foreign_keys=[target_manager_id], repr=False
    )

    @property
    def author_id(self) -> int:
        """Who writes the nomination: the nominator, or the candidate where the cycle opened the draft."""
        return self.candidate_id if self.nominated_by_id is None else self.nominated_by_id

    @property
    def target(self) -> dict[str, Any]:
        """Where the case leads, as the journal tells it."""
        return {"track": self.target_track, "level": self.target_level, "post": self.target_post}

    @property
    def is_private(self) -> bool:
        """Whether a peer has nominated and the candidate has not agreed: nobody else may know of it."""
        return self.nominated_as is Nominator.PEER and self.consented_at is None


class StageRound(Base):
    """One stay of a case in a stage; counted 1, 2, … and never changed once closed."""

    __tablename__ = "stage_round"
    __table_args__ = (UniqueConstraint("case_id", "stage", "number", name="rounds_are_counted_once"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"))
    stage: Mapped[Stage]
    number: Mapped[int]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    facts: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)


class RoundKey(Base):
    """The key that seals what is secret in a round; destroyed when the secret is no longer needed."""

    __tablename__ = "round_key"

    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(64))


class EligibilityFinding(Base):
    """What one eligibility rule answered for a case, with the value it saw."""

    __tablename__ = "eligibility_finding"
    __table_args__ = (UniqueConstraint("round_id", "rule", name="one_finding_per_rule"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"))
    rule: Mapped[str] = mapped_column(String(64))
    required: Mapped[str] = mapped_column(String(200))
    value: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(200))
    answer: Mapped[Answer]


class Waiver(Base):
    """HR's recorded exception from one rule of one case, with its reason."""

    __tablename__ = "waiver"
    __table_args__ = (UniqueConstraint("case_id", "rule", name="one_waiver_per_rule"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"))
    rule: Mapped[str] = mapped_column(String(64))
    reason: Mapped[Words]
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    granted_at: Mapped[datetime]


class ApprovalStep(Base):
    """One signature in the chain of a nomination round.

    Each time a nomination comes back its chain starts anew: `attempt` counts the chains of a round,
    `group` the groups of a chain, whose seats are asked together. `named_id` is whom the seat was handed over
    to; or an added signer, of whom the seat `asked_for_id` wants to hear before it signs. A substitute is the
    approver `on_behalf_of_id` somebody.
    """

    __tablename__ = "approval_step"
    __table_args__ = (
        UniqueConstraint("round_id", "position", name="one_approver_per_position"),
        Index(
            "approval_step_by_approver_id",
            "approver_id",
            sqlite_where=text("approver_id IS NOT NULL"),
            postgresql_where=text("approver_id IS NOT NULL"),
        ),
        Index(
            "approval_step_by_on_behalf_of_id",
            "on_behalf_of_id",
            sqlite_where=text("on_behalf_of_id IS NOT NULL"),
            postgresql_where=text("on_behalf_of_id IS NOT NULL"),
        ),
        Index(
            "approval_step_by_asked_for_id",
            "asked_for_id",
            sqlite_where=text("asked_for_id IS NOT NULL"),
            postgresql_where=text("asked_for_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("stage_round.id"))
    position: Mapped[int]
    attempt: Mapped[int]
    group: Mapped[int] = mapped_column("group_number")
    seat: Mapped[Approver]
    state: Mapped[StepState] = mapped_column(default=StepState.WAITING)
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(Text, default=None)
    resolved: Mapped[str | None] = mapped_column(String(200), default=None)
    named_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
    asked_for_id: Mapped[int | None] = mapped_column(ForeignKey("approval_step.id"), default=None)
    on_behalf_of_id: Mapped[int | None] = mapped_column(default=None)

    @property
    def is_added(self) -> bool:
        """Whether another seat has asked for this signature, which the edition does not."""
        return self.asked_for_id is not None


class CaseCopy(Base):
    """That somebody without a part in a case is kept informed of where it stands, and by whom."""

    __tablename__ = "case_copy"

    case_id: Mapped[int] = mapped_column(ForeignKey("promotion_case.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True, index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    at: Mapped[datetime]
