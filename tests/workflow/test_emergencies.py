"""Breaking the glass: who may ask, who may grant, and what ends it."""

import pytest
from sqlalchemy import select

from notifications.models import Delivery
from tests.builders import a_case, a_contested_case
from tests.company import Company
from tests.workflow.test_hr_of_a_department import hr_of, moved
from tests.workflow.test_kept_apart import keep_apart
from tests.workflow.test_mails_about_asking import mail, telling
from workflow import emergencies
from workflow.errors import AlreadyExists, Conflicted, Invalid, NotFound, OwnCase, ReasonMissing
from workflow.models import Employee, JournalEntry, RoleHolding
from workflow.vocabulary import Role, Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def ask(company: Company, case_id: int, by: str = "X1", reason: str = "The page shows an error.") -> int:
    with company.on(case_id, by) as (act, case):
        return emergencies.ask(act, case, reason=reason).id


def grant(company: Company, case_id: int, access_id: int, by: str = "H1") -> None:
    company.do(emergencies.grant, case_id, by, access_id=access_id)


def may_read(company: Company, case_id: int, number: str = "X1") -> bool:
    with company.reading() as db:
        return emergencies.admission(db, company.ids[number], case_id, company.now) is not None


def admitted(company: Company) -> int:
    """A case that X1 may read for an hour."""
    case_id = a_case(company, at=Stage.NOMINATED)
    grant(company, case_id, ask(company, case_id))
    return case_id


def test_nothing_can_be_read_before_another_person_has_granted_it(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    access = ask(company, case_id)
    assert not may_read(company, case_id)
    grant(company, case_id, access)
    assert may_read(company, case_id)
    assert not may_read(company, case_id, "T1")


def test_it_ends_after_sixty_minutes(company: Company) -> None:
    case_id = admitted(company)
    company.later(minutes=59)
    assert may_read(company, case_id)
    company.later(minutes=1)
    assert not may_read(company, case_id)


def test_nobody_grants_it_to_himself_whatever_roles_he_holds(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    access = ask(company, case_id)
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["X1"], role=Role.HR))
    with pytest.raises(OwnCase):
        grant(company, case_id, access, "X1")


def test_a_request_needs_a_reason_and_is_answered_within_a_day_or_not_at_all(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    with pytest.raises(ReasonMissing):
        ask(company, case_id, reason=" ")
    access = ask(company, case_id)
    with pytest.raises(AlreadyExists):
        ask(company, case_id)
    company.later(days=1)
    with pytest.raises(NotFound):
        grant(company, case_id, access)
    assert ask(company, case_id) != access


def test_what_was_granted_once_is_granted_no_second_time(company: Company) -> None:
    case_id = admitted(company)
    for minutes in (0, 61):
        company.later(minutes=minutes)
        with pytest.raises(NotFound):
            grant(company, case_id, 1)
    assert ask(company, case_id)


def test_whoever_sees_the_case_anyway_does_not_ask(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    hr_of(company, "T1")
    with pytest.raises(Invalid, match="sees_it_already"):
        ask(company, case_id, "T1")


def test_hr_of_another_department_may_ask_and_nobody_with_a_stake(company: Company) -> None:
    moved(company, "P2", "Staff")
    case_id = a_case(company, at=Stage.NOMINATED, candidate="P2", by="P2")
    hr_of(company, "T1")
    keep_apart(company, "X1", "P2")
    with pytest.raises(NotFound):
        ask(company, case_id, "X1")
    access = ask(company, case_id, "T1")
    grant(company, case_id, access, "A1")
    assert may_read(company, case_id, "T1")
    keep_apart(company, "T1", "P2")
    assert not may_read(company, case_id, "T1")


def test_nobody_with_a_stake_grants_it(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    access = ask(company, case_id)
    keep_apart(company, "A1", "C")
    with pytest.raises(Conflicted):
        grant(company, case_id, access, "A1")


def test_whoever_administers_no_more_reads_no_more(company: Company) -> None:
    case_id = admitted(company)
    with company.door.acting(now=company.now) as act:
        act.db.delete(act.db.get_one(RoleHolding, (company.ids["X1"], Role.ADMIN)))
    assert not may_read(company, case_id)


def test_all_of_it_stands_in_the_journal_and_changes_no_version(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    before = company.case(case_id).version
    access = ask(company, case_id)
    grant(company, case_id, access)
    for _ in range(2):
        company.do(emergencies.note_reading, case_id, "X1", access_id=access)
    with company.reading() as db:
        told = select(JournalEntry.action, JournalEntry.actor_id).where(JournalEntry.action.like("emerg%"))
        lines = [(action, company.number(actor)) for action, actor in db.execute(told)]
    assert lines == [("emergency_asked", "X1"), ("emergency_granted", "H1"), ("emergency_read", "X1")]
    assert company.case(case_id).version == before


def test_hr_and_auditors_hear_that_it_is_wanted_candidate_and_auditors_that_it_is_granted(
    company: Company,
) -> None:
    telling(company)
    case_id = a_case(company, at=Stage.NOMINATED)
    access = ask(company, case_id)
    assert "The page shows an error." in mail(company, "H1", "emergency_asked").text
    grant(company, case_id, access)
    for number, name in (("C", "Person X1"), ("A1", "Person C"), ("X1", "Person H1")):
        assert name in mail(company, number, "emergency_granted").text
    with company.reading() as db:
        rows = db.execute(select(Employee.number, Delivery.kind).join(Employee)).all()
    told = {kind: {number for number, sent in rows if sent == kind} for _, kind in rows}
    assert told["emergency_asked"] == {"H1", "H2", "A1"}
    assert told["emergency_granted"] == {"C", "A1", "X1"}


def test_no_auditor_with_a_stake_hears_that_it_is_granted(company: Company) -> None:
    telling(company)
    with company.door.acting(now=company.now) as act:
        for number in ("P8", "T1"):
            act.add(RoleHolding(employee_id=company.ids[number], role=Role.AUDITOR))
    keep_apart(company, "T1", "C")
    case_id = a_contested_case(company, at=Stage.NOMINATED)
    a_contested_case(company, at=Stage.NOMINATED, candidate="P8", by="P8")
    grant(company, case_id, ask(company, case_id))
    granted = select(Employee.number).join(Delivery).where(Delivery.kind == "emergency_granted")
    with company.reading() as db:
        assert set(db.scalars(granted)) == {"C", "A1", "X1"}
