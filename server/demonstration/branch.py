"""The demonstration branch at work: its people act one after another on the days their stories name."""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from heapq import heapify, heappop, heappush
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow import decisions, nominations
from workflow.act import Act
from workflow.models import Competition, Employee, PromotionCase, Task
from workflow.rules.calendars import Calendar
from workflow.rules.deadlines import add_working_days
from workflow.store import Door
from workflow.vocabulary import Level, TaskKind, TaskState, Track

T = TypeVar("T")
Scenes = Generator[date, None, T]
"""Names the day on which it goes on, acts on that day and names the next; may leave something behind."""
Story = Scenes[None]

CHINA = ZoneInfo("Asia/Shanghai")
HR_OFFICER = "1009"

_MORNING = time(9, 5)
_BETWEEN_ACTS = timedelta(minutes=19, seconds=40)


@dataclass(frozen=True, slots=True)
class Nomination:
    """Who puts whom forward for what, and with which words; `evidence` is by criterion."""

    candidate: str
    by: str
    level: Level
    post: str
    statement: str
    evidence: dict[str, str] = field(default_factory=dict)
    track: Track = Track.PROFESSIONAL


@dataclass(slots=True)
class Branch:
    """People by number, the edition and the cycle they work under, and the instant the story has reached."""

    door: Door
    people: dict[str, int]
    edition_id: int
    cycle_id: int
    today: date
    now: datetime

    def play(self, stories: Iterable[Story]) -> None:
        """Let the stories go on side by side, day after day, as they would have come to pass."""
        waiting = [(next(story), place, story) for place, story in enumerate(stories)]
        heapify(waiting)
        while waiting:
            day, place, story = heappop(waiting)
            self.now = max(self.now, datetime.combine(day, _MORNING, CHINA).astimezone(UTC))
            following = next(story, None)
            if following is not None:
                heappush(waiting, (following, place, story))

    def days_ago(self, count: int) -> date:
        """The day so many working days before the present."""
        return add_working_days(self.today, -count, Calendar("CN"))

    def in_days(self, count: int) -> date:
        """The day so many working days after the one the story has reached."""
        return add_working_days(self.now.astimezone(CHINA).date(), count, Calendar("CN"))

    def nominate(self, nomination: Nomination) -> int:
        """Put a draft on file and give its number."""
        with self._acting(nomination.by) as act:
            return nominations.nominate(
                act,
                act.db.get_one(Employee, self.people[nomination.candidate]),
                edition_id=self.edition_id,
                cycle_id=self.cycle_id,
                track=nomination.track,
                level=nomination.level,
                post=nomination.post,
                statement=nomination.statement,
                evidence=nomination.evidence,
            ).id

    def do(self, verb: Callable[..., Any], case_id: int, by: str | None = None, **given: Any) -> None:
        """Let a person, or the clock, do one thing to a case."""
        with self.on(case_id, by) as (act, case):
            verb(act, case, **given)

    @contextmanager
    def on(self, case_id: int, by: str | None = None) -> Iterator[tuple[Act, PromotionCase]]:
        """An act on a case, for a verb that needs more than words."""
        with self.door.changing(case_id, now=self._next_instant(), by=self._key(by)) as opened:
            yield opened

    @contextmanager
    def contesting(
        self, competition_id: int, by: str | None = None
    ) -> Iterator[tuple[Act, Competition, dict[int, PromotionCase]]]:
        """An act on a competition and the cases in it."""
        with self.door.competing(competition_id, now=self._next_instant(), by=self._key(by)) as opened:
            yield opened

    def release(self) -> None:
        """The HR officer releases what has been decided in the cycle, unless that has just been done."""
        by = self.people[HR_OFFICER]
        with self.door.releasing(self.cycle_id, now=self._next_instant(), by=by) as (act, cycle, waiting):
            if waiting:
                decisions.release(act, cycle, waiting)

    @contextmanager
    def at_hr(self) -> Iterator[Act]:
        """An act of the HR officer that concerns no case yet."""
        with self._acting(HR_OFFICER) as act:
            yield act

    def holders(self, case_id: int, kind: TaskKind) -> list[str]:
        """Numbers of those who have such a task, first asked first; what HR shares is the officer's."""
        open_tasks = (
            select(Employee.number)
            .select_from(Task)
            .outerjoin(Employee, Employee.id == Task.assignee_id)
            .where(Task.case_id == case_id, Task.kind == kind, Task.state == TaskState.OPEN)
            .order_by(Task.id)
        )
        with Session(self.door.engine) as db:
            return [number or HR_OFFICER for number in db.scalars(open_tasks)]

    @contextmanager
    def _acting(self, by: str) -> Iterator[Act]:
        with self.door.acting(now=self._next_instant(), by=self.people[by]) as act:
            yield act

    def _key(self, number: str | None) -> int | None:
        return self.people[number] if number else None

    def _next_instant(self) -> datetime:
        self.now += _BETWEEN_ACTS
        return self.now
