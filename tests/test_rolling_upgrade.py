"""Old and new version work together on one database for a release: steps of the schema only add to it.

What a former release relies on is looked at here: every table and column that it knows is still there and
takes what it took, and rows it writes need nothing that it does not know. `test_two_versions` lets both work.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from click.testing import CliRunner
from sqlalchemy import Engine, Inspector, create_engine, func, inspect, select, text

import migrations
from server import schema
from server.cli import main
from tests.databases import new_postgresql
from workflow.errors import Busy

_SHARED_SINCE = "0014"  # before it, one process had the database for itself
# Steps that let a rule pass more than it did: whatever the version before writes still passes.
_WIDER = {"0019": "delivery refuses by a new rule: a_mail_has_a_reader_and_a_webhook_a_subscription"}


_TURN = select(func.pg_advisory_xact_lock(schema._UPGRADE))
_WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


def steps() -> list[tuple[str, str]]:
    """Each step to a revision that several processes can share, from the one before it."""
    scripts = ScriptDirectory.from_config(schema._config()).walk_revisions()
    revisions = sorted(script.revision for script in scripts)
    return [pair for pair in pairwise(revisions) if pair[0] >= _SHARED_SINCE]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    engine = create_engine(f"sqlite:///{tmp_path / 'steps.db'}")
    yield engine
    engine.dispose()


def described(engine: Engine) -> dict[str, dict[str, Any]]:
    looked = inspect(engine)
    described: dict[str, dict[str, Any]] = {
        table: {"columns": {column["name"]: column for column in columns}, "rules": set()}
        for (_, table), columns in looked.get_multi_columns().items()
        if table != "alembic_version"
    }
    for (_, table), rules in looked.get_multi_check_constraints().items():
        if table in described:
            described[table]["rules"] |= {str(rule["name"]) + rule["sqltext"] for rule in rules}
    named = (looked.get_multi_unique_constraints(), looked.get_multi_foreign_keys(), _unique(looked))
    for (_, table), rules in chain.from_iterable(found.items() for found in named):
        if table in described:
            described[table]["rules"] |= {str(rule["name"]) for rule in rules}
    return described


def _unique(looked: Inspector) -> dict[Any, Any]:
    indexes = looked.get_multi_indexes()
    return {table: [index for index in found if index["unique"]] for table, found in indexes.items()}


def taken_away(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """What a version that knows the schema before would miss, or trip over, in the one after."""
    for table, old in before.items():
        new = after.get(table)
        if new is None:
            yield f"{table} is gone"
            continue
        for name, column in old["columns"].items():
            yield from _changed(f"{table}.{name}", column, new["columns"].get(name))
        for name in new["columns"].keys() - old["columns"].keys():
            column = new["columns"][name]
            if not column["nullable"] and column["default"] is None:
                yield f"{table}.{name} is asked of whoever does not know it"
        yield from (f"{table} refuses by a new rule: {rule}" for rule in new["rules"] - old["rules"])


def _changed(place: str, old: dict[str, Any], new: dict[str, Any] | None) -> Iterator[str]:
    if new is None:
        yield f"{place} is gone"
    elif str(old["type"]) != str(new["type"]):
        yield f"{place} was {old['type']} and is {new['type']}"
    elif old["nullable"] and not new["nullable"]:
        yield f"{place} may not be empty any more"


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_no_step_of_the_schema_takes_anything_from_the_version_before(kind: str, empty: Engine) -> None:
    engine = empty if kind == "sqlite" else create_engine(new_postgresql("steps"))
    schema.create_all(engine, revision=_SHARED_SINCE)
    known = described(engine)
    for _, after in steps():
        schema.create_all(engine, revision=after)
        before, known = known, described(engine)
        taken = taken_away(before, known)
        assert [one for one in taken if not one.startswith(_WIDER.get(after, one + "."))] == [], after
    engine.dispose()


def test_the_check_finds_what_would_disturb(empty: Engine) -> None:
    def made(*statements: str) -> dict[str, Any]:
        with empty.begin() as connection:
            for statement in statements:
                connection.execute(text(statement))
        return described(empty)

    before = made("CREATE TABLE post (id INTEGER, name TEXT, grade INTEGER)", "CREATE TABLE old (id INTEGER)")
    after = made(
        "DROP TABLE old",
        "DROP TABLE post",
        "CREATE TABLE post (id INTEGER, name TEXT NOT NULL, rank INTEGER NOT NULL, note TEXT)",
        "CREATE UNIQUE INDEX one_post_per_name ON post (name)",
    )
    assert sorted(taken_away(before, after)) == [
        "old is gone",
        "post refuses by a new rule: one_post_per_name",
        "post.grade is gone",
        "post.name may not be empty any more",
        "post.rank is asked of whoever does not know it",
    ]


def test_a_version_goes_on_working_on_the_schema_of_a_newer_one(empty: Engine) -> None:
    schema.create_all(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of next year'"))
    assert schema.is_usable(empty)


def test_it_does_not_work_on_an_older_one_or_on_none(empty: Engine) -> None:
    assert not schema.is_usable(empty)
    schema.create_all(empty, revision=_SHARED_SINCE)
    assert not schema.is_usable(empty)


def test_commands_of_a_version_leave_the_schema_of_a_newer_one_as_it_is(
    empty: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    schema.create_all(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of next year'"))
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path))
    monkeypatch.setenv("JINSHENG_DATABASE_URL", str(empty.url))
    for command in ("upgrade", "verify"):
        done = CliRunner().invoke(main, [command], catch_exceptions=False)
        assert done.exit_code == 0, done.output
    assert schema.revision_of(empty) == "of next year"


def test_an_upgrade_that_cannot_have_what_it_needs_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "_PATIENCE", "50ms")
    engine = create_engine(new_postgresql("steps_taken"))
    with engine.begin() as other:
        other.execute(_TURN)
        with pytest.raises(Busy):
            schema.create_all(engine)
    engine.dispose()


def test_whoever_waits_while_a_newer_version_upgrades_leaves_what_it_has_made() -> None:
    engine = create_engine(new_postgresql("steps_behind"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version AS SELECT '0014'::text AS version_num"))
    with ThreadPoolExecutor(1) as pool, engine.begin() as newer:
        newer.execute(_TURN)
        older = pool.submit(schema.create_all, engine)
        until = time.monotonic() + 10
        while not newer.scalar(_WAITING) and time.monotonic() < until:
            time.sleep(0.01)
        newer.execute(text("UPDATE alembic_version SET version_num = 'of next year'"))
    older.result()
    assert schema.revision_of(engine) == "of next year"
    engine.dispose()


def test_what_keeps_readers_out_comes_after_what_takes_long() -> None:
    for script in sorted(Path(migrations.__file__).parent.glob("versions/*.postgresql.sql")):
        if script.name < _SHARED_SINCE:
            continue
        statements = [statement.split()[:2] for statement in script.read_text("utf-8").split(";\n\n")]
        if ["DROP", "INDEX"] in statements:
            assert ["CREATE", "INDEX"] not in statements[statements.index(["DROP", "INDEX"]) :], script.name
