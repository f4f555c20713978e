"""The database schema: created and changed by the migrations, with the triggers that guard the journal."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

import migrations


def create_all(engine: Engine) -> None:
    """Bring the database to the newest schema, from whatever state it is in."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
