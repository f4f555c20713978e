"""A small cycle of the real organisation over HTTP, and the same with a server that is killed."""

from pathlib import Path

import pytest

from benchmarks.cycle.accounting import unaccounted
from benchmarks.cycle.journey import run_cycle
from benchmarks.cycle.stories import STORIES
from workflow.vocabulary import Stage

pytestmark = pytest.mark.slow

SHORT = tuple(story for story in STORIES[:5] if story.ends is not Stage.COMPLETED)


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_small_cycle_is_accounted_for_to_the_last_mail(database: str, tmp_path: Path) -> None:
    cycle = run_cycle(database, tmp_path, STORIES[:5])
    problems = unaccounted(cycle)
    cycle.company.engine.dispose()
    assert problems == []
    assert len(cycle.cast.plays) == 5


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_server_killed_in_the_middle_loses_nothing_it_has_acknowledged(
    database: str, tmp_path: Path
) -> None:
    cycle = run_cycle(database, tmp_path, SHORT, kills=4)
    problems = unaccounted(cycle)
    cycle.company.engine.dispose()
    assert problems == []
    assert cycle.kills >= 4
