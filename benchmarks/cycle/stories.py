"""What a story is: who puts somebody forward, what people decide and do, and how it ends."""

from dataclasses import dataclass
from enum import Enum, auto

from benchmarks.cycle.ladder import Step
from workflow.vocabulary import Choice, Nominator, Stage

# What the members put on their ballots, in the order of their seats and again from the front.
Mood = tuple[Choice, ...]
YES, NO, DEFER = (Choice.YES,), (Choice.NO,), (Choice.DEFER,)
TIED = (Choice.YES, Choice.NO)


class Once(Enum):
    """What happens one time in the course of a story."""

    SPEAKS = auto()
    AUTHOR_LEAVES = auto()
    APPROVER_LEAVES = auto()
    OBJECTS_TO_RATER = auto()
    RATER_KEEPS_A_DRAFT = auto()
    RATER_DECLINES = auto()
    RATER_LEAVES = auto()
    RATERS_ARE_LATE = auto()
    CUSTOMER_DECLINES = auto()
    JUDGE_STANDS_ALONE = auto()
    COMES_FIRST = auto()
    MEMBER_RECUSES = auto()
    MEMBERS_STAY_AWAY = auto()
    NOBODY_VOTES = auto()
    SOMEBODY_OBJECTS = auto()
    MENTOR_DECLINES = auto()
    MENTOR_LEAVES = auto()


SILENT: frozenset[Once] = frozenset()


def once(*events: Once) -> frozenset[Once]:
    """These events, and that the candidate of a cycle's draft writes a statement."""
    return frozenset({Once.SPEAKS, *events})


@dataclass(frozen=True, slots=True)
class Story:
    """One case, from whoever puts the candidate forward to its end.

    - `consent` is the answer to a peer's nomination, None if there is none; `approvals` are the first
      decisions of the chain, everybody after them approves.
    - `rating` is what reviewers and `score` what judges give, 1 to 5, the very same where stories of a
      score are tied; `rescues` are HR's ways on while peers keep silent; `customers` are listed for the
      review; HR decides `rater_objection`.
    - `ballots` is the mood of the members, vote by vote; an objection is upheld to the step `upheld_to`,
      or dismissed; the effect is put off by `effect_in_days`.
    - The candidate gives up in the stage `withdrawn_in`, or leaves the company in `leaves_in`.
    """

    name: str
    step: Step
    ends: Stage = Stage.COMPLETED
    nominator: Nominator = Nominator.CYCLE
    is_put_forward_by_member: bool = False
    consent: str | None = None
    has_manager: bool = True
    is_long_enough_in_level: bool = True
    approvals: tuple[str, ...] = ()
    rating: int = 4
    rater_objection: str = "dismiss"
    rescues: tuple[str, ...] = ()
    customers: int = 0
    score: float = 4
    is_tied: bool = False
    ballots: tuple[Mood, ...] = (YES,)
    upheld_to: Stage | None = None
    effect_in_days: int = 0
    conclusions: tuple[str, ...] = ("confirm",)
    withdrawn_in: Stage | None = None
    leaves_in: Stage | None = None
    once: frozenset[Once] = once()
