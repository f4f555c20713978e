"""The tables: nouns of promotion work, no verbs; one file a subject."""

from workflow.models.base import Base
from workflow.models.case import (
    ApprovalStep,
    EligibilityFinding,
    PromotionCase,
    RoundKey,
    StageRound,
    Waiver,
)
from workflow.models.committee import BallotPaper, Committee, Elector, Recusal, Seat, Vote
from workflow.models.competition import Competition, Entry, Judge, Score, ScoreEvidence, SealedScore
from workflow.models.criteria import CriteriaEdition, Cycle
from workflow.models.journal import JournalChain, JournalEntry, JournalText
from workflow.models.mentoring import CheckIn, Mentorship
from workflow.models.organisation import (
    CareerStep,
    Demographics,
    Department,
    Employee,
    PerformanceRecord,
    RoleHolding,
    Site,
    TrainingRecord,
)
from workflow.models.review import ReviewAnswer, ReviewOutcome, ReviewRequest, SealedForm
from workflow.models.task import Escalation, InboxRow, Reminder, Task

__all__ = [
    "ApprovalStep",
    "BallotPaper",
    "Base",
    "CareerStep",
    "CheckIn",
    "Committee",
    "Competition",
    "CriteriaEdition",
    "Cycle",
    "Demographics",
    "Department",
    "Elector",
    "EligibilityFinding",
    "Employee",
    "Entry",
    "Escalation",
    "InboxRow",
    "JournalChain",
    "JournalEntry",
    "JournalText",
    "Judge",
    "Mentorship",
    "PerformanceRecord",
    "PromotionCase",
    "Recusal",
    "Reminder",
    "ReviewAnswer",
    "ReviewOutcome",
    "ReviewRequest",
    "RoleHolding",
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
]
