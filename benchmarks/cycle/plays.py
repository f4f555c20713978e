"""Where each story stands on stage: its case, its people, and the decisions still to be taken."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.cycle.casting import People, Person
from benchmarks.cycle.stories import Story
from workflow.vocabulary import Choice, Nominator


@dataclass
class Play:
    """One story with the people who play it; `first` answers once for things that happen once."""

    story: Story
    candidate: Person
    nominator: Person
    mentor: Person
    case: int = 0
    stage: str = "draft"
    approvals: list[str] = field(default_factory=list)
    ballots: list[Choice] = field(default_factory=list)
    conclusions: list[str] = field(default_factory=list)
    _happened: set[str] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        """Whether the case has come where its story ends."""
        return self.stage == self.story.ends

    def first(self, event: str) -> bool:
        """True once per event."""
        is_new = event not in self._happened
        self._happened.add(event)
        return is_new


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody with a part: the plays, HR, the auditor, judges and members."""

    plays: tuple[Play, ...]
    personnel: list[Person]
    auditor: Person
    judges: list[Person]
    members: list[Person]

    def of_case(self, case: int) -> Play:
        """The play a case belongs to."""
        return next(play for play in self.plays if play.case == case)

    def contested(self) -> list[Play]:
        """The plays whose candidates compete for one post."""
        return [play for play in self.plays if play.story.step.is_contested]


def cast_all(people: People, stories: tuple[Story, ...], candidates: list[Person]) -> Cast:
    """Give every part to somebody; raises Nobody where none fits."""
    judges = people.strangers(candidates, 3, taken=[])
    members = people.strangers(candidates, 7, taken=judges)
    mentors = people.strangers(candidates, len(stories), taken=[*judges, *members])
    plays = tuple(
        Play(
            story=story,
            candidate=candidate,
            nominator=_nominator(people, story, candidate),
            mentor=mentor,
            approvals=list(story.approvals),
            ballots=list(story.ballots),
            conclusions=list(story.conclusions),
        )
        for story, candidate, mentor in zip(stories, candidates, mentors, strict=True)
    )
    return Cast(plays, people.personnel(), people.auditor(), judges, members)


def remaining(plays: Iterable[Play]) -> list[Play]:
    """The plays that go on."""
    return [play for play in plays if not play.is_over]


def _nominator(people: People, story: Story, candidate: Person) -> Person:
    if story.nominator is Nominator.HR:
        return people.personnel()[0]
    manager = people.manager_of(candidate)
    if story.nominator is Nominator.SELF or manager is None:
        return candidate
    return manager
