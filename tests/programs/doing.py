"""One person at one act: the way through the door with the right checked, and whatever is left to chance."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from sqlalchemy import Select

from tests.company import Company
from workflow.act import Act
from workflow.errors import NotFound, Refusal
from workflow.models import Employee, PromotionCase, Task
from workflow.permissions import Operation, require
from workflow.store import Door

T = TypeVar("T")
# Gives something that is another one after every change of the database.
Trace = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Doing:
    """Somebody who does something: in which company, by what chance, in which words."""

    company: Company
    person: str
    chance: Random
    typed: str
    trace: Trace

    def one_of(self, choices: Sequence[T]) -> T:
        """Something of what the person may choose."""
        return self.chance.choice(choices)

    def happens(self, share: float) -> bool:
        """Whether something comes about that does so in this share of times."""
        return self.chance.random() < share

    def all(self, query: Select[T]) -> Sequence[T]:
        """Whatever the person can look up."""
        with self.company.reading() as db:
            return db.scalars(query).all()

    def do(
        self, operation: Operation, case_id: int, verb: Callable[..., Any], *rest: Any, **given: Any
    ) -> None:
        """Act on a case, if the person has the right to."""
        self._on_case(self.door.changing, operation, case_id, verb, *rest, **given)

    def contend(self, operation: Operation, case_id: int, verb: Callable[..., Any], **given: Any) -> None:
        """Act on a case in a way that may take a place."""
        self._on_case(self.door.contending, operation, case_id, verb, **given)

    def in_contest(
        self,
        verb: Callable[..., Any],
        competition_id: int,
        *rest: Any,
        case_id: int | None = None,
        operation: Operation = Operation.RUN_COMPETITION,
        **given: Any,
    ) -> None:
        """Act on a competition, or on one case in it."""
        opening = self.door.competing(competition_id, now=self.company.now, by=self.by)
        with self._leaving_no_trace(), opening as (act, competition, field):
            if case_id is not None and case_id not in field:
                raise NotFound(kind="case")
            case = field[case_id] if case_id is not None else None
            require(act.db, act.person, operation, case)
            verb(act, competition, field, *([case] if case is not None else []), *rest, **given)

    def unknown(self, case_id: int, verb: Callable[..., Any], **given: Any) -> None:
        """Act without an account, as a customer does."""
        with self._leaving_no_trace(), self.door.changing(case_id, now=self.company.now) as (act, case):
            verb(act, case, **given)

    def in_office(self, operation: Operation, verb: Callable[..., Any], *rest: Any, **given: Any) -> None:
        """Act on no single case."""
        with self._leaving_no_trace(), self.door.acting(now=self.company.now, by=self.by) as act:
            require(act.db, act.person, operation)
            verb(act, *rest, **given)

    def in_cycle(
        self, opening: Callable[..., Any], operation: Operation, cycle_id: int, verb: Callable[..., Any]
    ) -> None:
        """Act on a whole cycle."""
        with self._leaving_no_trace(), opening(cycle_id, now=self.company.now, by=self.by) as (act, *rest):
            require(act.db, act.person, operation)
            verb(act, *rest)

    @property
    def by(self) -> int:
        """The key of the person."""
        return self.company.ids[self.person]

    @property
    def door(self) -> Door:
        """The door of the company."""
        return self.company.door

    def employee(self, act: Act, number: str) -> Employee:
        """A person by number."""
        return act.db.get_one(Employee, self.company.ids[number])

    def _on_case(
        self,
        opening: Callable[..., Any],
        operation: Operation,
        case_id: int,
        verb: Callable[..., Any],
        *rest: Any,
        **given: Any,
    ) -> None:
        with self._leaving_no_trace(), opening(case_id, now=self.company.now, by=self.by) as (act, case):
            require(act.db, act.person, operation, case)
            verb(act, case, *rest, **given)

    @contextmanager
    def _leaving_no_trace(self) -> Iterator[None]:
        """Let what is refused change nothing whatsoever."""
        before = self.trace()
        try:
            yield
        except Refusal as refusal:
            if self.trace() != before:
                raise AssertionError(f"{refusal.code} has left a trace") from refusal
            raise


@dataclass(frozen=True, slots=True)
class AtTask(Doing):
    """Somebody who does what one task asks for."""

    task: Task

    @property
    def case_id(self) -> int:
        """The case the task is about."""
        assert self.task.case_id is not None
        return self.task.case_id

    @property
    def case(self) -> PromotionCase:
        """The case as it stands."""
        return self.company.case(self.case_id)

    @property
    def subject_id(self) -> int:
        """What the task is about besides its case."""
        assert self.task.subject_id is not None
        return self.task.subject_id

    def on(self, operation: Operation, verb: Callable[..., Any], *rest: Any, **given: Any) -> None:
        """Act on the case of the task."""
        self.do(operation, self.case_id, verb, *rest, **given)
