"""From SQLite to PostgreSQL: everything arrives, or nothing does."""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from server import demonstration
from server.cli import main
from server.places import whole
from tests.databases import fresh_sqlite, new_postgresql
from workflow.database import connect, writing
from workflow.journal import verify
from workflow.models import Base, Department
from workflow.store import Door


@pytest.fixture(scope="module")
def demonstrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the demonstration in it; tests take copies."""
    folder = tmp_path_factory.mktemp("demonstrated")
    engine = fresh_sqlite(folder)
    demonstration.load(Door(engine), now=datetime(2026, 11, 23, 7, 0, tzinfo=UTC))
    engine.dispose()
    return folder / "jinsheng.db"


@pytest.fixture
def file(demonstrated: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(demonstrated, tmp_path / "here.db"))


@pytest.fixture
def target(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Engine]:
    """A new PostgreSQL database without any table."""
    url = new_postgresql("moved")
    monkeypatch.setenv("JINSHENG_DATABASE_URL", url)
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path / "var"))
    engine = connect(url)
    yield engine
    engine.dispose()


def migrate(file: Path) -> Result:
    return CliRunner().invoke(main, ["migrate", str(file)], catch_exceptions=False)


def everything(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    with engine.connect() as connection:
        return {
            table.name: sorted((dict(row) for row in connection.execute(select(table)).mappings()), key=repr)
            for table in Base.metadata.tables.values()
        }


def references(engine: Engine) -> int:
    return sum(len(inspect(engine).get_foreign_keys(table)) for table in Base.metadata.tables)


def test_everything_arrives_and_the_journal_holds(file: Path, target: Engine) -> None:
    done = migrate(file)
    assert done.exit_code == 0, done.output
    source = connect(f"sqlite:///{file}")
    assert everything(target) == everything(source)
    assert references(target) == references(source) > 50
    with Session(target) as db:
        assert list(verify(db)) == []
    with writing(target) as db:  # keys go on after the last one
        db.add(Department(name="New"))
    assert "is not empty" in migrate(file).output
    source.dispose()


def test_nothing_moves_where_postgresql_refuses_a_row(file: Path, target: Engine) -> None:
    with sqlite3.connect(file) as source:
        source.execute("UPDATE employee SET name = printf('%.500c', 'x') WHERE id = 3")
    source.close()
    refused = migrate(file)
    assert refused.exit_code == 1
    assert "“employee”" in refused.output
    assert sum(len(rows) for rows in everything(target).values()) == 0
    assert references(target) > 50


def test_a_reference_to_nothing_is_refused(file: Path, target: Engine) -> None:
    with sqlite3.connect(file) as source:
        source.execute("UPDATE employee SET department_id = 999999 WHERE id = 3")
    source.close()
    assert "“employee”" in migrate(file).output


def test_an_older_schema_is_refused(file: Path, target: Engine) -> None:
    with sqlite3.connect(file) as source:
        source.execute("UPDATE alembic_version SET version_num = '0012'")
    source.close()
    assert "jinsheng upgrade" in migrate(file).output
    assert inspect(target).get_table_names() == []


def test_nothing_moves_while_somebody_serves(file: Path, target: Engine) -> None:
    source = connect(f"sqlite:///{file}")
    with whole(source):
        assert "runs on this database already" in migrate(file).output
    source.dispose()


def test_the_target_is_postgresql_and_the_file_is_there(file: Path, target: Engine, tmp_path: Path) -> None:
    assert "There is no such file" in migrate(tmp_path / "nowhere.db").output
    refused = CliRunner().invoke(
        main, ["migrate", str(file)], env={"JINSHENG_DATABASE_URL": f"sqlite:///{file}"}
    )
    assert "has to name the PostgreSQL" in refused.output
