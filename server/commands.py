"""The commands that run until they are told to stop."""

import logging
import sys
from typing import BinaryIO

import click
from sqlalchemy.exc import SQLAlchemyError

from api.signing import unguessable
from notifications import returned
from server import config, printing, starting
from server import processes as running
from server.clock import system_time
from server.serving import serve as serve_forever
from translations import both
from workflow.database import connect, writing
from workflow.errors import Refusal
from workflow.store import Door

_TRY_AGAIN = 75  # as mail servers know it (EX_TEMPFAIL)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve web, clock and deliveries in one process."""
    settings = config.from_environment(port=port)
    engine = starting.ready(settings)
    starting.refuse_unsafe(settings, engine)
    engine.dispose()
    serve_forever(settings, host=host, port=port)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--processes", default=2, show_default=True, help="Processes that answer.")
@click.option("--threads", default=8, show_default=True, help="Threads of each process.")
def web(host: str, port: int, processes: int, threads: int) -> None:
    """Serve web alone, beside clocks and workers on one PostgreSQL."""
    with running.sharing():
        running.run_web(host=host, port=port, processes=processes, threads=threads)


@click.command()
def clock() -> None:
    """Do what time itself does; a second clock takes over when one fails."""
    with running.sharing() as (_, engine):
        running.run_clock(engine)


@click.command()
def worker() -> None:
    """Deliver messages; each further worker delivers as many again."""
    with running.sharing() as (settings, engine):
        running.run_worker(settings, engine)


@click.command()
@click.option("--port", default=8000, show_default=True)
def demonstrate(port: int) -> None:
    """Load the demonstration organisation once and serve it."""
    from server import demonstration  # noqa: PLC0415 -- nobody else needs its story

    settings = config.from_environment(port=port)
    if not settings.is_development:
        raise click.ClickException(" ".join(both("cli.demonstration_elsewhere").values()))
    engine = starting.ready(settings)
    people = demonstration.load(Door(engine), now=system_time())
    engine.dispose()
    printing.welcome(f"http://127.0.0.1:{port}", people)
    serve_forever(settings, host="127.0.0.1", port=port, visitors=people)


@click.command()
@click.argument("mail", type=click.File("rb"), default="-")
def bounce(mail: BinaryIO) -> None:
    """Take in a MAIL that came back, from a pipe of the mail server.

    Exits with 75, at which the mail server tries again, where the database cannot be reached or a setting
    cannot be used.
    """
    try:
        settings = config.from_environment(makes=False, checks=True)
    except config.BadSetting as bad:
        printing.bad_setting(bad)
        sys.exit(_TRY_AGAIN)
    report = returned.read(mail.read(returned.LARGEST), settings.sender)
    noted = _noted(report, settings) if report is not None else ()
    for address in noted or ("nothing that was sent from here",):
        click.echo(f"came back: {address}")


def _noted(report: returned.Report, settings: config.Settings) -> list[str]:
    def mail_key(key: str) -> str:
        return unguessable(settings.secret_key, key)

    try:
        with writing(connect(settings.database_url)) as db:
            return returned.note(db, report, mail_key=mail_key, sender=settings.sender, now=system_time())
    except (SQLAlchemyError, Refusal):
        logging.getLogger(__name__).exception("bounce_failed")
        sys.exit(_TRY_AGAIN)


OF_PROCESSES = (serve, demonstrate, web, clock, worker, bounce)
