"""A company of one's own for every program, copied from one that was driven there once on each database."""

import atexit
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

from sqlalchemy import Engine, create_engine, text

from server.schema import create_all
from tests.company import Company, a_company
from tests.databases import compiling_once, postgresql_url
from tests.programs.doing import Trace
from tests.workflow.begun import Beginning, kept
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
    """The database of this process, made anew after the pattern of another."""
    engine = _postgresql()
    pattern, driven = _pattern(beginning)
    engine.dispose()
    _administer("DROP DATABASE IF EXISTS program", f"CREATE DATABASE program TEMPLATE {pattern}")
    yield World(_copy_of(driven, engine), lambda: _sum_of_all_rows(engine))


# One engine for all programs keeps its compiled statements.
@cache
def _sqlite() -> tuple[Engine, Path]:
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    folder = Path(mkdtemp(prefix="jinsheng-program-", dir=memory))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return compiling_once(connect(f"sqlite:///{folder / 'program.db'}")), folder / "program.db"


@cache
def _postgresql() -> Engine:
    return compiling_once(connect(_url("program")))


def _copy_of(driven: Company, engine: Engine) -> Company:
    return Company(Door(engine), driven.edition_id, driven.now, dict(driven.ids))


@cache
def _pattern(beginning: Beginning) -> tuple[str, Company]:
    name = f"pattern_{beginning.__name__}"
    pattern, founded = _founded()
    _administer(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {pattern}")
    engine = compiling_once(connect(_url(name)))
    company = _copy_of(founded, engine)
    beginning(company)
    # Only a database that nobody is connected to can be copied.
    engine.dispose()
    return name, company


@cache
def _founded() -> tuple[str, Company]:
    _administer("DROP DATABASE IF EXISTS founded", "CREATE DATABASE founded")
    engine = compiling_once(connect(_url("founded")))
    create_all(engine)
    company = a_company(Door(engine))
    engine.dispose()
    return "founded", company


def _administer(*statements: str) -> None:
    engine = create_engine(postgresql_url(), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def _url(database: str) -> str:
    server = create_engine(postgresql_url())
    return server.url.set(database=database).render_as_string(hide_password=False)


# One number for every table, which any change of any row changes.
_SUMS = text(
    "SELECT "
    + ", ".join(
        f'(SELECT sum(hashtextextended(t::text, 0)::numeric) FROM "{table.name}" t)'
        for table in Base.metadata.sorted_tables
    )
)


def _sum_of_all_rows(engine: Engine) -> object:
    with engine.connect() as connection:
        return tuple(connection.execute(_SUMS).one())
