"""Where each story stands on stage: its case, its people, and the decisions still to be taken."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from benchmarks.cycle.casting import People, Person
from benchmarks.cycle.ladder import CONTESTS, Contest
from benchmarks.cycle.stories import Mood, Once, Story
from workflow.vocabulary import Nominator, Stage

_MEMBERS = 7
_MENTEES = 2  # fewer than the edition allows, so that a mentor may come in for one who has left
_BEFORE_COMPETITION = frozenset({Stage.DRAFT, Stage.NOMINATED, Stage.REVIEW})


@dataclass
class Play:
    """One story with the people who play it; what is still to come of it is used up as it happens.

    `judged` is what its judges give, `votes` counts those on the case now, `waits_until` is when members
    who stay away are asked again.
    """

    story: Story
    candidate: Person
    nominator: Person
    judged: float
    case: int = 0
    stage: str = Stage.DRAFT
    votes: int = 0
    waits_until: datetime | None = None
    mentor: Person | None = None
    approvals: list[str] = field(default_factory=list)
    ballots: list[Mood] = field(default_factory=list)
    conclusions: list[str] = field(default_factory=list)
    to_happen: set[Once] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        """Whether the case has come where its story ends."""
        return self.stage == self.story.ends

    def happens(self, event: Once) -> bool:
        """True one time for an event of the story."""
        try:
            self.to_happen.remove(event)
        except KeyError:
            return False
        return True


@dataclass
class Trial:
    """A contest on stage: the competition it has become, its plays and its judges."""

    contest: Contest
    plays: Sequence[Play]
    judges: Sequence[Person]
    competition: int = 0

    @property
    def late_judge(self) -> Person | None:
        """The one who never hands in a sheet."""
        return self.judges[-1] if self.contest.has_late_judge else None

    @property
    def is_complete(self) -> bool:
        """Whether everybody who will compete has entered."""
        return all(play.stage not in _BEFORE_COMPETITION for play in self.plays)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody with a part: the plays, the trials, HR, the auditor, the committee and who may mentor."""

    plays: Sequence[Play]
    trials: Sequence[Trial]
    personnel: Sequence[Person]
    auditor: Person
    members: Sequence[Person]
    mentors: list[Person]
    _by_case: dict[int, Play] = field(default_factory=dict)

    def put_on_file(self, play: Play, case: int) -> None:
        """Note which case a play has become."""
        play.case = case
        self._by_case[case] = play

    def appoint_mentor(self, play: Play) -> Person:
        """Choose for a play the mentor who is still here and has the fewest mentees."""
        mentees = Counter(one.mentor for one in self.plays)
        play.mentor = min(self.mentors, key=lambda mentor: mentees[mentor])
        return play.mentor

    def of_case(self, case: int) -> Play:
        """The play a case belongs to."""
        return self._by_case[case]

    def of_competition(self, competition: int) -> Trial:
        """The trial a competition belongs to."""
        return next(trial for trial in self.trials if trial.competition == competition)


def cast_all(people: People, stories: Sequence[Story], candidates: Sequence[Person]) -> Cast:
    """Give every part to somebody; raises Nobody where none fits."""
    plays = [
        _play(people, story, candidate, turn)
        for turn, (story, candidate) in enumerate(zip(stories, candidates, strict=True))
    ]
    members = people.strangers(candidates, _MEMBERS, taken=[])
    trials = _trials(people, plays, members)
    judges = [judge for trial in trials for judge in trial.judges]
    promoted = sum(story.is_promoted for story in stories)
    mentors = people.strangers(candidates, 2 + promoted // _MENTEES, taken=[*members, *judges])
    return Cast(plays, trials, people.personnel(), people.auditor(), members, mentors)


def remaining(plays: Iterable[Play]) -> list[Play]:
    """The plays that go on."""
    return [play for play in plays if not play.is_over]


def _play(people: People, story: Story, candidate: Person, turn: int) -> Play:
    return Play(
        story=story,
        candidate=candidate,
        nominator=_nominator(people, story, candidate),
        # A shade less for each, so that the order of merit knows no ties but those a story asks for.
        judged=story.score - turn / 1000,
        approvals=list(story.approvals),
        ballots=list(story.ballots),
        conclusions=list(story.conclusions),
        to_happen=set(story.once),
    )


def _nominator(people: People, story: Story, candidate: Person) -> Person:
    if story.nominator is Nominator.HR:
        return people.personnel()[0]
    manager = people.manager_of(candidate)
    if story.nominator is Nominator.SELF or manager is None:
        return candidate
    return manager


def _trials(people: People, plays: Sequence[Play], taken: Sequence[Person]) -> list[Trial]:
    trials: list[Trial] = []
    for contest in CONTESTS:
        entering = [play for play in plays if play.story.step == contest.step]
        if entering:
            busy = [*taken, *(judge for trial in trials for judge in trial.judges)]
            own = [play.candidate for play in entering]
            judges = people.strangers(own, contest.judges, taken=busy, outside=contest.step.department)
            trials.append(Trial(contest, entering, judges))
    return trials
