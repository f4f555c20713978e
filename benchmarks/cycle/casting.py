"""Who plays whom: real people of the file who fit the stories, and strangers to their cases as judges."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from benchmarks.cycle.ladder import PERSONNEL
from benchmarks.cycle.stories import Story
from workflow.rules.deadlines import add_months
from workflow.vocabulary import Level, Track

_MONTHS_IN_LEVEL = 12
_RATING = 3  # the same for everybody, so that nothing but the stories makes an order of merit
_LINE = 2  # superiors of a candidate, who have a stake in the case


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the file, as far as casting asks."""

    id: int
    number: str
    email: str
    department: str
    manager_id: int | None
    track: Track
    level: Level
    post: str
    level_since: date
    is_active: bool
    is_head: bool
    rating: float
    trainings: int


class Nobody(Exception):
    """The file has nobody who fits."""


@dataclass(frozen=True, slots=True)
class People:
    """Everybody by key, as they stand on the first day."""

    by_id: Mapping[int, Person]
    first_day: date

    def active(self) -> list[Person]:
        """Everybody who has not left."""
        return [person for person in self.by_id.values() if person.is_active]

    def numbered(self, number: str) -> Person:
        """The person of that number."""
        return next(person for person in self.by_id.values() if person.number == number)

    def personnel(self) -> list[Person]:
        """The three who hold the role of HR: intermediate people of the personnel department.

        None of them gets a draft, for no candidate of a cycle may release its decisions.
        """
        return self._of_personnel(Level.INTERMEDIATE)[:3]

    def auditor(self) -> Person:
        """The one who holds the role of auditor: a beginner of the personnel department."""
        return self._of_personnel(Level.JUNIOR)[0]

    def manager_of(self, person: Person) -> Person | None:
        """The line manager, who may have left."""
        return self.by_id[person.manager_id] if person.manager_id is not None else None

    def line_of(self, person: Person) -> Iterator[Person]:
        """Everybody above a person, nearest first."""
        above = self.manager_of(person)
        while above is not None:
            yield above
            above = self.manager_of(above)

    def cast(self, stories: Sequence[Story]) -> list[Person]:
        """A candidate for each story, nobody twice; raises Nobody where none fits."""
        chosen: dict[int, Person] = {}
        managers: Counter[int | None] = Counter()
        for story in stories:
            fitting = (one for one in self.active() if one.id not in chosen and self._fits(one, story))
            # Those whose manager has the fewest cases yet, so that not one desk holds all of them.
            found = min(fitting, key=lambda one: (managers[one.manager_id], one.id), default=None)
            if found is None:
                raise Nobody(story.name)
            chosen[found.id] = found
            managers[found.manager_id] += 1
        return list(chosen.values())

    def strangers(
        self, candidates: Iterable[Person], count: int, *, taken: Iterable[Person], outside: str = ""
    ) -> list[Person]:
        """So many people without a stake in any of the cases, and too far away to be drawn as raters.

        They come from other departments than `outside` or, without it, from the highest level; raises
        Nobody where there are too few.
        """
        lowest = Level.PRINCIPAL if outside else Level.EXPERT
        involved = list(candidates)
        barred = {above.id for one in involved for above in islice(self.line_of(one), _LINE)}
        barred |= {person.id for person in [*involved, *taken, *self.personnel()]}
        fitting = [
            person
            for person in self.active()
            if person.level.rank >= lowest.rank
            and person.track is Track.MANAGEMENT
            and person.department != outside
            and person.id not in barred
            and not person.is_head
        ]
        if len(fitting) < count:
            raise Nobody(f"{count} strangers")
        return fitting[:count]

    def _of_personnel(self, level: Level) -> list[Person]:
        return [
            person
            for person in self.active()
            if (person.department, person.level) == (PERSONNEL, level) and not self._is_eligible(person)
        ]

    def _is_eligible(self, person: Person) -> bool:
        return self._is_long_in_level(person) and person.rating >= _RATING and person.trainings >= 1

    def _is_long_in_level(self, person: Person) -> bool:
        return add_months(person.level_since, _MONTHS_IN_LEVEL) <= self.first_day

    def _fits(self, person: Person, story: Story) -> bool:
        step, manager = story.step, self.manager_of(person)
        has_manager = manager is not None and manager.is_active and not manager.is_head
        return (
            (person.department, person.level, person.post) == (step.department, step.level, step.post)
            and person.track is step.track
            and person.rating == _RATING
            and person.trainings >= 1
            and self._is_long_in_level(person) is story.is_long_enough_in_level
            and has_manager is story.has_manager
        )
