"""The database schema: created and changed by the migrations, with the triggers that guard the journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, inspect, select, text
from sqlalchemy.exc import DBAPIError

import migrations
from notifications.engines import waking
from workflow.database import translate

_UPGRADE = int.from_bytes(b"upgrade!")
_PATIENCE = "60s"  # for an act under way, a backup or another upgrade; others wait behind whoever waits


def create_all(engine: Engine, *, revision: str = "head") -> None:
    """Bring the database to a revision of the schema, the newest by default, or leave it as it was.

    What a newer version has made stays as it is. Raises Busy where others hold what is to be changed.
    """
    try:
        with _without_references(engine) as connection, connection.begin():
            _upgrade(connection, revision)
    except DBAPIError as error:
        raise translate(error) from error


def _upgrade(connection: Connection, revision: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}'"))
        # Two that start at once would both make the tables.
        connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE)))
    if not _suits(_found(connection)):
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    waking.set_up(connection)


def newest_revision() -> str:
    """The revision of the schema that this version of the product works on."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


def is_usable(engine: Engine) -> bool:
    """Whether this version can work on the database: its schema is ours, or that of a newer version.

    What a newer version adds does not disturb the one before it (CONTRIBUTING.md, "The schema").
    """
    return _suits(revision_of(engine))


def revision_of(engine: Engine) -> str | None:
    """The revision of the schema that a database has; None where it has none."""
    with engine.connect() as connection:
        return _found(connection)


def _suits(revision: str | None) -> bool:
    older = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return revision is not None and revision not in older - {newest_revision()}


def _found(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return config


@contextmanager
def _without_references(engine: Engine) -> Iterator[Connection]:
    """A connection on which SQLite lets a table be made anew that others refer to."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            yield connection
            return
        sqlite = connection.connection.dbapi_connection
        assert sqlite is not None
        # Neither statement has any effect within a transaction.
        sqlite.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            sqlite.execute("PRAGMA foreign_keys=ON")
