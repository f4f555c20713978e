"""What may happen next in a program: somebody works, a stranger tries, time passes, people come and go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from random import Random

import pytest
from sqlalchemy import Select, select
from structlog.testing import capture_logs

from tests.company import Company
from tests.programs.asking_others import ways_of
from tests.programs.deeds import DEEDS
from tests.programs.doing import AtTask, Doing, Trace
from tests.programs.initiatives import INITIATIVES
from tests.programs.texts import PLAIN
from tests.workflow.invariants import unattended
from workflow import cases, sweeps
from workflow.errors import Refusal
from workflow.models import Employee, Entry, InboxRow, PromotionCase, RoleHolding, Task
from workflow.permissions import Operation
from workflow.vocabulary import COMPETITION_TASKS, OUTLIVING_TASKS, Role, TaskKind

_MAY_LEAVE = ("C", "P1", "P2", "L1", "D1", "H0", "H1", "H2", "M1", "M2", "M5", "J1", "T1", "P3")
# Of the tasks of a role these are done only by whoever has them in the inbox; others by all of HR.
_PERSONAL = frozenset(
    {
        *(TaskKind.APPROVE, TaskKind.DECIDE_OBJECTION, TaskKind.NAME_MENTOR, TaskKind.CONFIRM),
        *(TaskKind.FIX_DATA, TaskKind.CORRECT_DATA, TaskKind.CHECK_CYCLE, TaskKind.RESCUE_REVIEW),
    }
)


@dataclass(frozen=True, slots=True)
class Play:
    """One step of a program: where, by what chance, in which words; `note` hears what was refused."""

    company: Company
    trace: Trace
    chance: Random
    typed: str
    note: Callable[[str], None]

    def waiting(self) -> list[tuple[Task, str]]:
        """Everything that waits in the inbox of somebody who is there."""
        rows = select(Task, InboxRow.person_id).join(InboxRow, InboxRow.task_id == Task.id)
        rows = rows.join(Employee, Employee.id == InboxRow.person_id).where(Employee.is_active)
        with self.company.reading() as db:
            found = db.execute(rows.order_by(Task.id, InboxRow.person_id)).all()
        return [(task, self.company.number(person)) for task, person in found]

    def work(self, task: Task, person: str, typed: str) -> None:
        """Let somebody do what a task asks for."""
        DEEDS[task.kind](AtTask(self.company, person, self.chance, typed, self.trace, task))

    def attempt(self, deed: Callable[[], None]) -> None:
        """Let something be done that may be refused; nothing but a refusal may come of it."""
        try:
            deed()
        except Refusal as refusal:
            self.note(refusal.code)


def somebody_works(play: Play) -> None:
    """One person does one task; what holds a case up comes before letters."""
    waiting = play.waiting()
    urgent = [each for each in waiting if each[0].kind not in OUTLIVING_TASKS]
    if waiting:
        task, person = play.chance.choice(urgent or waiting)
        play.attempt(lambda: play.work(task, person, play.typed))


def everybody_works(play: Play) -> None:
    """Everybody who is asked for the same in one case, or competition, does it."""
    waiting = play.waiting()
    if not waiting:
        return
    chosen = _matter(play.chance.choice(waiting)[0])
    typed = play.chance.choice((PLAIN, play.typed))
    for task, person in waiting:
        if _matter(task) == chosen:
            play.attempt(partial(play.work, task, person, typed))


def a_stranger_tries(play: Play) -> None:
    """Whoever is not asked for something is refused; `Doing` looks that nothing has changed."""
    waiting = play.waiting()
    if not waiting:
        return
    task, _ = play.chance.choice(waiting)
    strangers = sorted(play.company.ids.keys() - _concerned(play.company, task))
    with pytest.raises(Refusal):
        play.work(task, play.chance.choice(strangers), PLAIN)


def somebody_asks_others(play: Play) -> None:
    """Whoever has a task of a case hands it over, has others sign, keeps somebody informed, or nudges."""
    waiting = [each for each in play.waiting() if each[0].case_id is not None]
    signing = [each for each in waiting if each[0].kind is TaskKind.APPROVE]
    if waiting:
        task, person = play.chance.choice(signing or waiting)
        at = AtTask(play.company, person, play.chance, play.typed, play.trace, task)
        play.attempt(lambda: play.chance.choice(ways_of(task.kind))(at))


def somebody_takes_the_initiative(play: Play) -> None:
    """What nobody is asked for, by somebody who may or by somebody who may not."""
    people, initiative = play.chance.choice(INITIATIVES)
    doing = Doing(play.company, play.chance.choice(people), play.chance, play.typed, play.trace)
    play.attempt(lambda: initiative(doing))


def a_case_is_withdrawn(play: Play) -> None:
    """By its candidate, by HR, or by somebody who may not."""
    with play.company.reading() as db:
        keys = db.scalars(select(PromotionCase.id).order_by(PromotionCase.id)).all()
    if keys:
        by = play.chance.choice(("C", "P1", "H1", "L1"))
        doing = Doing(play.company, by, play.chance, play.typed, play.trace)
        case_id = play.chance.choice(keys)
        play.attempt(lambda: doing.do(Operation.WITHDRAW, case_id, cases.withdraw, reason=play.typed))


def time_passes(play: Play) -> None:
    """Some days go by, and the clock comes by."""
    play.company.now += timedelta(days=play.chance.choice((1, 1, 1, 4, 4, 12, 12, 40, 200)))
    sweep(play.company)


def somebody_leaves_or_returns(play: Play) -> None:
    """Whoever has left comes back, and the other way round; the clock comes by."""
    number = play.chance.choice(_MAY_LEAVE)
    with play.company.reading() as db:
        is_active = db.get_one(Employee, play.company.ids[number]).is_active
    (play.company.leaves if is_active else play.company.returns)(number)
    sweep(play.company)


def sweep(company: Company) -> None:
    """The clock does what is due: nothing fails, nobody is forgotten, and it has no more to do at once."""
    with capture_logs() as logs:
        sweeps.run(company.door, now=company.now)
        again = {name: count for name, count in sweeps.run(company.door, now=company.now).items() if count}
    assert [line for line in logs if line["event"] in ("sweep_failed", "sweep_refused")] == []
    with company.reading() as db:
        assert not unattended(db), unattended(db)
    assert not again, again


def _concerned(company: Company, task: Task) -> set[str]:
    """Who may do what the task asks for, or has done it and may replace it."""
    same = select(Task.id).where(Task.kind == task.kind)
    same = same.where(Task.case_id == task.case_id if task.case_id else Task.subject_id == task.subject_id)
    with company.reading() as db:
        own = db.scalars(select(InboxRow.person_id).where(InboxRow.task_id.in_(same))).all()
        given = db.scalars(select(Task.assignee_id).where(Task.id.in_(same))).all()
        of_hr = db.scalars(select(RoleHolding.employee_id).where(RoleHolding.role == Role.HR)).all()
        party = set(db.scalars(_candidates(task)).all())
    shared = set(of_hr) - party if task.role is Role.HR and task.kind not in _PERSONAL else set()
    # The mentee writes about a talk too.
    mentee = party if task.kind is TaskKind.CHECK_IN else set()
    return {company.number(key) for key in {*own, *given, *shared, *mentee} if key is not None}


def _matter(task: Task) -> tuple[TaskKind, int | None, int | None]:
    """What a task asks for, whoever is asked."""
    return task.kind, task.case_id, task.subject_id if task.case_id is None else None


def _candidates(task: Task) -> Select[int]:
    """Query for whose case it is, or whose cases are in the competition or the cycle."""
    query = select(PromotionCase.candidate_id)
    if task.case_id is not None:
        return query.where(PromotionCase.id == task.case_id)
    if task.kind in COMPETITION_TASKS:
        return query.join(Entry, Entry.case_id == PromotionCase.id).where(
            Entry.competition_id == task.subject_id
        )
    return query.where(PromotionCase.cycle_id == task.subject_id)


# Most of what happens is work, so that programs come far.
ACTS: tuple[Callable[[Play], None], ...] = (
    *(somebody_works,) * 7,
    *(everybody_works,) * 7,
    *(a_stranger_tries,) * 2,
    *(somebody_takes_the_initiative,) * 4,
    *(somebody_asks_others,) * 3,
    *(time_passes,) * 3,
    a_case_is_withdrawn,
    somebody_leaves_or_returns,
)
