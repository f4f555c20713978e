"""Slow tests are begun first, and by every worker."""

import pytest

from tests.order import slow_first

TEN_TESTS = """
import pytest

def test_quick_0(): pass
def test_quick_1(): pass
def test_quick_2(): pass
def test_quick_3(): pass
def test_quick_4(): pass
def test_quick_5(): pass

@pytest.mark.slow
@pytest.mark.parametrize("database", ["one", "other"])
@pytest.mark.parametrize("number", range(2))
def test_slow(number, database): pass
"""


@pytest.fixture
def ten_tests(pytester: pytest.Pytester) -> list[pytest.Item]:
    pytester.makeini("[pytest]\nmarkers = slow")
    return pytester.getitems(TEN_TESTS)


def names(items: list[pytest.Item]) -> list[str]:
    return [item.name for item in items]


def test_every_worker_begins_with_its_share_of_the_slow_tests(ten_tests: list[pytest.Item]) -> None:
    ordered = names(slow_first(ten_tests, workers=2))
    assert ordered[:3] == ["test_slow[0-one]", "test_slow[1-other]", "test_quick_0"]
    assert ordered[5:8] == ["test_slow[0-other]", "test_slow[1-one]", "test_quick_3"]


@pytest.mark.parametrize("workers", [1, 2, 3, 4, 16])
def test_no_test_is_lost_or_begun_twice_however_many_workers_there_are(
    ten_tests: list[pytest.Item], workers: int
) -> None:
    assert sorted(names(slow_first(ten_tests, workers=workers))) == sorted(names(ten_tests))


def test_without_slow_tests_everything_stays_in_its_order(ten_tests: list[pytest.Item]) -> None:
    quick = ten_tests[:6]
    assert slow_first(quick, workers=2) == quick
