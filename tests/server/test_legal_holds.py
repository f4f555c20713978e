"""A legal hold keeps what was said about a person and by him, in whosever case it stands."""

from sqlalchemy import select

from server import erasing
from tests.builders import a_case
from tests.company import Company
from tests.server.erasing_done import YEAR, erase, strings
from workflow import cases, data_gaps, erasure, keeping_apart, nominations
from workflow.journal import verify
from workflow.models import Employee, KeptApart
from workflow.vocabulary import ApartBecause, Stage, TaskKind


def hold(company: Company, *numbers: str) -> None:
    with company.door.acting(now=company.now) as act:
        for number in numbers:
            erasure.hold(act, erasing.person_of(act, number), because="A lawsuit.")


def lift(company: Company, number: str) -> None:
    with company.door.acting(now=company.now) as act:
        erasure.lift_hold(act, erasing.person_of(act, number))


def keep_apart(company: Company, *numbers: str) -> None:
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        people = (act.db.get_one(Employee, company.ids[number]) for number in numbers)
        keeping_apart.declare(act, *people, because=ApartBecause.GRIEVANCE)


def pairs(company: Company) -> list[KeptApart]:
    with company.reading() as db:
        assert list(verify(db)) == []
        return list(db.scalars(select(KeptApart)))


def test_what_hr_has_answered_to_a_held_person_stays(company: Company) -> None:
    with company.door.acting(now=company.now, by=company.ids["C"]) as act:
        task = data_gaps.report_error(act, rule="trainings", text="Two are missing.").id
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        data_gaps.refuse(act, task, reason="The second was no course.")
    hold(company, "C")
    company.later(days=4 * YEAR)
    erase(company)
    assert "The second was no course." in strings(company)
    lift(company, "C")
    erase(company)
    assert "The second was no course." not in strings(company)


def test_what_a_held_person_has_said_in_the_case_of_another_stays(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED, candidate="P1", by="P1")
    (task,) = company.open_tasks(case_id, TaskKind.APPROVE)
    approver = company.number(task.assignee_id)
    company.do(nominations.decline, case_id, approver, reason="Too early for him.")
    company.do(cases.withdraw, case_id, "P1", reason="Not now.")
    hold(company, approver)
    company.later(days=46)
    company.leaves("P1")
    erase(company, "P1")
    assert "Too early for him." in strings(company)
    lift(company, approver)
    company.later(days=4 * YEAR)
    erase(company)
    assert "Too early for him." not in strings(company)


def test_a_pair_stays_with_its_entry_until_the_hold_on_either_side_is_lifted(company: Company) -> None:
    keep_apart(company, "C", "P2")
    keep_apart(company, "P2", "P3")
    hold(company, "C")
    company.leaves("P2")
    erase(company, "P2")
    assert len(pairs(company)) == 1
    company.later(days=4 * YEAR)
    erase(company)
    assert "grievance: C / P2" in strings(company)
    assert "grievance: P2 / P3" not in strings(company)
    lift(company, "C")
    erase(company)
    assert "grievance: C / P2" not in strings(company)
