"""The words of promotion work, each said once, as the enums that tables, rules and pages share."""

from enum import StrEnum


class Stage(StrEnum):
    """Where a case stands; the one list of stages, waiting places and ends."""

    DRAFT = "draft"
    NOMINATED = "nominated"
    REVIEW = "review"
    COMPETITION = "competition"
    COMMITTEE = "committee"
    NOTICE = "notice"
    MENTORING = "mentoring"
    RESERVE = "reserve"
    COMPLETED = "completed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REVERTED = "reverted"


ENDS = frozenset({Stage.COMPLETED, Stage.DECLINED, Stage.WITHDRAWN, Stage.REVERTED})
WAITING = frozenset({Stage.RESERVE})
OPEN_STAGES = frozenset(Stage) - ENDS - WAITING


class Track(StrEnum):
    """The ladder a level belongs to."""

    MANAGEMENT = "management"
    PROFESSIONAL = "professional"
    CROSS_DEPARTMENT = "cross_department"


class Level(StrEnum):
    """Rungs of a ladder, lowest first."""

    JUNIOR = "junior"
    INTERMEDIATE = "intermediate"
    SENIOR = "senior"
    PRINCIPAL = "principal"
    EXPERT = "expert"

    @property
    def rank(self) -> int:
        """Position on the ladder: 1 (junior) to 5 (expert)."""
        return list(Level).index(self) + 1

    @property
    def above(self) -> "Level | None":
        """The next level up, or None at the top."""
        return next((level for level in Level if level.rank == self.rank + 1), None)


class Role(StrEnum):
    """What a person is allowed to be beyond being an employee."""

    HR = "hr"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Nominator(StrEnum):
    """Who put a case forward."""

    MANAGER = "manager"
    SELF = "self"
    PEER = "peer"
    HR = "hr"
    CYCLE = "cycle"  # the service itself, for everybody eligible


class Approver(StrEnum):
    """The seats an approval chain may name."""

    LINE_MANAGER = "line_manager"
    DEPARTMENT_HEAD = "department_head"
    HR = "hr"


class StepState(StrEnum):
    """What has become of one step of an approval chain."""

    WAITING = "waiting"
    OPEN = "open"
    SIGNED = "signed"
    ADVISED_AGAINST = "advised_against"
    DECLINED = "declined"
    RETURNED = "returned"
    NOT_NEEDED = "not_needed"


class AssignmentKind(StrEnum):
    """What somebody did in another department."""

    ROTATION = "rotation"
    PROJECT = "project"


class ApartBecause(StrEnum):
    """Why two people have no say in each other's cases."""

    RELATIVE = "relative"
    GRIEVANCE = "grievance"  # open between the two, who do not hear of it here


class Source(StrEnum):
    """From where a rater of the 360-degree review looks at the candidate."""

    SUPERIOR = "superior"
    PEER = "peer"
    SUBORDINATE = "subordinate"
    CUSTOMER = "customer"
    SELF = "self"


class RequestState(StrEnum):
    """What has become of one request to fill in a review form."""

    ASKED = "asked"
    SUBMITTED = "submitted"
    DECLINED = "declined"
    REPLACED = "replaced"
    MISSED = "missed"


class RaterObjectionState(StrEnum):
    """What HR has decided on a candidate's objection to a rater, in time or not."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    UNDECIDED = "undecided"


class CompetitionState(StrEnum):
    """Where an internal competition stands: entries closed, a round being scored, its sheets open."""

    ANNOUNCED = "announced"
    CLOSED = "closed"
    SCORING = "scoring"
    SCORED = "scored"
    DECIDED = "decided"
    CANCELLED = "cancelled"


# The panel of whoever judges in every panel of a competition.
ROTATING_SEAT = 0


class RoundKind(StrEnum):
    """The rounds an internal competition may have, each at most once."""

    SIFT = "sift"
    WRITTEN = "written"
    PRESENTATION = "presentation"
    INTERVIEW = "interview"
    PRACTICAL = "practical"


class MeritPart(StrEnum):
    """What the composite is made of."""

    PERFORMANCE = "performance"
    REVIEW = "review"
    COMPETITION = "competition"


class TieOrder(StrEnum):
    """By what those are placed who stand too close together at the cut."""

    MERIT = "merit"
    SECONDARY = "secondary"


class Choice(StrEnum):
    """What a committee member may put on a ballot."""

    YES = "yes"
    NO = "no"
    DEFER = "defer"
    ABSTAIN = "abstain"


class VoteResult(StrEnum):
    """What a counted vote says."""

    CARRIED = "carried"
    NOT_CARRIED = "not_carried"
    DEFERRED = "deferred"
    REPEAT = "repeat"
    NO_QUORUM = "no_quorum"


class ObjectionState(StrEnum):
    """What has become of an objection; `lapsed` when the decision it was against is no more."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    LAPSED = "lapsed"


class LetterKind(StrEnum):
    """What a letter tells the employee."""

    PROMOTED = "promoted"
    DECLINED = "declined"
    RESERVE = "reserve"
    CONFIRMED = "confirmed"
    REVERTED = "reverted"


class PlanItemKind(StrEnum):
    """What a mentoring plan is made of."""

    PRACTICE = "practice"
    TRAINING = "training"


class TaskKind(StrEnum):
    """Everything one person may have to do by a date."""

    CHECK_CYCLE = "check_cycle"
    WRITE_STATEMENT = "write_statement"
    CONSENT = "consent"
    SUBMIT_NOMINATION = "submit_nomination"
    REVISE_NOMINATION = "revise_nomination"
    APPROVE = "approve"
    FIX_DATA = "fix_data"
    CORRECT_DATA = "correct_data"
    COMPLETE_CALENDAR = "complete_calendar"
    SETTLE_ELIGIBILITY = "settle_eligibility"
    DECIDE_RATER_OBJECTION = "decide_rater_objection"
    REVIEW = "review"
    RESCUE_REVIEW = "rescue_review"
    DECIDE_ENTRIES = "decide_entries"
    SEAT_PANEL = "seat_panel"
    REPLACE_JUDGE = "replace_judge"
    SCORE = "score"
    CONFIRM_SCORE = "confirm_score"
    SIGN_SHORTLIST = "sign_shortlist"
    OPEN_BALLOT = "open_ballot"
    CAST_BALLOT = "cast_ballot"
    WRITE_DECISION = "write_decision"
    RELEASE_DECISIONS = "release_decisions"
    DECIDE_OBJECTION = "decide_objection"
    ACKNOWLEDGE_LETTER = "acknowledge_letter"
    NAME_MENTOR = "name_mentor"
    ACKNOWLEDGE_DUTIES = "acknowledge_duties"
    AGREE_PLAN = "agree_plan"
    CHECK_IN = "check_in"
    PERFORMANCE_CHECK = "performance_check"
    CONFIRM = "confirm"
    UNBLOCK = "unblock"


CONFIDENTIAL_TASKS = frozenset(
    {TaskKind.REVIEW, TaskKind.SCORE, TaskKind.CONFIRM_SCORE, TaskKind.CAST_BALLOT}
)
# Of which only their owner is reminded; neither his superior nor HR hears of them.
PRIVATE_TASKS = CONFIDENTIAL_TASKS | {TaskKind.CONSENT}
# Which their holder may hand over: all others are personal, or belong to everybody of a role already.
TRANSFERABLE_TASKS = frozenset({TaskKind.APPROVE, TaskKind.PERFORMANCE_CHECK, TaskKind.CONFIRM})
CHAIRS_TASKS = frozenset({TaskKind.OPEN_BALLOT, TaskKind.WRITE_DECISION})
# Tasks that may belong to a competition as a whole; their subject is its key then, and no case is named.
COMPETITION_TASKS = frozenset(
    {
        *(TaskKind.DECIDE_ENTRIES, TaskKind.SEAT_PANEL, TaskKind.REPLACE_JUDGE),
        *(TaskKind.SIGN_SHORTLIST, TaskKind.WRITE_DECISION),
    }
)
# HR may make an exception in them, which is not for whoever has put the candidate forward or manages him.
EXCEPTION_TASKS = frozenset({TaskKind.SETTLE_ELIGIBILITY, TaskKind.RESCUE_REVIEW})
CYCLE_TASKS = frozenset({TaskKind.CHECK_CYCLE, TaskKind.RELEASE_DECISIONS})  # their subject is a cycle
# For those who are HR of everybody.
WHOLE_HR_TASKS = CYCLE_TASKS | {TaskKind.COMPLETE_CALENDAR}
# About a cycle, a site, a department or a person: they belong to no case and no competition.
OFFICE_TASKS = WHOLE_HR_TASKS | {TaskKind.FIX_DATA, TaskKind.CORRECT_DATA}
# They hold nothing up, and stay open when the stage, or the case, is over.
OUTLIVING_TASKS = frozenset({TaskKind.ACKNOWLEDGE_LETTER})
# They are done beside the way of the case, and only some may know of them.
ASIDE_TASKS = OUTLIVING_TASKS | {TaskKind.DECIDE_RATER_OBJECTION}


class TaskState(StrEnum):
    """Whether a task still waits for somebody."""

    OPEN = "open"
    DONE = "done"
    CLOSED = "closed"


class Answer(StrEnum):
    """What a guard or an eligibility rule answers; `unknown` is not `not_met`."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class EditionState(StrEnum):
    """Life of an edition of the criteria."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class ReminderTarget(StrEnum):
    """Whom a rung of the reminder ladder speaks to."""

    OWNER = "owner"
    MANAGER = "manager"
    HR = "hr"
