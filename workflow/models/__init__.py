"""The tables: nouns of promotion work, no verbs; one file a subject."""

from workflow.models.absence import Absence
from workflow.models.aliases import aliased, make_ready
from workflow.models.base import Base, as_value, bare_table, columns
from workflow.models.beat import Beat
from workflow.models.case import (
    ApprovalStep,
    CaseCopy,
    EligibilityFinding,
    PromotionCase,
    RoundKey,
    StageRound,
    Waiver,
)
from workflow.models.committee import (
    BallotPaper,
    BallotReason,
    Committee,
    Elector,
    PassedOver,
    Recusal,
    Seat,
    Vote,
)
from workflow.models.competition import Competition, Entry, Judge, Score, ScoreEvidence, SealedScore
from workflow.models.criteria import AwaitedDraft, CriteriaEdition, Cycle
from workflow.models.emergency import EmergencyAccess
from workflow.models.journal import JournalChain, JournalEntry, JournalText
from workflow.models.mentoring import CheckIn, Mentorship, PerformanceCheck, PlanItem
from workflow.models.notice import Letter, Objection
from workflow.models.organisation import (
    AssignmentRecord,
    CareerStep,
    CertificateRecord,
    Demographics,
    Department,
    Employee,
    HrField,
    KeptApart,
    PerformanceRecord,
    RoleHolding,
    RoleProposal,
    Site,
    TrainingRecord,
)
from workflow.models.retention import Departure, LegalHold
from workflow.models.review import (
    RaterObjection,
    ReviewAnswer,
    ReviewContact,
    ReviewOutcome,
    ReviewRequest,
    SealedForm,
)
from workflow.models.task import Escalation, InboxRow, MissingFact, Reminder, Task

__all__ = [
    "Absence",
    "ApprovalStep",
    "AssignmentRecord",
    "AwaitedDraft",
    "BallotPaper",
    "BallotReason",
    "Base",
    "Beat",
    "CareerStep",
    "CaseCopy",
    "CertificateRecord",
    "CheckIn",
    "Committee",
    "Competition",
    "CriteriaEdition",
    "Cycle",
    "Demographics",
    "Department",
    "Departure",
    "Elector",
    "EligibilityFinding",
    "EmergencyAccess",
    "Employee",
    "Entry",
    "Escalation",
    "HrField",
    "InboxRow",
    "JournalChain",
    "JournalEntry",
    "JournalText",
    "Judge",
    "KeptApart",
    "LegalHold",
    "Letter",
    "Mentorship",
    "MissingFact",
    "Objection",
    "PassedOver",
    "PerformanceCheck",
    "PerformanceRecord",
    "PlanItem",
    "PromotionCase",
    "RaterObjection",
    "Recusal",
    "Reminder",
    "ReviewAnswer",
    "ReviewContact",
    "ReviewOutcome",
    "ReviewRequest",
    "RoleHolding",
    "RoleProposal",
    "RoundKey",
    "Score",
    "ScoreEvidence",
    "SealedForm",
    "SealedScore",
    "Seat",
    "Site",
    "StageRound",
    "Task",
    "TrainingRecord",
    "Vote",
    "Waiver",
    "aliased",
    "as_value",
    "bare_table",
    "columns",
    "make_ready",
]
