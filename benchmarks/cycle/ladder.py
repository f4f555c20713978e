"""The rungs of the sample organisation's ladder that the cycle is about, and the posts contested."""

from dataclasses import dataclass

from workflow.vocabulary import Level, Track

SALES = "Sales"
RESEARCH = "Research & Development"
PERSONNEL = "Human Resources"


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the people of a post, up or aside; the file writes posts in words, the edition as keys.

    The post stays the same one, and the department too, unless another is named.
    """

    department: str
    post: str
    level: Level
    target_level: Level
    track: Track = Track.PROFESSIONAL
    other_post: str | None = None
    other_department: str | None = None

    @property
    def target(self) -> dict[str, str]:
        """The step as a nomination or an announcement names it."""
        post = self.other_post or self.post.lower().replace(" ", "_")
        return {"track": self.track, "level": self.target_level, "post": post}


@dataclass(frozen=True, slots=True)
class Contest:
    """A competition for the seats of a post, closed after so many days, before so many judges.

    One of them may never hand in a sheet, or be replaced by another as soon as he is seated.
    """

    name: str
    step: Step
    seats: int
    closes_after: int
    judges: int
    has_late_judge: bool = False
    replaces_a_judge: bool = False


TECHNICIAN = Step(RESEARCH, "Laboratory Technician", Level.JUNIOR, Level.INTERMEDIATE)
SCIENTIST = Step(RESEARCH, "Research Scientist", Level.JUNIOR, Level.INTERMEDIATE)
SELLER = Step(SALES, "Sales Executive", Level.INTERMEDIATE, Level.SENIOR)
ADVISER = Step(RESEARCH, "Healthcare Representative", Level.INTERMEDIATE, Level.SENIOR)
FIRST_SELLER = Step(SALES, "Sales Executive", Level.SENIOR, Level.PRINCIPAL)
FIRST_ADVISER = Step(RESEARCH, "Healthcare Representative", Level.SENIOR, Level.PRINCIPAL)
ASIDE = Step(
    RESEARCH,
    "Laboratory Technician",
    Level.INTERMEDIATE,
    Level.INTERMEDIATE,
    other_post="human_resources",
    other_department=PERSONNEL,
)

CONTESTS = (
    # Nine judges make two panels of five, one of them sitting in both.
    Contest("Principal in sales", FIRST_SELLER, seats=3, closes_after=45, judges=9, has_late_judge=True),
    # Nobody has come as far by then, so that the time is extended.
    Contest(
        "Principal in healthcare", FIRST_ADVISER, seats=1, closes_after=5, judges=5, replaces_a_judge=True
    ),
)
