"""The one door for change: lock what the act concerns, run the verb, raise versions, commit once."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, select
from sqlalchemy.orm import Session

from workflow import arrivals, journal, taken_up
from workflow.act import Act
from workflow.database import writing
from workflow.errors import HasLeft, NotFound
from workflow.models import Competition, Cycle, Employee, Entry, PromotionCase
from workflow.prepared import Question

__all__ = ["Door", "writing"]


def _nobody_listens(_act: Act) -> None: ...


def _nobody_sleeps() -> None: ...


@dataclass(frozen=True, slots=True)
class Door:
    """Opens transactions; `announce` turns journal entries into messages, `wake` runs after a commit."""

    engine: Engine
    announce: Callable[[Act], None] = _nobody_listens
    wake: Callable[[], None] = _nobody_sleeps
    begin: Callable[[Engine], AbstractContextManager[Session]] = writing

    @contextmanager
    def together(self) -> Iterator[tuple[Session, "Door"]]:
        """A transaction, and a door whose acts become part of it: all are kept with its end, or none."""
        with self.begin(self.engine) as db:
            yield db, replace(self, begin=lambda _: nullcontext(db), wake=_nobody_sleeps)
        self.wake()

    @contextmanager
    def acting(self, *, now: datetime, by: int | None = None, request_id: str | None = None) -> Iterator[Act]:
        """An act that concerns no single case, such as opening one or publishing criteria."""
        with self.begin(self.engine) as db:
            act = Act(db=db, by=_active(db, by), now=now, request_id=request_id)
            yield act
            self._finish(act)
        self.wake()

    @contextmanager
    def changing(
        self,
        case_id: int,
        *,
        now: datetime,
        by: int | None = None,
        request_id: str | None = None,
        task_id: int | None = None,
        expected: Sequence[Question] = (),
    ) -> Iterator[tuple[Act, PromotionCase]]:
        """An act on one case, whose row is locked first; its version rises with what is written down.

        The task that the person has seen, if one is named, is read in the same statement; what is `expected`
        to be asked next is said with it.
        """
        with self.acting(now=now, request_id=request_id) as act:
            case, act.by = _taken_up(act, case_id, by, task_id, expected)
            yield act, case

    @contextmanager
    def contending(
        self, case_id: int, *, now: datetime, by: int | None = None, request_id: str | None = None
    ) -> Iterator[tuple[Act, PromotionCase]]:
        """An act on a case that may take a place: its cycle and its competition are locked before it.

        Two such acts in one cycle, or for one post, come one after the other.
        """
        with self.acting(now=now, request_id=request_id) as act:
            _lock_places(act, case_id)
            case, act.by = _taken_up(act, case_id, by)
            yield act, case

    @contextmanager
    def releasing(
        self, cycle_id: int, *, now: datetime, by: int | None = None, request_id: str | None = None
    ) -> Iterator[tuple[Act, Cycle, Sequence[PromotionCase]]]:
        """An act on the decisions of a cycle that wait: their cases are locked in the order of their keys."""
        with self.in_cycle(cycle_id, now=now, by=by, request_id=request_id) as (act, cycle):
            waiting = (PromotionCase.cycle_id == cycle_id) & PromotionCase.pending.is_not(None)
            yield act, cycle, _locked(act, waiting)

    @contextmanager
    def competing(
        self,
        competition_id: int,
        *,
        now: datetime,
        by: int | None = None,
        request_id: str | None = None,
        task_id: int | None = None,
    ) -> Iterator[tuple[Act, Competition, dict[int, PromotionCase]]]:
        """An act on a competition: it is locked first, then its cases in the order of their keys."""
        with self.acting(now=now, by=by, request_id=request_id) as act:
            act.task = taken_up.seen(act, task_id)
            competition = act.first(
                select(Competition).where(Competition.id == competition_id).with_for_update(key_share=True)
            )
            if competition is None:
                raise NotFound(kind="competition", id=competition_id)
            entered = select(Entry.case_id).where(Entry.competition_id == competition_id)
            cases = _locked(act, PromotionCase.id.in_(entered))
            yield act, competition, {case.id: case for case in cases}

    @contextmanager
    def in_cycle(
        self, cycle_id: int, *, now: datetime, by: int | None = None, request_id: str | None = None
    ) -> Iterator[tuple[Act, Cycle]]:
        """An act on a whole cycle, which is locked before any case of it."""
        with self.acting(now=now, by=by, request_id=request_id) as act:
            cycle = act.first(select(Cycle).where(Cycle.id == cycle_id).with_for_update(key_share=True))
            if cycle is None:
                raise NotFound(kind="cycle", id=cycle_id)
            yield act, cycle

    def _finish(self, act: Act) -> None:
        arrivals.settle(act)
        act.db.flush()
        journal.put_on_file(act)
        if act.entries:
            self.announce(act)


def _lock_places(act: Act, case_id: int) -> None:
    cycle = select(PromotionCase.cycle_id).where(PromotionCase.id == case_id).scalar_subquery()
    act.all(select(Cycle.id).where(Cycle.id == cycle).with_for_update(key_share=True))
    entered = select(Entry.competition_id).where(Entry.case_id == case_id)
    contests = select(Competition.id).where(Competition.id.in_(entered)).order_by(Competition.id)
    act.all(contests.with_for_update(key_share=True))


def _locked(act: Act, which: ColumnElement[bool]) -> Sequence[PromotionCase]:
    # Locked first and read afterwards: one joined statement that had to wait for the lock would pair
    # the new row of a case with the round it had before.
    locked = select(PromotionCase.id).where(which).order_by(PromotionCase.id).with_for_update(key_share=True)
    query = select(PromotionCase).where(PromotionCase.id.in_(act.all(locked)))
    return act.all(query.order_by(PromotionCase.id))


def _taken_up(
    act: Act, case_id: int, by: int | None, task_id: int | None = None, expected: Sequence[Question] = ()
) -> tuple[PromotionCase, Employee | None]:
    if by is not None:
        return taken_up.by_somebody(act, case_id, by, task_id, expected=expected)
    found = _locked(act, PromotionCase.id == case_id)
    if not found:
        raise NotFound(kind="case", id=case_id)
    return found[0], None


def _active(db: Session, person: int | None) -> Employee | None:
    if person is None:
        return None
    employee = db.get(Employee, person)
    if employee is None or not employee.is_active:
        raise HasLeft(person=person)
    return employee
