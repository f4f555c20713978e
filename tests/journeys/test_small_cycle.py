"""A small cycle of the real organisation over HTTP, and the same with a server that is killed."""

from pathlib import Path

import pytest

from benchmarks.cycle.accounting import unaccounted
from benchmarks.cycle.journey import run_cycle

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_small_cycle_is_accounted_for_to_the_last_mail(database: str, tmp_path: Path) -> None:
    cycle = run_cycle(database, tmp_path, cases=5)
    problems = unaccounted(cycle)
    cycle.company.engine.dispose()
    assert problems == []
    assert len(cycle.cast.plays) == 5


def test_a_server_killed_in_the_middle_loses_nothing_it_has_acknowledged(tmp_path: Path) -> None:
    cycle = run_cycle("sqlite", tmp_path, cases=3, kills=4)
    problems = unaccounted(cycle)
    cycle.company.engine.dispose()
    assert problems == []
    assert cycle.kills == 4
