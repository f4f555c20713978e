"""One process that does everything, or many that share the work: never both on one database."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, text

from server import places
from server.cli import main
from server.places import CannotStart, shared, whole
from tests.databases import emptied_postgresql
from workflow.database import connect

_SECRET = "what all processes of a house have in common"


@pytest.fixture
def postgresql() -> Iterator[Engine]:
    made = emptied_postgresql()
    yield made
    made.dispose()


@pytest.mark.parametrize(("first", "second"), [(whole, whole), (whole, shared), (shared, whole)])
def test_whoever_serves_alone_has_nobody_beside_him(
    postgresql: Engine, first: places.Place, second: places.Place
) -> None:
    with first(postgresql), pytest.raises(CannotStart), second(postgresql):
        pass
    with second(postgresql):
        pass  # there is room again


def test_many_share_one_database(postgresql: Engine) -> None:
    with shared(postgresql), shared(postgresql):
        pass


def test_whoever_has_lost_his_place_ends(postgresql: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_EVERY", 0.05)
    told = threading.Event()
    before = signal.signal(signal.SIGTERM, lambda *_: told.set())
    here = "(SELECT oid FROM pg_database WHERE datname = current_database())"
    holders = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database = {here}"
    try:
        with shared(postgresql), postgresql.connect() as connection:
            assert not told.wait(0.2)
            connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM ({holders}) AS held"))
            assert told.wait(5)
    finally:
        signal.signal(signal.SIGTERM, before)
    with whole(postgresql):
        pass  # the place is free


def test_a_file_reached_from_two_folders_is_one_database(tmp_path: Path) -> None:
    one, other = (connect(f"sqlite:///{tmp_path}/jinsheng.db") for _ in range(2))
    with whole(one), pytest.raises(CannotStart), whole(other):
        pass


@pytest.mark.parametrize("role", ["web", "clock", "worker"])
def test_several_processes_on_sqlite_are_refused_in_both_languages(
    role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path))
    monkeypatch.setenv("JINSHENG_SECRET_KEY", _SECRET)
    refused = CliRunner().invoke(main, [role])
    assert refused.exit_code == 1
    assert "Several processes need PostgreSQL" in refused.output
    assert "多进程运行需要 PostgreSQL" in refused.output


@pytest.mark.parametrize("role", ["web", "clock", "worker"])
def test_one_of_several_processes_makes_no_secret_of_its_own(
    role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path / "var"))
    monkeypatch.setenv("JINSHENG_DATABASE_URL", "postgresql+psycopg://somebody@localhost/somewhere")
    refused = CliRunner().invoke(main, [role])
    assert refused.exit_code == 1
    assert "JINSHENG_SECRET_KEY is not set" in refused.output
    assert "未设置 JINSHENG_SECRET_KEY" in refused.output
    assert not (tmp_path / "var").exists()


def test_a_process_does_not_work_on_a_schema_that_is_older(
    postgresql: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path))
    monkeypatch.setenv("JINSHENG_SECRET_KEY", _SECRET)
    monkeypatch.setenv("JINSHENG_DATABASE_URL", postgresql.url.render_as_string(hide_password=False))
    monkeypatch.setattr("server.schema.newest_revision", lambda: "9999")
    refused = CliRunner().invoke(main, ["clock"])
    assert refused.exit_code == 1
    assert "jinsheng upgrade" in refused.output
