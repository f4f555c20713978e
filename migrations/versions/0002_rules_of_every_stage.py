"""The rules of every stage: what the first schema could not hold, and what it held in another form.

SQLite cannot change a table in place: each that changes is made anew, filled, and takes the old one's name.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from migrations import scripts
from workflow.models.base import Instant
from workflow.rules.deadlines import add_months

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_MONTHS_IN_RESERVE = 12

_case = sa.table(
    "promotion_case",
    sa.column("id", sa.Integer),
    sa.column("candidate_id", sa.Integer),
    sa.column("round_id", sa.Integer),
    sa.column("stage", sa.String),
    sa.column("effective_on", sa.Date),
    sa.column("effect_at", Instant),
    sa.column("decided_at", Instant),
    sa.column("released_at", Instant),
)
_round = sa.table("stage_round", sa.column("id", sa.Integer), sa.column("opened_at", Instant), sa.column("due_at", Instant))
_person = sa.table(
    "employee", sa.column("id", sa.Integer), sa.column("site_id", sa.Integer), sa.column("time_zone", sa.String)
)
_site = sa.table("site", sa.column("id", sa.Integer), sa.column("time_zone", sa.String))
_competition = sa.table(
    "competition",
    sa.column("id", sa.Integer),
    sa.column("opened_by_id", sa.Integer),
    sa.column("opens_on", sa.Date),
    sa.column("closes_on", sa.Date),
    sa.column("opens_at", Instant),
    sa.column("closes_at", Instant),
)


def upgrade() -> None:
    """Bring the tables into their new form and say of what is on file what was not said before."""
    connection = op.get_bind()
    scripts.run(connection, __file__)
    _count_attempts(connection)
    _release_what_was_decided(connection)
    _open_and_close_at_an_instant(connection)
    _judge_as_one_panel(connection)
    # A task to complete data belongs to a department now; one of a single case is to settle eligibility.
    connection.execute(sa.text("UPDATE task SET kind = 'settle_eligibility' WHERE kind = 'fix_data'"))
    if connection.dialect.name == "sqlite":
        scripts.check_references(connection)


def downgrade() -> None:
    """What the new tables hold has no place in the old ones."""
    raise NotImplementedError("go back to a back-up made before the upgrade")


def _count_attempts(connection: sa.Connection) -> None:
    """Each return began a chain anew; what was still to be signed then belongs to the chain returned."""
    returns = (
        "(SELECT count(*) FROM approval_step AS earlier WHERE earlier.round_id = approval_step.round_id "
        "AND earlier.position < approval_step.position AND earlier.state = 'returned' "
        "AND earlier.decided_at IS NOT NULL)"
    )
    is_void = "state = 'returned' AND decided_at IS NULL"
    connection.execute(
        sa.text(f"UPDATE approval_step SET attempt = {returns} + CASE WHEN {is_void} THEN 0 ELSE 1 END")
    )
    place = (
        "(SELECT count(*) FROM approval_step AS other WHERE other.round_id = approval_step.round_id "
        "AND other.attempt = approval_step.attempt AND other.position <= approval_step.position)"
    )
    connection.execute(sa.text(f"UPDATE approval_step SET group_number = {place}"))


def _release_what_was_decided(connection: sa.Connection) -> None:
    """Decisions were told when they were recorded; effects begin, and places in reserve end, with a local day."""
    connection.execute(sa.update(_case).values(released_at=_case.c.decided_at))
    rows = connection.execute(
        sa.select(_case.c.id, _case.c.round_id, _case.c.stage, _case.c.effective_on, _person.c.time_zone, _round.c.opened_at)
        .join_from(_case, _person, _person.c.id == _case.c.candidate_id)
        .join(_round, _round.c.id == _case.c.round_id)
        .where(sa.or_(_case.c.effective_on.is_not(None), _case.c.stage == "reserve"))
    ).all()
    for row in rows:
        if row.effective_on is not None:
            begins = _midnight(row.effective_on, row.time_zone)
            connection.execute(sa.update(_case).where(_case.c.id == row.id).values(effect_at=begins))
        if row.stage == "reserve":
            last_day = add_months(row.opened_at.astimezone(ZoneInfo(row.time_zone)).date(), _MONTHS_IN_RESERVE)
            ends = _midnight(last_day + timedelta(days=1), row.time_zone)
            connection.execute(sa.update(_round).where(_round.c.id == row.round_id).values(due_at=ends))


def _open_and_close_at_an_instant(connection: sa.Connection) -> None:
    """The days of a competition are those of the site of whoever has announced it."""
    rows = connection.execute(
        sa.select(_competition.c.id, _competition.c.opens_on, _competition.c.closes_on, _site.c.time_zone)
        .join_from(_competition, _person, _person.c.id == _competition.c.opened_by_id)
        .join(_site, _site.c.id == _person.c.site_id)
    ).all()
    for row in rows:
        instants: dict[str, Any] = {
            "opens_at": _midnight(row.opens_on, row.time_zone),
            "closes_at": _midnight(row.closes_on + timedelta(days=1), row.time_zone),
        }
        connection.execute(sa.update(_competition).where(_competition.c.id == row.id).values(**instants))


def _judge_as_one_panel(connection: sa.Connection) -> None:
    """Whoever was being judged was judged by one panel, in one round; opened sheets wait to be signed."""
    judged = "SELECT id FROM competition WHERE state IN ('scoring', 'decided')"
    connection.execute(sa.text(f"UPDATE entry SET panel = 1, position = id WHERE competition_id IN ({judged})"))
    opened = "SELECT entry.competition_id FROM entry JOIN score ON score.entry_id = entry.id"
    connection.execute(
        sa.text(f"UPDATE competition SET state = 'scored' WHERE state = 'scoring' AND id IN ({opened})")
    )


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))
