"""The one door for change: lock what the act concerns, run the verb, raise versions, commit once."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, Select, select
from sqlalchemy.orm import Session

from workflow import arrivals
from workflow.act import Act
from workflow.database import writing
from workflow.errors import HasLeft, NotFound, StaleVersion
from workflow.models import Competition, Employee, Entry, PromotionCase

__all__ = ["Door", "writing"]


def _nobody_listens(_act: Act) -> None: ...


def _nobody_sleeps() -> None: ...


@dataclass(frozen=True, slots=True)
class Door:
    """Opens transactions; `announce` turns journal entries into messages, `wake` runs after a commit."""

    engine: Engine
    announce: Callable[[Act], None] = _nobody_listens
    wake: Callable[[], None] = _nobody_sleeps

    @contextmanager
    def acting(self, *, now: datetime, by: int | None = None, request_id: str | None = None) -> Iterator[Act]:
        """An act that concerns no single case, such as opening one or publishing criteria."""
        with writing(self.engine) as db:
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
        version: int | None = None,
        request_id: str | None = None,
    ) -> Iterator[tuple[Act, PromotionCase]]:
        """An act on one case, whose row is locked first and whose version is raised.

        With `version`, refused as StaleVersion if the case has moved on since it was seen.
        """
        with self.acting(now=now, by=by, request_id=request_id) as act:
            case = act.first(_locked_cases().where(PromotionCase.id == case_id))
            if case is None:
                raise NotFound(kind="case", id=case_id)
            if version is not None and version != case.version:
                raise StaleVersion(version=case.version)
            case.version += 1
            yield act, case

    @contextmanager
    def competing(
        self, competition_id: int, *, now: datetime, by: int | None = None, request_id: str | None = None
    ) -> Iterator[tuple[Act, Competition, dict[int, PromotionCase]]]:
        """An act on a competition: it is locked first, then its cases in the order of their keys."""
        with self.acting(now=now, by=by, request_id=request_id) as act:
            competition = act.first(
                select(Competition).where(Competition.id == competition_id).with_for_update()
            )
            if competition is None:
                raise NotFound(kind="competition", id=competition_id)
            entered = select(Entry.case_id).where(Entry.competition_id == competition_id)
            cases = act.all(_locked_cases().where(PromotionCase.id.in_(entered)).order_by(PromotionCase.id))
            yield act, competition, {case.id: case for case in cases}

    def _finish(self, act: Act) -> None:
        arrivals.settle(act)
        act.db.flush()
        if act.entries:
            self.announce(act)


def _locked_cases() -> Select[PromotionCase]:
    return select(PromotionCase).with_for_update(of=PromotionCase)


def _active(db: Session, person: int | None) -> Employee | None:
    if person is None:
        return None
    employee = db.get(Employee, person)
    if employee is None or not employee.is_active:
        raise HasLeft(person=person)
    return employee
