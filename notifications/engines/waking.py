"""What wakes workers: jobs of Procrastinate in PostgreSQL, which carry ids of the outbox and nothing else.

A trigger writes the job for a new delivery (`migrations/versions/0014`). Jobs may be lost: what is due and
has none is found again by each beat of the clock.
"""

from importlib import resources
from importlib.util import find_spec

import structlog
from sqlalchemy import Connection, func, select, text

from notifications import outbox
from notifications.models import Delivery
from workflow.act import Act

TASK = "deliver"  # also the name of its queue: a worker does not even look at tasks it does not know
_IS_THERE = text("SELECT to_regclass('procrastinate_jobs') IS NOT NULL")
_FORGET_DEAD_WORKERS = text("SELECT procrastinate_prune_stalled_workers_v1(30)")
_FORGET_THEIR_JOBS = text("DELETE FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IS NULL")
_CALLED_FOR = text(
    "SELECT jsonb_array_elements(args -> 'deliveries')::integer FROM procrastinate_jobs"
    " WHERE queue_name = 'deliver' AND status IN ('todo', 'doing')"
)

log = structlog.get_logger()


def set_up(connection: Connection) -> None:
    """Make Procrastinate's own tables once, where it is installed and workers can run."""
    if connection.dialect.name != "postgresql" or find_spec("procrastinate") is None:
        return
    if connection.scalar(_IS_THERE):
        return
    schema = (resources.files("procrastinate.sql") / "schema.sql").read_text("utf-8")
    # Many statements at once pass only where nothing is filled in.
    connection.connection.cursor().execute(schema)


def is_set_up(connection: Connection) -> bool:
    """Whether workers can be woken in this database."""
    return connection.dialect.name == "postgresql" and bool(connection.scalar(_IS_THERE))


def sweep(act: Act) -> None:
    """Wake workers for what is due and has no job: what a dead worker held, what is to be tried again."""
    act.db.flush()
    if not is_set_up(act.db.connection()):
        return
    act.execute(_FORGET_DEAD_WORKERS)
    act.execute(_FORGET_THEIR_JOBS)
    due = outbox.due(act.now).with_only_columns(Delivery.id)
    forgotten = due.except_(_CALLED_FOR.columns(Delivery.id))
    act.execute(select(func.wake_workers(func.array(forgotten.scalar_subquery()))))
    strangers = act.first(select(func.count()).where(outbox.is_due(act.now), ~outbox.is_known()))
    if strangers:
        log.warning("deliveries_of_a_newer_version", count=strangers)
