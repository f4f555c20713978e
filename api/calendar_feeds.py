"""The calendar of one's due dates, behind a secret address that calendar programs read without signing in."""

import secrets
from datetime import datetime
from typing import Any

from flask.views import MethodView
from sqlalchemy import delete, select

from api.access.sessions import digest
from api.acting import acting, person
from api.database import db
from api.models import CalendarFeed
from api.policy import allows
from api.schemas.calendar_feeds import FeedState, NewFeed
from api.strict import Resources
from workflow import journal
from workflow.errors import NotFound
from workflow.models import Employee, InboxRow, Task
from workflow.permissions import Operation

blueprint = Resources("calendar_feeds", "The calendar of one's due dates, behind a secret address")


@blueprint.route("/me/calendar-feed")
class CalendarFeedView(MethodView):
    """One's own."""

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.response(200, FeedState)
    def get(self) -> dict[str, datetime | None]:
        """Read whether there is an address, and since when; the address itself is shown once"""
        feed = db.session.get(CalendarFeed, person().id)
        return {"created_at": feed.created_at if feed else None}

    @allows(Operation.SECURE_OWN_ACCESS)
    @blueprint.response(201, NewFeed)
    def post(self) -> dict[str, Any]:
        """Make a secret address for one's calendar, in the place of the one before; it is shown this once"""
        token = secrets.token_urlsafe(32)
        with acting() as act:
            act.execute(delete(CalendarFeed).where(CalendarFeed.person_id == act.person.id))
            act.add(CalendarFeed(person_id=act.person.id, digest=digest(token), created_at=act.now))
            journal.record(act, "calendar_feed_made", chain="access", person=act.person.id)
        return {"created_at": act.now, "path": f"/calendar/{token}.ics"}

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.response(204)
    def delete(self) -> None:
        """Let the address show nothing any more"""
        with acting() as act:
            if act.count(delete(CalendarFeed).where(CalendarFeed.person_id == act.person.id)) == 0:
                raise NotFound(kind="calendar_feed")


def behind(token: str) -> tuple[Employee, list[Task]]:
    """Whose calendar an address shows, and what waits for him, by what is due first; raises NotFound."""
    mine = select(Employee).join(CalendarFeed, CalendarFeed.person_id == Employee.id)
    owner = db.session.scalar(mine.where(CalendarFeed.digest == digest(token), Employee.is_active))
    if owner is None:
        raise NotFound(kind="calendar_feed")
    waiting = select(Task).join(InboxRow, InboxRow.task_id == Task.id)
    tasks = db.session.scalars(waiting.where(InboxRow.person_id == owner.id).order_by(Task.due_at, Task.id))
    return owner, list(tasks)
