"""One's due dates and dated events as a calendar program reads them: kinds and links, never a person."""

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import make_response, request
from icalendar import Calendar
from werkzeug.wrappers import Response as BaseResponse

from api.address import base_url
from api.calendar_feeds import behind
from api.database import db
from api.policy import allows
from notifications import dated
from notifications.calendar import Dated, empty, event
from translations import LOCALES, say
from web.rendering import Pages
from workflow.models import Employee, Task
from workflow.permissions import Operation
from workflow.rules.deadlines import local_day
from workflow.vocabulary import PRIVATE_TASKS

blueprint = Pages("calendar_feeds")

_READ_EVERY = "PT1H"
_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)  # what is dated may move; its day alone says when


@blueprint.get("/calendar/<token>.ics")
@allows(Operation.READ_CALENDAR_FEED)
def feed(token: str) -> BaseResponse:
    """The calendar behind a secret address; whoever has read it already is told only that nothing is new."""
    owner, tasks = behind(token)
    answer = make_response(_calendar(owner, tasks).to_ical())
    answer.headers |= {
        "Content-Type": "text/calendar; charset=utf-8",
        "Cache-Control": "private, no-cache",
        "Content-Disposition": 'inline; filename="jinsheng.ics"',
    }
    answer.add_etag()
    return answer.make_conditional(request)


def _calendar(owner: Employee, tasks: Sequence[Task]) -> Calendar:
    """Each is the same event however often it is read; none says when that was."""
    locale = owner.locale if owner.locale in LOCALES else LOCALES[0]
    calendar = empty("PUBLISH")
    calendar.add("x-wr-calname", say("page.feed.name", locale))
    calendar.add("x-published-ttl", _READ_EVERY)
    for task in tasks:
        calendar.add_component(event(_due(task, owner, locale), at=task.opened_at))
    for one in dated.of_person(db.session(), owner, locale, base_url()):
        calendar.add_component(event(one, at=_LONG_AGO))
    return calendar


def _due(task: Task, owner: Employee, locale: str) -> Dated:
    what = say(f"task.{task.kind}", locale)
    if task.case_id is not None and task.kind not in PRIVATE_TASKS:
        what = f"{what} · {say('page.feed.case', locale, case=task.case_id)}"
    day, title = local_day(task.due_at, owner.time_zone), say("page.feed.event", locale, task=what)
    return Dated(f"task-{task.id}", day, title, f"{base_url()}/tasks/{task.id}")
