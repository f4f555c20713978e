"""The cases of the cycle, as stories: who puts somebody forward, what people decide, and how it ends."""

from dataclasses import dataclass

from workflow.vocabulary import Choice, Level, Nominator, Stage, Track


@dataclass(frozen=True, slots=True)
class Step:
    """A rung of the ladder that a story is about; the file writes posts in words, the edition as keys."""

    department: str
    level: Level
    post: str
    target_level: Level
    track: Track = Track.PROFESSIONAL
    is_contested: bool = False

    @property
    def target_post(self) -> str:
        """The key of the post, which stays the same one level up."""
        return self.post.lower().replace(" ", "_")


@dataclass(frozen=True, slots=True)
class Story:
    """One case: `approvals` are the first decisions of the chain, everybody after them approves.

    `rating` is what reviewers and `score` what judges give, 1 to 5; `ballots` is the choice of the
    members, vote by vote; `withdrawn_in` is the stage in which the candidate gives up.
    """

    name: str
    step: Step
    ends: Stage
    nominator: Nominator = Nominator.MANAGER
    has_manager: bool = True
    is_long_enough_in_level: bool = True
    approvals: tuple[str, ...] = ()
    rating: int = 4
    score: int = 4
    a_rater_declines: bool = False
    a_member_recuses: bool = False
    ballots: tuple[Choice, ...] = (Choice.YES,)
    conclusions: tuple[str, ...] = ("confirm",)
    withdrawn_in: Stage | None = None


SALES = "Sales"
RESEARCH = "Research & Development"
_ENGINEER = Step(RESEARCH, Level.JUNIOR, "Laboratory Technician", Level.INTERMEDIATE)
_SCIENTIST = Step(RESEARCH, Level.JUNIOR, "Research Scientist", Level.INTERMEDIATE)
_SELLER = Step(SALES, Level.INTERMEDIATE, "Sales Executive", Level.SENIOR)
_PRINCIPAL = Step(SALES, Level.SENIOR, "Sales Executive", Level.PRINCIPAL, is_contested=True)

STORIES: tuple[Story, ...] = (
    Story("nominated by the manager", _ENGINEER, Stage.COMPLETED, a_rater_declines=True),
    Story("declined at nomination", _SCIENTIST, Stage.DECLINED, approvals=("decline",)),
    Story(
        "the manager has left",
        _SELLER,
        Stage.COMPLETED,
        nominator=Nominator.SELF,
        has_manager=False,
    ),
    Story("withdrawn in the review", _SELLER, Stage.WITHDRAWN, withdrawn_in=Stage.REVIEW),
    Story("not carried", _ENGINEER, Stage.DECLINED, ballots=(Choice.NO,)),
    Story("first in the competition", _PRINCIPAL, Stage.COMPLETED, score=5),
    Story("second in the competition", _PRINCIPAL, Stage.RESERVE, score=4),
    Story("below the floor of the competition", _PRINCIPAL, Stage.DECLINED, score=1),
    Story("returned and resubmitted", _SCIENTIST, Stage.COMPLETED, approvals=("return",)),
    Story(
        "advised against by the manager, then extended",
        _SELLER,
        Stage.COMPLETED,
        nominator=Nominator.SELF,
        approvals=("decline",),
        a_member_recuses=True,
        conclusions=("extend", "confirm"),
    ),
    Story(
        "put forward by HR, then reverted",
        _ENGINEER,
        Stage.REVERTED,
        nominator=Nominator.HR,
        conclusions=("revert",),
    ),
    Story("deferred once", _SCIENTIST, Stage.COMPLETED, ballots=(Choice.DEFER, Choice.YES)),
    Story("below the floor of a criterion", _ENGINEER, Stage.DECLINED, rating=2),
    Story(
        "waived, then withdrawn in the notice",
        _SCIENTIST,
        Stage.WITHDRAWN,
        is_long_enough_in_level=False,
        withdrawn_in=Stage.NOTICE,
    ),
)
