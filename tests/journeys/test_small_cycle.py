"""A small cycle of the real organisation over HTTP, and the same with a server that is killed."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from benchmarks.cycle.accounting import unaccounted
from benchmarks.cycle.edges import gone_by, not_driven
from benchmarks.cycle.journey import run_cycle
from benchmarks.cycle.repertoire import SHORT, SMALL
from tests.personal_words import personal_words

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_small_cycle_is_accounted_for_to_the_last_mail(database: str, tmp_path: Path) -> None:
    cycle = run_cycle(database, tmp_path, SMALL)
    problems = unaccounted(cycle)
    missed = not_driven(gone_by(cycle.company.engine))
    with Session(cycle.company.engine) as db:
        said = personal_words(db)
    cycle.company.engine.dispose()
    assert problems == []
    assert said == []
    assert len(cycle.cast.plays) == len(SMALL)
    assert "no case went by “nominated ─ decline → declined”" not in missed
    assert "no case went by “mentoring ─ revert → reverted”" in missed


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_a_server_killed_in_the_middle_loses_nothing_it_has_acknowledged(
    database: str, tmp_path: Path
) -> None:
    cycle = run_cycle(database, tmp_path, SHORT, kills=4)
    problems = unaccounted(cycle)
    cycle.company.engine.dispose()
    assert problems == []
    assert cycle.kills >= 4
