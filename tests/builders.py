"""Builds a company and cases in any stage, through the same verbs the product uses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow import committees, competitions, criteria, mentoring, nominations, notices, reviews
from workflow.act import Act
from workflow.editions import reading
from workflow.models import (
    Base,
    CheckIn,
    Department,
    Employee,
    PerformanceRecord,
    PromotionCase,
    ReviewRequest,
    RoleHolding,
    Site,
    Task,
    TrainingRecord,
)
from workflow.rules.edition import Edition
from workflow.store import Door
from workflow.vocabulary import Choice, Level, RequestState, Role, Stage, TaskKind, TaskState, Track

MONDAY = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
MEMBERS = tuple(f"M{n}" for n in range(1, 8))
JUDGES = ("J1", "J2", "J3")
PEERS = tuple(f"P{n}" for n in range(1, 9))


@dataclass
class Company:
    """People by number, the edition in force, and a clock that tests move by hand."""

    door: Door
    edition_id: int = 0
    now: datetime = MONDAY
    ids: dict[str, int] = field(default_factory=dict)

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    @contextmanager
    def on(self, case_id: int, by: str | None = None) -> Iterator[tuple[Act, PromotionCase]]:
        """An act of a person, or of the clock, on a case."""
        with self.door.changing(case_id, now=self.now, by=self.ids[by] if by else None) as opened:
            yield opened

    def do(self, verb: Callable[..., Any], case_id: int, by: str | None = None, **given: Any) -> Any:
        """Let a person do one thing to a case."""
        with self.on(case_id, by) as (act, case):
            return verb(act, case, **given)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for looking."""
        with Session(self.door.engine) as db:
            yield db

    def case(self, case_id: int) -> PromotionCase:
        """The case as the database has it now."""
        with self.reading() as db:
            return db.get_one(PromotionCase, case_id)

    def open_tasks(self, case_id: int, kind: TaskKind | None = None) -> list[Task]:
        """Open tasks of a case, of one kind or all."""
        query = select(Task).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
        with self.reading() as db:
            return list(db.scalars(query if kind is None else query.where(Task.kind == kind)))

    def number(self, person_id: int | None) -> str:
        """The number of a person."""
        return next(number for number, key in self.ids.items() if key == person_id)

    def leaves(self, number: str) -> None:
        """Somebody leaves the organisation."""
        self._set_active(number, is_active=False)

    def returns(self, *numbers: str) -> None:
        """People who had left are back."""
        for number in numbers:
            self._set_active(number, is_active=True)

    def _set_active(self, number: str, *, is_active: bool) -> None:
        with self.door.acting(now=self.now) as act:
            act.execute(update(Employee).where(Employee.number == number).values(is_active=is_active))


def a_company(door: Door) -> Company:
    """A service department: director, manager, candidate C, peers, another team, HR, committee, judges."""
    company = Company(door)
    with door.acting(now=company.now) as act:
        company.edition_id = criteria.publish(act, default_edition()).id
        service = act.add(Department(name="Service"))
        staff = act.add(Department(name="Staff"))
        site = act.add(Site(name="Head office"))
        hire = _hiring(act, company, site)
        hire("D1", service, None, Level.EXPERT, Track.MANAGEMENT)
        hire("L1", service, "D1", Level.PRINCIPAL, Track.MANAGEMENT)
        hire("L2", service, "D1", Level.PRINCIPAL, Track.MANAGEMENT)
        hire("C", service, "L1", Level.INTERMEDIATE)
        for number in PEERS:
            hire(number, service, "L1" if number < "P6" else "L2", Level.INTERMEDIATE)
        hire("H0", staff, None, Level.EXPERT, Track.MANAGEMENT)
        for number in ("H1", "H2", "A1", "T1", "X1", *MEMBERS, *JUDGES):
            hire(number, staff, "H0", Level.PRINCIPAL)
        service.head_id, staff.head_id = company.ids["D1"], company.ids["H0"]
        for number, role in (("H1", Role.HR), ("H2", Role.HR), ("A1", Role.AUDITOR), ("X1", Role.ADMIN)):
            act.add(RoleHolding(employee_id=company.ids[number], role=role))
        _seat_committee(act, company)
    return company


def a_case(
    company: Company,
    *,
    at: Stage = Stage.DRAFT,
    candidate: str = "C",
    by: str = "L1",
    track: Track = Track.PROFESSIONAL,
    level: Level = Level.SENIOR,
    post: str = "senior_service_engineer",
) -> int:
    """A case in the stage asked for, driven there by the people concerned."""
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        person = act.db.get_one(Employee, company.ids[candidate])
        case_id = nominations.nominate(
            act,
            person,
            edition_id=company.edition_id,
            track=track,
            level=level,
            post=post,
            statement="Keeps promises to customers.",
        ).id
    for stage, drive in _ROAD.items():
        if company.case(case_id).stage is at:
            break
        if company.case(case_id).stage is stage:
            drive(company, case_id)
    assert company.case(case_id).stage is at
    return case_id


def a_contested_case(company: Company, *, at: Stage = Stage.COMPETITION, candidate: str = "C") -> int:
    """A case for a management post that is filled by competition."""
    return a_case(
        company,
        at=at,
        candidate=candidate,
        track=Track.MANAGEMENT,
        level=Level.SENIOR,
        post="regional_manager",
    )


def a_competition(company: Company, *, seats: int = 1) -> int:
    """An announced competition for the post of the contested cases."""
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        return competitions.announce(
            act,
            name="Regional manager",
            edition_id=company.edition_id,
            track=Track.MANAGEMENT,
            level=Level.SENIOR,
            post="regional_manager",
            seats=seats,
            opens_on=company.now.date(),
            closes_on=company.now.date() + timedelta(days=14),
        ).id


def approve_all(company: Company, case_id: int) -> None:
    """Everybody in the chain signs, each when it is his turn."""
    while tasks := company.open_tasks(case_id, TaskKind.APPROVE):
        holder = tasks[0].assignee_id
        by = company.number(holder) if holder else "H1"
        company.do(nominations.approve, case_id, by)


def answers(value: int = 4) -> dict[str, int | None]:
    """A complete form with the same answer to every item."""
    return {item.key: value for item in _default_rules().items}


def evidence(value: int = 4) -> dict[str, str]:
    """Evidence for a complete form, where the answer asks for it."""
    return dict.fromkeys(answers(), "Seen on site.") if value in (1, 5) else {}


def raters(company: Company, case_id: int) -> list[str]:
    """Numbers of everybody whose form is still missing."""
    query = select(ReviewRequest.rater_id).where(
        ReviewRequest.round_id == company.case(case_id).round_id, ReviewRequest.state == RequestState.ASKED
    )
    with company.reading() as db:
        return [company.number(person) for person in db.scalars(query)]


def fill_in_all(company: Company, case_id: int, value: int = 4) -> None:
    """Every rater hands in the same answers."""
    for rater in raters(company, case_id):
        company.do(reviews.submit_form, case_id, rater, answers=answers(value), evidence=evidence(value))


def sitting(company: Company, case_id: int) -> list[str]:
    """Numbers of the members who are asked for a ballot."""
    return [company.number(task.assignee_id) for task in company.open_tasks(case_id, TaskKind.CAST_BALLOT)]


def vote_all(company: Company, case_id: int, choice: Choice = Choice.YES) -> None:
    """Everybody entitled votes alike."""
    for member in sitting(company, case_id):
        company.do(committees.cast_ballot, case_id, member, choice=choice)


def vote(company: Company, case_id: int, *choices: Choice) -> None:
    """The entitled vote in the order of their seats."""
    for member, choice in zip(sitting(company, case_id), choices, strict=True):
        company.do(committees.cast_ballot, case_id, member, choice=choice)


def score_all(company: Company, competition_id: int, sheets: dict[int, float]) -> None:
    """Every judge gives each case the same score in every criterion."""
    for judge in JUDGES:
        for case_id, value in sheets.items():
            by = company.ids[judge]
            with company.door.competing(competition_id, now=company.now, by=by) as (act, contest, field):
                sheet = dict.fromkeys(judged_criteria(), value)
                competitions.score(act, contest, field, field[case_id], sheet=sheet)


def seat_judges(company: Company, competition_id: int, judges: tuple[str, ...] = JUDGES) -> None:
    """HR seats the panel."""
    by = company.ids["H1"]
    with company.door.competing(competition_id, now=company.now, by=by) as (act, contest, field):
        people = [act.db.get_one(Employee, company.ids[judge]) for judge in judges]
        competitions.seat_panel(act, contest, field, people)


def decide_competition(company: Company, competition_id: int) -> None:
    """HR signs the order of merit."""
    by = company.ids["H1"]
    with company.door.competing(competition_id, now=company.now, by=by) as (act, contest, field):
        competitions.decide(act, contest, field, reason="By order of merit.")


def judged_criteria() -> list[str]:
    """What judges score in the competition of the contested cases."""
    step = _default_rules().step(Track.MANAGEMENT, Level.SENIOR)
    assert step is not None
    assert step.competition is not None
    return list(step.competition.criteria)


@cache
def default_edition() -> str:
    """The shipped edition as the document that is published."""
    return reading.canonical(reading.resolve(reading.shipped()["default"], reading.shipped()))


@cache
def _default_rules() -> Edition:
    return reading.read(default_edition())


def _hiring(act: Act, company: Company, site: Site) -> Callable[..., None]:
    def hire(
        number: str,
        department: Department,
        manager: str | None,
        level: Level,
        track: Track = Track.PROFESSIONAL,
    ) -> None:
        person = act.add(
            Employee(
                number=number,
                name=f"Person {number}",
                email=f"{number.lower()}@example.com",
                department_id=department.id,
                site_id=site.id,
                manager_id=company.ids[manager] if manager else None,
                track=track,
                level=level,
                post="service_engineer",
                level_since=date(2023, 1, 1),
                hired_on=date(2019, 1, 1),
            )
        )
        company.ids[number] = person.id
        act.db.add_all(_record(person))

    return hire


def _record(person: Employee) -> list[Base]:
    ratings: list[Base] = [
        PerformanceRecord(employee_id=person.id, period=period, overall=4)
        for period in ("2025H1", "2025H2", "2025Q4")
    ]
    return [*ratings, TrainingRecord(employee_id=person.id, course="any", year=2025, times=2)]


def _seat_committee(act: Act, company: Company) -> None:
    members = [act.db.get_one(Employee, company.ids[number]) for number in MEMBERS]
    committees.constitute(
        act,
        name="Promotion committee",
        chair=members[0],
        members=members,
        from_on=date(2026, 1, 1),
        until_on=date(2030, 12, 31),
    )


def _submit(company: Company, case_id: int) -> None:
    company.do(nominations.submit, case_id, company.number(company.case(case_id).nominated_by_id))


def _decide(company: Company, case_id: int) -> None:
    chair = company.number(company.open_tasks(case_id, TaskKind.OPEN_BALLOT)[0].assignee_id)
    company.do(committees.open_ballot, case_id, chair)
    vote_all(company, case_id)
    company.do(committees.record_decision, case_id, chair, text="Carried by the committee.")


def _take_effect(company: Company, case_id: int) -> None:
    company.later(days=10)
    company.do(notices.take_effect, case_id)


def _complete(company: Company, case_id: int) -> None:
    mentor_a_case(company, case_id)
    company.do(mentoring.confirm, case_id, "D1", reason="Grown into the post.")


def mentor_a_case(company: Company, case_id: int) -> None:
    """Name the mentor, agree the plan and hold every check-in."""
    with company.on(case_id, "H1") as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids["T1"]))
    for person in ("T1", "C"):
        company.do(mentoring.agree_plan, case_id, person, plan="Lead two projects.")
    with company.reading() as db:
        days = db.scalars(select(CheckIn.day).order_by(CheckIn.day)).all()
    for day in days:
        for person in ("T1", "C"):
            company.do(mentoring.check_in, case_id, person, day=day, note="Going well.")


_ROAD: dict[Stage, Callable[[Company, int], None]] = {
    Stage.DRAFT: _submit,
    Stage.NOMINATED: approve_all,
    Stage.REVIEW: fill_in_all,
    Stage.COMMITTEE: _decide,
    Stage.NOTICE: _take_effect,
    Stage.MENTORING: _complete,
}
