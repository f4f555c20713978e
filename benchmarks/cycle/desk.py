"""How people work: they look into their inbox and do everything in it that can be done today."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from benchmarks.cycle.calls import Telephone
from benchmarks.cycle.casting import Person
from benchmarks.cycle.plays import Cast, Play
from workflow.vocabulary import TaskKind

Task = dict[str, Any]
# How long before they are due such tasks are done; how mentoring ends is decided when all the rest is.
_AHEAD = {
    TaskKind.CHECK_IN: timedelta(days=7),
    TaskKind.PERFORMANCE_CHECK: timedelta(days=7),
    TaskKind.CONFIRM: timedelta(days=3),
}


@dataclass
class Desk:
    """Everybody's desk, with the way each kind of task is done.

    `noted` are days people wrote down to come back to something, `again` are those who look again tomorrow,
    `leaving` are those whose last day it is.
    """

    phone: Telephone
    cast: Cast
    ways: "Mapping[str, Way]"
    noted: set[date] = field(default_factory=set)
    again: set[Person] = field(default_factory=set)
    leaving: set[Person] = field(default_factory=set)
    done: int = 0

    def look(self, person: Person) -> None:
        """Open the inbox and do everything in it that can be done today."""
        for task in self.phone.get(person, "/inbox?limit=200")["items"]:
            if not self._is_too_early(task):
                self.ways[task["kind"]](self, person, task)
                self.done += 1

    def _is_too_early(self, task: Task) -> bool:
        if task["kind"] not in _AHEAD:
            return False
        begins_at = datetime.fromisoformat(task["due_at"]) - _AHEAD[task["kind"]]
        is_too_early = begins_at > self.phone.clock.now()
        if is_too_early:
            self.noted.add(begins_at.date() + timedelta(days=1))
        return is_too_early

    def play_of(self, task: Task) -> Play:
        """The play a task belongs to."""
        return self.cast.of_case(task["case"])

    def act(self, person: Person, method: str, play: Play, noun: str, body: Any = None) -> None:
        """One act on the case of a play."""
        self.phone.call(person, method, f"/cases/{play.case}/{noun}", body)

    def give_up(self, play: Play) -> None:
        """The candidate takes the case back."""
        self.act(play.candidate, "POST", play, "withdrawal", {"reason": "I have changed my mind."})
        self.done += 1


Way = Callable[[Desk, Person, Task], None]
