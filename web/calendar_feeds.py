"""One's due dates as a calendar program reads them: kinds of tasks and links, never a name."""

from collections.abc import Sequence
from datetime import timedelta

from flask import make_response, request
from icalendar import Calendar, Event
from werkzeug.wrappers import Response as BaseResponse

from api.calendar_feeds import behind
from api.policy import allows
from translations import LOCALES, say
from web.rendering import Pages
from workflow.models import Employee, Task
from workflow.permissions import Operation
from workflow.rules.deadlines import local_day
from workflow.vocabulary import PRIVATE_TASKS

blueprint = Pages("calendar_feeds")

_READ_EVERY = "PT1H"


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
    locale = owner.locale if owner.locale in LOCALES else LOCALES[0]
    calendar = Calendar()
    calendar.add("prodid", "-//Jinsheng//Due dates//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", say("page.feed.name", locale))
    calendar.add("x-published-ttl", _READ_EVERY)
    for task in tasks:
        calendar.add_component(_event(task, owner, locale))
    return calendar


def _event(task: Task, owner: Employee, locale: str) -> Event:
    """The day on which a task is due; it stays the same event however often it is read."""
    event, link = Event(), f"{request.url_root}tasks/{task.id}"
    what = say(f"task.{task.kind}", locale)
    if task.case_id is not None and task.kind not in PRIVATE_TASKS:
        what = f"{what} · {say('page.feed.case', locale, case=task.case_id)}"
    day = local_day(task.due_at, owner.time_zone)
    event.add("uid", f"task-{task.id}@{request.host.partition(':')[0]}")
    event.add("dtstamp", task.opened_at)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", say("page.feed.event", locale, task=what))
    event.add("description", link)
    event.add("url", link)
    event.add("transp", "TRANSPARENT")
    return event
