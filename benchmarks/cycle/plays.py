"""Where each story stands on stage: its case, its people, and what is still to come of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from benchmarks.cycle.casting import Nobody, People, Person
from benchmarks.cycle.ladder import CONTESTS, Contest
from benchmarks.cycle.stories import Mood, Once, Story
from workflow.vocabulary import Nominator, Stage

_MEMBERS, _ALTERNATES = 7, 3


@dataclass
class Play:
    """One story with the people who play it; what is still to come of it is used up as it happens.

    `judged` is what its judges give, `votes` counts those on the case now, `waits_until` is when people
    who are late are asked again; a private case is hidden from all but the candidate.
    """

    story: Story
    candidate: Person
    nominator: Person | None
    judged: float
    case: int = 0
    stage: str = Stage.DRAFT
    is_private: bool = False
    votes: int = 0
    waits_until: datetime | None = None
    mentor: Person | None = None
    approvals: list[str] = field(default_factory=list)
    rescues: list[str] = field(default_factory=list)
    ballots: list[Mood] = field(default_factory=list)
    conclusions: list[str] = field(default_factory=list)
    to_happen: set[Once] = field(default_factory=set)

    @property
    def is_put_forward_early(self) -> bool:
        """Whether people nominate the candidate before the cycle would open a draft."""
        return self.nominator is not None and self.story.is_long_enough_in_level

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
    """A contest on stage: the competition it has become, its plays, its judges and one to spare."""

    contest: Contest
    plays: Sequence[Play]
    judges: Sequence[Person]
    spare: Person
    competition: int = 0

    @property
    def late_judge(self) -> Person | None:
        """The one who never hands in a sheet."""
        return self.judges[-1] if self.contest.has_late_judge else None


@dataclass
class Cast:
    """Everybody with a part: the plays, the trials, HR, the auditor, the committee and its alternates."""

    people: People
    plays: Sequence[Play]
    trials: Sequence[Trial]
    members: Sequence[Person]
    alternates: Sequence[Person]
    committee: int = 0
    gone: set[Person] = field(default_factory=set)
    _by_case: dict[int, Play] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Note who has a part that nobody else could take over."""
        self.personnel = self.people.personnel()
        self.auditor = self.people.auditor()
        judges = [judge for trial in self.trials for judge in (*trial.judges, trial.spare)]
        candidates = [play.candidate for play in self.plays]
        nominators = [play.nominator for play in self.plays if play.nominator is not None]
        staff = [*self.personnel, self.auditor, *self.members, *self.alternates]
        self._parts = {*staff, *judges, *candidates}
        self._busy = {*self._parts, *nominators}
        self._by_candidate = {play.candidate: play for play in self.plays}

    @property
    def has_drafts(self) -> bool:
        """Whether the cycle itself puts somebody forward."""
        return any(play.nominator is None for play in self.plays)

    def put_on_file(self, play: Play, case: int) -> None:
        """Note which case a play has become."""
        play.case = case
        self._by_case[case] = play

    def of_case(self, case: int) -> Play:
        """The play a case belongs to."""
        return self._by_case[case]

    def of_candidate(self, person: Person) -> Play | None:
        """The play of a candidate, None for whoever has no part in the cycle."""
        return self._by_candidate.get(person)

    def of_competition(self, competition: int) -> Trial:
        """The trial a competition belongs to."""
        return next(trial for trial in self.trials if trial.competition == competition)

    def is_contested(self, play: Play) -> bool:
        """Whether a play is about one of the contested posts."""
        return any(play in trial.plays for trial in self.trials)

    def seat_of(self, person: Person) -> int:
        """The place of a member or alternate, from 0."""
        return [*self.members, *self.alternates].index(person)

    def has_part(self, person: Person) -> bool:
        """Whether the cycle could not go on as told without this person."""
        return person in self._parts

    def free_of(self, numbers: Iterable[str]) -> Person:
        """The first of these people who has no part in the cycle and is still here."""
        found = (self.people.numbered(number) for number in numbers)
        return _first(person for person in found if not self._is_busy(person))

    def colleague_of(self, person: Person) -> Person:
        """Somebody of the same department and level who has no part in the cycle and is still here."""
        near = (one for one in self.people.active() if (one.department, one.level) == _near(person))
        return _first(one for one in near if one.id != person.manager_id and not self._is_busy(one))

    def _is_busy(self, person: Person) -> bool:
        return person in self._busy or person in self.gone


def cast_all(people: People, stories: Sequence[Story]) -> Cast:
    """Give every part to somebody; raises Nobody where none fits."""
    candidates = people.cast(stories)
    seated = people.strangers(candidates, _MEMBERS + _ALTERNATES, taken=[])
    plays = [
        _play(story, candidate, _nominator(people, story, candidate, seated[0]), turn)
        for turn, (story, candidate) in enumerate(zip(stories, candidates, strict=True))
    ]
    trials = _trials(people, plays, seated)
    return Cast(people, plays, trials, seated[:_MEMBERS], seated[_MEMBERS:])


def remaining(plays: Iterable[Play]) -> list[Play]:
    """The plays that go on."""
    return [play for play in plays if not play.is_over]


def _play(story: Story, candidate: Person, nominator: Person | None, turn: int) -> Play:
    return Play(
        story=story,
        candidate=candidate,
        nominator=nominator,
        # A shade less for each, so that the order of merit knows no ties but those a story asks for.
        judged=story.score - (0 if story.is_tied else turn / 1000),
        is_private=story.nominator is Nominator.PEER,
        approvals=list(story.approvals),
        rescues=list(story.rescues),
        ballots=list(story.ballots),
        conclusions=list(story.conclusions),
        to_happen=set(story.once),
    )


def _nominator(people: People, story: Story, candidate: Person, member: Person) -> Person | None:
    if story.is_put_forward_by_member:
        return member
    match story.nominator:
        case Nominator.CYCLE:
            return None
        case Nominator.SELF:
            return candidate
        case Nominator.MANAGER:
            return people.by_id[candidate.manager_id or 0]
        case Nominator.HR:
            return people.personnel()[0]
    return _first(one for one in people.active() if _near(one) == _near(candidate) and one != candidate)


def _near(person: Person) -> tuple[str, str]:
    return person.department, person.level


def _first(people: Iterable[Person]) -> Person:
    for person in people:
        return person
    raise Nobody("somebody without a part")


def _trials(people: People, plays: Sequence[Play], taken: Sequence[Person]) -> list[Trial]:
    trials: list[Trial] = []
    busy = list(taken)
    for contest in CONTESTS:
        entering = [play for play in plays if play.story.step == contest.step]
        if entering:
            own = [play.candidate for play in entering]
            *judges, spare = people.strangers(
                own, contest.judges + 1, taken=busy, outside=contest.step.department
            )
            busy += [*judges, spare]
            trials.append(Trial(contest, entering, judges, spare))
    return trials
