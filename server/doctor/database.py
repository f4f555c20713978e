"""Examines the database: that it answers, keeps what it was told, and is as the product left it."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from notifications import outbox
from server.doctor.findings import Installation, Report, red, yellow
from server.schema import is_usable, newest_revision, revision_of

_LARGEST_SKEW = 5.0  # seconds
_SQLITE_WANTS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}  # 2 is FULL
_POSTGRESQL_WANTS_ON = ("fsync", "full_page_writes", "synchronous_commit")
_IS_SUPERUSER = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
_GUARDS = {
    "sqlite": (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        {"journal_entry_is_append_only_update", "journal_entry_is_append_only_delete"},
    ),
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')",
        {"journal_entry_is_append_only"},
    ),
}


def reached(installation: Installation) -> Report:
    """Whether there is a database that answers."""
    engine = installation.engine
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).exists():
        yield yellow("no_database", file=engine.url.database)
        return
    try:
        engine.connect().close()
    except DBAPIError:
        yield red("database_silent", database=engine.url.render_as_string(hide_password=True))


def durability(installation: Installation) -> Report:
    """Whether what was committed is still there after a power cut, and refers to nothing that is gone."""
    engine = installation.engine
    if engine.dialect.name == "sqlite":
        for name, wanted in _SQLITE_WANTS.items():
            if (value := _one(engine, f"PRAGMA {name}")) != wanted:
                yield red("sqlite_unsafe", name=name, value=value, wanted=wanted)
        return
    for name in _POSTGRESQL_WANTS_ON:
        if _one(engine, f"SHOW {name}") == "off":
            yield red("postgresql_unsafe", name=name)


def schema(installation: Installation) -> Report:
    """Whether this version can work on the tables."""
    if not is_usable(installation.engine):
        yield red("schema_other", found=revision_of(installation.engine) or "–", wanted=newest_revision())


def newer(installation: Installation) -> Report:
    """Whether a newer version has been here, and has left what this one cannot do."""
    revision = revision_of(installation.engine)
    if revision != newest_revision():
        yield yellow("schema_newer", found=revision, wanted=newest_revision())
    strange = select(func.count()).where(outbox.is_due(installation.now()), ~outbox.is_known())
    with Session(installation.engine) as db:
        count = db.scalar(strange)
    if count:
        yield yellow("messages_newer", count=count)


def journal(installation: Installation) -> Report:
    """Whether the database itself refuses to change the journal."""
    query, guards = _GUARDS[installation.engine.dialect.name]
    with installation.engine.connect() as connection:
        missing = guards - set(connection.execute(text(query)).scalars())
    if missing:
        yield red("journal_unguarded", triggers=", ".join(sorted(missing)))
    if installation.engine.dialect.name == "postgresql" and _one(installation.engine, _IS_SUPERUSER):
        yield yellow("database_superuser")


def clock(installation: Installation) -> Report:
    """Whether machine and database agree on what time it is; a SQLite file has no clock of its own."""
    if installation.engine.dialect.name == "sqlite":
        return
    before = installation.now()
    there = _one(installation.engine, "SELECT clock_timestamp()")
    after = installation.now()
    skew = max((before - there).total_seconds(), (there - after).total_seconds())
    if skew > _LARGEST_SKEW:
        yield yellow("clocks_differ", seconds=round(skew))


def _one(engine: Engine, statement: str) -> Any:
    with engine.connect() as connection:
        return connection.exec_driver_sql(statement).scalar()
