"""Who plays whom: real people of the file who fit the stories, and strangers to their cases as judges."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from benchmarks.cycle.stories import RESEARCH, SALES, Story
from workflow.rules.deadlines import add_months
from workflow.vocabulary import Level, Track

_MONTHS_IN_LEVEL = 12
_WORST_RATING = 3
_PERSONNEL = "Human Resources"


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
    """Everybody by key."""

    by_id: Mapping[int, Person]

    def active(self) -> list[Person]:
        """Everybody who has not left."""
        return [person for person in self.by_id.values() if person.is_active]

    def personnel(self) -> list[Person]:
        """The three who hold the role of HR: intermediate people of the personnel department."""
        return [
            person
            for person in self.active()
            if person.department == _PERSONNEL and person.level is Level.INTERMEDIATE
        ][:3]

    def auditor(self) -> Person:
        """The one who holds the role of auditor: a beginner of the personnel department."""
        return next(
            person
            for person in self.active()
            if person.department == _PERSONNEL and person.level is Level.JUNIOR
        )

    def natural_heads(self) -> dict[str, Person]:
        """For each department the active expert whom most people report to."""
        reports = Counter(person.manager_id for person in self.active())
        experts = [person for person in self.active() if person.level is Level.EXPERT]
        return {
            name: max(
                (person for person in experts if person.department == name),
                key=lambda person: reports[person.id],
            )
            for name in (SALES, RESEARCH, _PERSONNEL)
        }

    def manager_of(self, person: Person) -> Person | None:
        """The line manager, who may have left."""
        return self.by_id[person.manager_id] if person.manager_id is not None else None

    def line_of(self, person: Person) -> Iterator[Person]:
        """Everybody above a person, nearest first."""
        above = self.manager_of(person)
        while above is not None:
            yield above
            above = self.manager_of(above)

    def cast(self, stories: tuple[Story, ...], *, on: date) -> list[Person]:
        """A candidate for each story, nobody twice; raises Nobody where none fits."""
        chosen: list[Person] = []
        for story in stories:
            fitting = (person for person in self.active() if self._fits(person, story, on))
            managers = {person.manager_id for person in chosen}
            # Own managers first, so that not one desk holds all cases.
            ranked = sorted(fitting, key=lambda person: person.manager_id in managers)
            chosen.append(_first_but(ranked, chosen, story.name))
        return chosen

    def strangers(self, candidates: list[Person], count: int, *, taken: list[Person]) -> list[Person]:
        """People of high level without a stake in any of the cases, such as judges and members."""
        barred = {above.id for candidate in candidates for above in self.line_of(candidate)}
        barred |= {person.id for person in [*candidates, *taken, *self.personnel()]}
        fitting = [
            person
            for person in self.active()
            if person.level.rank >= Level.PRINCIPAL.rank
            and person.track is Track.MANAGEMENT
            and person.id not in barred
            and not person.is_head
        ]
        if len(fitting) < count:
            raise Nobody(f"{count} strangers")
        return fitting[:count]

    def _fits(self, person: Person, story: Story, on: date) -> bool:
        step, manager = story.step, self.manager_of(person)
        is_long = add_months(person.level_since, _MONTHS_IN_LEVEL) <= on
        has_manager = manager is not None and manager.is_active and not manager.is_head
        return (
            (person.department, person.level, person.post) == (step.department, step.level, step.post)
            and person.track is step.track
            and person.rating >= _WORST_RATING
            and person.trainings >= 1
            and is_long is story.is_long_enough_in_level
            and has_manager is story.has_manager
        )


def _first_but(people: list[Person], taken: list[Person], role: str) -> Person:
    for person in people:
        if person not in taken:
            return person
    raise Nobody(role)
