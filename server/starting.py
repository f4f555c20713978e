"""What has to be so before anything starts: a database that answers, its schema, harmless settings."""

from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from server import config, doctor, printing, schema
from server.clock import system_time
from translations import both
from workflow import criteria
from workflow.database import connect
from workflow.store import Door


def reached(settings: config.Settings) -> Engine:
    """The database that the settings name; raises BadSetting where it does not answer."""
    engine = connect(settings.database_url)
    try:
        if engine.dialect.name == "sqlite":
            Path(str(engine.url.database)).touch(mode=0o600)  # the files beside it inherit this
        engine.connect().close()
    except (OSError, DBAPIError) as error:
        raise config.BadSetting("JINSHENG_DATABASE_URL", "database_silent") from error
    return engine


def ready(settings: config.Settings) -> Engine:
    """The same with the newest schema and the shipped criteria."""
    engine = reached(settings)
    schema.create_all(engine)
    with Door(engine).acting(now=system_time()) as act:
        criteria.publish_shipped(act)
    return engine


def refuse_unsafe(settings: config.Settings, engine: Engine) -> None:
    """Do not start where the doctor sees red, but in development."""
    if settings.is_development:
        return
    installation = doctor.Installation(settings, engine, system_time)
    unsafe = [one for one in doctor.examine(installation) if one.colour is doctor.Colour.RED]
    if unsafe:
        printing.findings(unsafe, err=True)
        raise click.ClickException(" ".join(both("cli.unsafe").values()))
