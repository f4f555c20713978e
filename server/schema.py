"""The database schema: created and changed by the migrations, with the triggers that guard the journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, func, inspect, select, text

import migrations
from notifications.engines import waking

_UPGRADE = int.from_bytes(b"upgrade!")


def create_all(engine: Engine, *, revision: str = "head") -> None:
    """Bring the database to a revision of the schema, the newest by default, or leave it as it was.

    What a newer version has made stays as it is.
    """
    config, is_made = _config(), is_usable(engine)
    with _without_references(engine) as connection, connection.begin():
        if engine.dialect.name == "postgresql":  # two that start at once would both make the tables
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE)))
        config.attributes["connection"] = connection
        if not is_made:
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
    found = revision_of(engine)
    older = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    return found is not None and found not in older - {newest_revision()}


def revision_of(engine: Engine) -> str | None:
    """The revision of the schema that a database has; None where it has none."""
    with engine.connect() as connection:
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
