"""The rungs of the sample organisation's ladder that the cycle is about, and the posts contested."""

from dataclasses import dataclass

from workflow.vocabulary import Level, Track

SALES = "Sales"
RESEARCH = "Research & Development"
PERSONNEL = "Human Resources"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung up for the people of a post; the file writes posts in words, the edition as keys."""

    department: str
    post: str
    level: Level
    target_level: Level
    track: Track = Track.PROFESSIONAL

    @property
    def target_post(self) -> str:
        """The key of the post, which stays the same one level up."""
        return self.post.lower().replace(" ", "_")

    @property
    def target(self) -> dict[str, str]:
        """The rung as a nomination or an announcement names it."""
        return {"track": self.track, "level": self.target_level, "post": self.target_post}


@dataclass(frozen=True, slots=True)
class Contest:
    """A competition for the seats of a post, before so many judges of whom one may never hand in a sheet."""

    name: str
    step: Step
    seats: int
    judges: int = 5
    has_late_judge: bool = False


TECHNICIAN = Step(RESEARCH, "Laboratory Technician", Level.JUNIOR, Level.INTERMEDIATE)
SCIENTIST = Step(RESEARCH, "Research Scientist", Level.JUNIOR, Level.INTERMEDIATE)
SELLER = Step(SALES, "Sales Executive", Level.INTERMEDIATE, Level.SENIOR)
ADVISER = Step(RESEARCH, "Healthcare Representative", Level.INTERMEDIATE, Level.SENIOR)
FIRST_SELLER = Step(SALES, "Sales Executive", Level.SENIOR, Level.PRINCIPAL)
FIRST_ADVISER = Step(RESEARCH, "Healthcare Representative", Level.SENIOR, Level.PRINCIPAL)

CONTESTS = (
    Contest("Principal in sales", FIRST_SELLER, seats=3, has_late_judge=True),
    Contest("Principal in healthcare", FIRST_ADVISER, seats=1),
)
