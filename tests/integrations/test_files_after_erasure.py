"""The organisation's files go on naming whoever was erased here."""

from personnel_files import a_file, imported, numbered
from sqlalchemy import select

from server import erasing
from workflow.act import Act
from workflow.models import Employee


def test_a_file_that_still_names_whoever_was_erased_brings_nobody_back(act: Act) -> None:
    lines = a_file(
        *numbered("1", active="yes", manager_number="2"), *numbered("2", active="no", department="Sales")
    )
    assert imported(act, lines).created == 2
    erasing.erase(act, "2")
    report = imported(act, lines)
    assert (report.created, report.left_unknown, report.without_manager) == (0, 1, ("1",))
    assert "2" not in set(act.db.scalars(select(Employee.number)))
    assert imported(act, lines).changed == 0


def test_who_is_back_with_the_company_is_created_anew(act: Act) -> None:
    imported(act, a_file(*numbered("1"), *numbered("2", active="no")))
    erasing.erase(act, "2")
    assert imported(act, a_file(*numbered("1", "2", active="yes"))).created == 1
