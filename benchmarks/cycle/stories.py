"""The cases of the cycle, as stories: who puts somebody forward, what people decide, and how it ends."""

from dataclasses import dataclass
from enum import Enum, auto

from benchmarks.cycle.ladder import (
    ADVISER,
    FIRST_ADVISER,
    FIRST_SELLER,
    SCIENTIST,
    SELLER,
    TECHNICIAN,
    Step,
)
from workflow.vocabulary import Choice, Nominator, Stage

# What the members put on their ballots, in the order of their seats and again from the front.
Mood = tuple[Choice, ...]
YES, NO, DEFER = (Choice.YES,), (Choice.NO,), (Choice.DEFER,)
TIED = (Choice.YES, Choice.NO)


class Once(Enum):
    """What happens one time in the course of a story."""

    RATER_DECLINES = auto()
    MEMBER_RECUSES = auto()
    MEMBERS_STAY_AWAY = auto()
    MENTOR_LEAVES = auto()


@dataclass(frozen=True, slots=True)
class Story:
    """One case: `approvals` are the first decisions of the chain, everybody after them approves.

    `rating` is what reviewers and `score` what judges give, 1 to 5; `ballots` is the mood of the members,
    vote by vote; the candidate gives up in the stage `withdrawn_in`, or leaves the company in `leaves_in`.
    """

    name: str
    step: Step
    ends: Stage = Stage.COMPLETED
    nominator: Nominator = Nominator.MANAGER
    has_manager: bool = True
    is_long_enough_in_level: bool = True
    approvals: tuple[str, ...] = ()
    rating: int = 4
    score: float = 4
    ballots: tuple[Mood, ...] = (YES,)
    conclusions: tuple[str, ...] = ("confirm",)
    withdrawn_in: Stage | None = None
    leaves_in: Stage | None = None
    once: frozenset[Once] = frozenset()

    @property
    def is_promoted(self) -> bool:
        """Whether the story comes as far as mentoring."""
        return self.ends in (Stage.COMPLETED, Stage.REVERTED) or self.leaves_in is Stage.MENTORING


def _withdrawn(step: Step, stage: Stage) -> Story:
    return Story(f"withdrawn in {stage}", step, Stage.WITHDRAWN, withdrawn_in=stage)


def _left(step: Step, stage: Stage) -> Story:
    return Story(f"left the company in {stage}", step, Stage.WITHDRAWN, leaves_in=stage)


NOMINATED = Story("nominated by the manager", TECHNICIAN, once=frozenset({Once.RATER_DECLINES}))
DECLINED = Story("declined at nomination", SCIENTIST, Stage.DECLINED, approvals=("decline",))
MANAGER_GONE = Story("the manager has left", SELLER, nominator=Nominator.SELF, has_manager=False)
WITHDRAWN = _withdrawn(SELLER, Stage.REVIEW)
NOT_CARRIED = Story("not carried", TECHNICIAN, Stage.DECLINED, ballots=(NO,))

# The first stories, for a cycle that takes seconds; and those of them that end before any mentoring.
SMALL = (NOMINATED, DECLINED, MANAGER_GONE, WITHDRAWN, NOT_CARRIED)
SHORT = (DECLINED, WITHDRAWN, NOT_CARRIED)

_TABLE: tuple[tuple[int, Story], ...] = (
    (4, NOMINATED),
    (2, DECLINED),
    (2, MANAGER_GONE),
    (2, NOT_CARRIED),
    (2, Story("returned and resubmitted", SCIENTIST, approvals=("return",))),
    (
        2,
        Story(
            "advised against by the manager, then extended",
            SELLER,
            nominator=Nominator.SELF,
            approvals=("decline",),
            conclusions=("extend", "confirm"),
        ),
    ),
    (
        2,
        Story(
            "put forward by HR, then reverted",
            TECHNICIAN,
            Stage.REVERTED,
            nominator=Nominator.HR,
            conclusions=("revert",),
        ),
    ),
    (2, Story("waived, then completed", SCIENTIST, is_long_enough_in_level=False)),
    (2, Story("below the floor of a criterion", ADVISER, Stage.DECLINED, rating=2)),
    (2, Story("deferred once", SCIENTIST, ballots=(DEFER, YES))),
    (1, Story("deferred, then not carried", ADVISER, Stage.DECLINED, ballots=(DEFER, NO))),
    (2, Story("tied, then carried", ADVISER, ballots=(TIED, YES))),
    (1, Story("tied twice, then carried", SELLER, ballots=(TIED, TIED, YES))),
    (2, Story("without a quorum at first", TECHNICIAN, once=frozenset({Once.MEMBERS_STAY_AWAY}))),
    (2, Story("a member declares an interest", SELLER, once=frozenset({Once.MEMBER_RECUSES}))),
    (2, Story("the mentor leaves", SELLER, once=frozenset({Once.MENTOR_LEAVES}))),
    (1, _withdrawn(TECHNICIAN, Stage.DRAFT)),
    (1, _withdrawn(SCIENTIST, Stage.NOMINATED)),
    (1, WITHDRAWN),
    (1, _withdrawn(FIRST_ADVISER, Stage.COMPETITION)),
    (1, _withdrawn(ADVISER, Stage.COMMITTEE)),
    (1, _withdrawn(TECHNICIAN, Stage.NOTICE)),
    (1, _left(SCIENTIST, Stage.NOMINATED)),
    (1, _left(SELLER, Stage.REVIEW)),
    (1, _left(ADVISER, Stage.COMMITTEE)),
    (1, _left(TECHNICIAN, Stage.MENTORING)),
    (1, Story("first in healthcare", FIRST_ADVISER, score=4.9)),
    (3, Story("in reserve in healthcare", FIRST_ADVISER, Stage.RESERVE, score=4)),
    (2, Story("below the floor of the competition", FIRST_ADVISER, Stage.DECLINED, score=2)),
    (3, Story("among the first in sales", FIRST_SELLER, score=4.9)),
    (18, Story("in reserve in sales", FIRST_SELLER, Stage.RESERVE, score=4)),
    (9, Story("below the floor in sales", FIRST_SELLER, Stage.DECLINED, score=2)),
)

STORIES: tuple[Story, ...] = tuple(story for count, story in _TABLE for _ in range(count))
