"""A company of one's own for every program, copied from one that was driven there once on each database."""

import atexit
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

from sqlalchemy import Engine, text

from tests.company import Company
from tests.databases import compiling_once
from tests.programs.doing import Trace
from tests.workflow.begun import Beginning, begun_on_postgresql, kept
from workflow.database import connect
from workflow.models import Base
from workflow.store import Door


class World(NamedTuple):
    """A company as it is after a beginning, and a trace that every change of its database leaves."""

    company: Company
    trace: Trace


# Gives a world and takes it away again.
Worlds = Callable[[Beginning], AbstractContextManager[World]]


@contextmanager
def on_sqlite(beginning: Beginning) -> Iterator[World]:
    """The file of this process, copied anew."""
    engine, file = _sqlite()
    pattern, driven, _ = kept(beginning)
    engine.dispose()
    for old in file.parent.iterdir():
        old.unlink()
    shutil.copy(pattern, file)
    with engine.connect() as watcher:
        # Counts what other connections commit.
        cursor = watcher.connection.cursor()
        yield World(_copy_of(driven, engine), lambda: cursor.execute("PRAGMA data_version").fetchone())


@contextmanager
def on_postgresql(beginning: Beginning) -> Iterator[World]:
    """The PostgreSQL of this process, laid out anew."""
    company, _ = begun_on_postgresql(beginning)
    yield World(company, lambda: _state_of_all_rows(company.door.engine))


# One engine for all programs keeps its compiled statements.
@cache
def _sqlite() -> tuple[Engine, Path]:
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    folder = Path(mkdtemp(prefix="jinsheng-program-", dir=memory))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return compiling_once(connect(f"sqlite:///{folder / 'program.db'}")), folder / "program.db"


def _copy_of(driven: Company, engine: Engine) -> Company:
    return Company(Door(engine), driven.edition_id, driven.now, dict(driven.ids))


# For every table how many rows it has, and the youngest transaction that has written one of them: whatever
# is written anew is younger than all before it, and what is deleted leaves fewer. Rows that a transaction has
# only locked, or whose changes it has taken back, show nothing of it.
_STATE = text(
    "SELECT "
    + ", ".join(
        f'(SELECT ROW(count(*), max(t.xmin::text::bigint))::text FROM "{table.name}" t)'
        for table in Base.metadata.sorted_tables
    )
)


def _state_of_all_rows(engine: Engine) -> object:
    with engine.connect() as connection:
        return tuple(connection.execute(_STATE).one())
