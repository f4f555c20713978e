"""The databases of the tests cost what they must and no more."""

from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.engine.interfaces import CacheStats

from tests.databases import fresh_sqlite
from workflow.models import Employee


def how_compiled(engine: Engine) -> CacheStats:
    with engine.connect() as connection:
        return connection.execute(select(Employee)).context.cache_hit


def test_a_statement_is_compiled_once_for_all_databases_of_a_kind(tmp_path: Path) -> None:
    found = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        engine = fresh_sqlite(tmp_path / name)
        found.append(how_compiled(engine))
        engine.dispose()
    assert found[1] is CacheStats.CACHE_HIT
