"""An edition of the criteria as typed values: what each step of the ladder asks and how it is decided."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from workflow.vocabulary import Approver, Level, MeritPart, RoundKind, Source, TaskKind, Track


@dataclass(frozen=True, slots=True)
class Wording:
    """The same text in English and Simplified Chinese."""

    en: str
    zh_Hans: str  # noqa: N815 -- the locale's own spelling


@dataclass(frozen=True, slots=True)
class RatingScale:
    """The lowest and highest periodic rating that can be given."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FormItem:
    """One behaviourally anchored question of the review form, answered 1 to 5."""

    key: str
    text: Wording
    anchors: dict[int, Wording]
    for_customers: bool


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is judged; `floor` (1 to 5) is the mean below which a mandatory criterion declines."""

    key: str
    name: Wording
    weight: float
    floor: float | None
    items: tuple[FormItem, ...]


@dataclass(frozen=True, slots=True)
class PostRule:
    """A post, the levels of its track at which it can be held, and the duties it brings."""

    key: str
    name: Wording
    track: Track
    levels: tuple[Level, ...]
    duties: tuple[Wording, ...] = ()

    @property
    def spellings(self) -> frozenset[str]:
        """How personnel files may call the post."""
        return frozenset(_plain(words) for words in (self.key, self.name.en, self.name.zh_Hans))


@dataclass(frozen=True, slots=True)
class EligibilityRules:
    """What must be on file before a case may be reviewed; None means the rule is not asked."""

    months_in_level: int | None
    median_rating: float | None
    rating_periods: int
    trainings: int | None
    training_course: str | None
    certificates: tuple[str, ...]
    no_open_sanction: bool
    rotation_months: int | None
    projects: int | None


@dataclass(frozen=True, slots=True)
class ApprovalGroup:
    """Seats that are asked together, and how many of them must sign."""

    seats: tuple[Approver, ...]
    need: int


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """Which groups sign, in order, and within how many working days each.

    `opt_out_days` are the calendar days a candidate has to opt out of a draft that the cycle has opened;
    `in_bulk` says whether several cases may be signed in one go.
    """

    chain: tuple[ApprovalGroup, ...]
    days: int
    opt_out_days: int
    in_bulk: bool


@dataclass(frozen=True, slots=True)
class SourceRule:
    """How many raters of one source are drawn and how many forms it needs to count."""

    source: Source
    weight: float
    minimum: int
    drawn: int


@dataclass(frozen=True, slots=True)
class WeightSet:
    """Weights that apply where exactly these sources exist."""

    weights: dict[Source, float]


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """How a 360-degree review is drawn, when it stands and what of it is shown."""

    days: int
    sources: tuple[SourceRule, ...]
    weight_sets: tuple[WeightSet, ...]
    threshold: int
    customer_threshold: int
    answered_share: float
    minimum_sources: int
    minimum_raters: int
    forms_per_rater: int
    replacement_days: int


@dataclass(frozen=True, slots=True)
class RoundRules:
    """One round of a competition: what is judged in it and what share of the entries goes on after it.

    Without a `shortlist` everybody goes on. Weights of rounds add up to 100.
    """

    key: RoundKind
    name: Wording
    weight: float
    criteria: tuple[str, ...]
    shortlist: Fraction | None


@dataclass(frozen=True, slots=True)
class CompetitionRules:
    """How an internal competition is judged; `criteria` maps a criterion to its weight.

    `secondary` are the published criteria, first things first, for those who stand too close together.
    """

    announcement_days: int
    scoring_days: int
    criteria: dict[str, float]
    names: dict[str, Wording]
    minimum_judges: int
    maximum_judges: int
    floor: float
    reserve_months: int
    minimum_entries: int
    rounds: tuple[RoundRules, ...]
    secondary: tuple[MeritPart, ...]

    def asked_in(self, number: int) -> dict[str, float]:
        """What judges score in a round, counted from 1, with the weights of these criteria."""
        return {key: self.criteria[key] for key in self.rounds[number - 1].criteria}


@dataclass(frozen=True, slots=True)
class CommitteeRules:
    """Quorum as a share of the entitled and a least number; `majority` of the entitled must be exceeded.

    With `majority_is_reached` the share needs only to be reached (two thirds), not exceeded (one half).
    """

    seats: int
    quorum: Fraction
    minimum_voting: int
    majority: Fraction
    majority_is_reached: bool
    days: int
    extension_days: int
    small_body: int


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """Working days for which a decision stands on public notice; 0 where none is asked.

    A post that others competed for is not taken before `contested_days`, in which they may appeal.
    """

    days: int
    contested_days: int


@dataclass(frozen=True, slots=True)
class MentoringRules:
    """Weeks of mentoring, days of the check-ins, and how many mentees one mentor may have.

    Performance is checked at every multiple of `performance_check_weeks` within the period.
    """

    weeks: int
    extension_weeks: int
    check_in_days: tuple[int, ...]
    performance_check_weeks: int
    maximum_mentees: int
    naming_days: int
    plan_days: int
    confirmation_days: int


@dataclass(frozen=True, slots=True)
class TaskLadder:
    """The same as the ladder of all tasks, for tasks of some kinds."""

    tasks: tuple[TaskKind, ...]
    before: tuple[int, ...]
    every_after: int
    times_after: int


@dataclass(frozen=True, slots=True)
class ReminderLadder:
    """Working days before the due date, then an interval and a count after it, then upwards.

    Some kinds of tasks may have a ladder of their own.
    """

    before: tuple[int, ...]
    every_after: int
    times_after: int
    by_task: tuple[TaskLadder, ...] = ()

    def of(self, kind: TaskKind) -> "ReminderLadder":
        """The ladder of a kind of tasks."""
        own = next((ladder for ladder in self.by_task if kind in ladder.tasks), None)
        return ReminderLadder(own.before, own.every_after, own.times_after) if own else self


@dataclass(frozen=True, slots=True)
class CompositeWeights:
    """Shares of performance, review and competition in the composite; they add up to 100."""

    performance: float
    review: float
    competition: float


@dataclass(frozen=True, slots=True)
class StepRules:
    """Everything one step of the ladder asks: from the level below to `level` of `track`."""

    track: Track
    level: Level
    posts: tuple[str, ...]
    eligibility: EligibilityRules
    approvals: ApprovalRules
    review: ReviewRules
    competition: CompetitionRules | None
    composite: CompositeWeights
    committee: CommitteeRules
    notice: NoticeRules
    mentoring: MentoringRules


@dataclass(frozen=True, slots=True)
class NextStep:
    """A step of the ladder and the post it leads somebody to."""

    rules: StepRules
    post: str


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of the criteria, as published."""

    key: str
    version: str
    name: Wording
    effective_from: date
    review_by: date
    rating_scale: RatingScale
    posts: tuple[PostRule, ...]
    criteria: tuple[Criterion, ...]
    steps: tuple[StepRules, ...]
    reminders: ReminderLadder

    def step(self, track: Track, level: Level) -> StepRules | None:
        """Rules of the step that leads to a level of a track, or None where there is no such step."""
        return next((step for step in self.steps if (step.track, step.level) == (track, level)), None)

    def post(self, key: str) -> PostRule | None:
        """The post of that key, or None."""
        return next((post for post in self.posts if post.key == key), None)

    def posts_at(self, track: Track, level: Level) -> list[PostRule]:
        """The posts that can be held at a level of a track."""
        return [post for post in self.posts if post.track is track and level in post.levels]

    def post_named(self, words: str) -> PostRule | None:
        """The post that personnel files call so, by key or either name; case and spaces aside."""
        return next((post for post in self.posts if _plain(words) in post.spellings), None)

    def next_step_for(self, track: Track, level: Level, post: str) -> NextStep | None:
        """The step up a track from a level and a post; None at the top or from a post it does not know.

        The post is kept where it can be held on the next level, else the step's first post is the target.
        """
        present = self.post_named(post)
        step = self.step(track, level.above) if level.above is not None else None
        if present is None or step is None:
            return None
        return NextStep(step, present.key if present.key in step.posts else step.posts[0])

    @property
    def items(self) -> tuple[FormItem, ...]:
        """Every item of the review form, in the order of the criteria."""
        return tuple(item for criterion in self.criteria for item in criterion.items)


def _plain(words: str) -> str:
    return "".join(words.casefold().replace("_", " ").split())
