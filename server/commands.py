"""The commands that run until they are told to stop."""

import click

from server import config, printing, starting
from server import processes as running
from server.clock import system_time
from server.serving import serve as serve_forever
from translations import both
from workflow.store import Door


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve web, clock and deliveries in one process."""
    settings = config.from_environment()
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

    settings = config.from_environment()
    if not settings.is_development:
        raise click.ClickException(" ".join(both("cli.demonstration_elsewhere").values()))
    engine = starting.ready(settings)
    people = demonstration.load(Door(engine), now=system_time())
    engine.dispose()
    printing.welcome(f"http://127.0.0.1:{port}", people)
    serve_forever(settings, host="127.0.0.1", port=port, visitors=people)


OF_PROCESSES = (serve, demonstrate, web, clock, worker)
