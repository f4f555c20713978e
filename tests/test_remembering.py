"""What builders have made is copied, but not over what somebody has changed."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.company import MONDAY, Company
from tests.remembering import remembered
from tests.workflow.begun import moved_into, nothing
from workflow.models import Employee
from workflow.store import Door

Build = Callable[[Company], int]


@pytest.fixture
def built() -> list[str]:
    """Who was made to leave by the builder."""
    return []


@pytest.fixture
def leaver(built: list[str]) -> Build:
    """A builder after which somebody has left and a day has passed."""

    @remembered
    def build(company: Company) -> int:
        built.append("P8")
        company.leaves("P8")
        company.later(days=1)
        return company.ids["P8"]

    return build


def is_there(company: Company, person: int) -> bool:
    with company.reading() as db:
        return db.get_one(Employee, person).is_active


def test_what_was_made_for_two_is_copied_for_the_third(door: Door, leaver: Build, built: list[str]) -> None:
    for _ in range(3):
        company = moved_into(door, nothing)
        person = leaver(company)
        assert not is_there(company, person)
        assert company.now == MONDAY + timedelta(days=1)
    assert len(built) == 2


def test_nothing_is_copied_over_what_somebody_has_changed(
    door: Door, leaver: Build, built: list[str]
) -> None:
    for _ in range(3):
        company = moved_into(door, nothing)
        company.leaves("P1")
        person = leaver(company)
        assert not is_there(company, person)
        assert not is_there(company, company.ids["P1"])
    assert len(built) == 3


def test_what_is_built_at_another_time_is_made_anew(door: Door, leaver: Build, built: list[str]) -> None:
    for _ in range(3):
        leaver(moved_into(door, nothing))
    later = moved_into(door, nothing)
    later.later(days=7)
    leaver(later)
    assert len(built) == 3
