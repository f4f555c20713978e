"""Certificates in a case: unknown, not held, expired, valid; HR completes what is missing or waives one."""

from datetime import date

import pytest
from sqlalchemy import delete, select

from tests.builders import a_case, approve_all
from tests.company import Company
from workflow import criteria, nominations
from workflow.editions.reading import shipped
from workflow.models import CertificateRecord, EligibilityFinding, Task
from workflow.vocabulary import Answer, Role, Stage, TaskKind, TaskState

RULE = "certificate:high_voltage"
ASKING = (
    shipped()["default"]
    .replace("trainings: 1\n", "trainings: 1\n    certificates: [high_voltage]\n")
    .replace('version: "2026.1"', 'version: "2026.2"')
)


@pytest.fixture
def company(company: Company) -> Company:
    """A company whose criteria ask for a certificate."""
    with company.door.acting(now=company.now) as act:
        company.edition_id = criteria.publish(act, ASKING).id
    return company


def certify(company: Company, obtained_on: date | None, valid_until: date | None = None) -> None:
    """The file says of C's certificate what it says now."""
    with company.door.acting(now=company.now) as act:
        act.execute(delete(CertificateRecord))
        act.add(
            CertificateRecord(
                employee_id=company.ids["C"],
                certificate="high_voltage",
                obtained_on=obtained_on,
                valid_until=valid_until,
            )
        )


def signed(company: Company) -> int:
    case_id = a_case(company, at=Stage.NOMINATED)
    approve_all(company, case_id)
    return case_id


def seen(company: Company, case_id: int) -> tuple[str | None, Answer]:
    """What the check saw, and its answer."""
    stored = select(EligibilityFinding).where(
        EligibilityFinding.round_id == company.case(case_id).round_id, EligibilityFinding.rule == RULE
    )
    with company.reading() as db:
        finding = db.scalars(stored).one()
        return finding.value, finding.answer


def test_a_valid_certificate_lets_the_case_go_on(company: Company) -> None:
    certify(company, date(2024, 1, 1), date(2026, 3, 2))
    case_id = a_case(company, at=Stage.NOMINATED)
    assert seen(company, case_id) == ("valid:2026-03-02", Answer.MET)
    approve_all(company, case_id)
    assert company.case(case_id).stage is Stage.REVIEW


def test_an_expired_certificate_does_not_count_and_says_so(company: Company) -> None:
    certify(company, date(2024, 1, 1), date(2026, 3, 1))
    case_id = signed(company)
    assert seen(company, case_id) == ("expired:2026-03-01", Answer.NOT_MET)
    assert len(company.open_tasks(case_id, TaskKind.SETTLE_ELIGIBILITY)) == 1


def test_a_renewed_certificate_counts_when_hr_looks_again(company: Company) -> None:
    certify(company, date(2024, 1, 1), date(2026, 3, 1))
    case_id = signed(company)
    certify(company, date(2026, 2, 20), date(2028, 2, 19))
    company.do(nominations.settle_eligibility, case_id, "H1", rule=None, reason="")
    assert company.case(case_id).stage is Stage.REVIEW


def test_one_certificate_is_waived_with_a_reason(company: Company) -> None:
    certify(company, None)
    case_id = signed(company)
    assert seen(company, case_id) == ("none", Answer.NOT_MET)
    company.do(nominations.settle_eligibility, case_id, "H1", rule=RULE, reason="Sits the test in May.")
    assert company.case(case_id).stage is Stage.REVIEW


def test_a_certificate_that_is_not_on_file_is_a_task_of_hr_for_the_department(company: Company) -> None:
    assert seen(company, signed(company)) == (None, Answer.UNKNOWN)
    gaps = select(Task).where(Task.kind == TaskKind.FIX_DATA, Task.state == TaskState.OPEN)
    with company.reading() as db:
        task = db.scalars(gaps).one()
    assert (task.role, task.detail) == (Role.HR, RULE)
