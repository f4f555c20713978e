"""Days, instants and names as the reader of a page has them: in his language, time zone and working days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from api.acting import now
from notifications import dates
from translations import say
from web.post_names import post_name
from workflow.rules.calendars import Calendar
from workflow.rules.deadlines import local_day, working_days_between, zone_of


@dataclass(frozen=True, slots=True)
class Words:
    """How things are said to one reader; days and instants come as the API writes them."""

    locale: str
    zone: str
    calendar: Calendar

    def day(self, written: str | None) -> str:
        """A day, or the day of an instant."""
        if not written:
            return "–"
        if "T" not in written:
            return dates.written(date.fromisoformat(written), self.locale)
        return dates.day(datetime.fromisoformat(written), self.zone, self.locale)

    def last_day(self, written: str) -> str:
        """The last day of a time that ends at this instant; what is over at midnight lasts the day before."""
        return dates.written(self._last_day(datetime.fromisoformat(written)), self.locale)

    def instant(self, written: str | None) -> str:
        """A day and the time of day."""
        if not written:
            return "–"
        at = datetime.fromisoformat(written).astimezone(zone_of(self.zone))
        return f"{self.day(written)} {at:%H:%M}"

    def until(self, written: str | None) -> str:
        """Until when: a day and the time of day, or the day alone if all of it counts."""
        if not written:
            return "–"
        at = datetime.fromisoformat(written).astimezone(zone_of(self.zone))
        return self.last_day(written) if (at.hour, at.minute) == (0, 0) else self.instant(written)

    def due(self, written: str | None) -> str:
        """How long there still is, or since when something is overdue, in working days."""
        if not written:
            return ""
        due_at = datetime.fromisoformat(written)
        on, today = self._last_day(due_at), local_day(now(), self.zone)
        if due_at < now():
            days = working_days_between(on, today, self.calendar)
            return self._days("overdue", days)
        if on == today:
            return say("page.due.today", self.locale)
        return self._days("in", working_days_between(today, on, self.calendar))

    def urgency(self, written: str | None) -> str:
        """How urgent it is: "overdue", "soon" (today or the next working day), or "calm"."""
        if not written:
            return "calm"
        due_at = datetime.fromisoformat(written)
        if due_at < now():
            return "overdue"
        on, today = self._last_day(due_at), local_day(now(), self.zone)
        return "soon" if working_days_between(today, on, self.calendar) <= 1 else "calm"

    def post(self, key: str) -> str:
        """The name of a post."""
        return post_name(key, self.locale)

    def of(self, kind: str, code: str | None) -> str:
        """The word for a code of a kind, such as a stage, a level or a track."""
        return say(f"{kind}.{code}", self.locale) if code else "–"

    def pairs(self, kind: str, codes: Iterable[str]) -> list[tuple[str, str]]:
        """Codes of a kind with their words, to choose from."""
        return [(code, self.of(kind, code)) for code in codes]

    def posts(self, keys: Iterable[str]) -> list[tuple[str, str]]:
        """Posts with their names, to choose from."""
        return [(key, self.post(key)) for key in keys]

    def rule(self, code: str) -> str:
        """What a rule of eligibility asks for; a certificate has its own name."""
        kind, _, name = code.partition(":")
        return say(f"rule.{kind}", self.locale, name=name)

    def said(self, messages: Mapping[str, Any] | None) -> str:
        """A sentence that the API gives in both languages."""
        return str(messages[self.locale]) if messages else ""

    def _last_day(self, end: datetime) -> date:
        return local_day(end - timedelta(seconds=1), self.zone)

    def _days(self, form: str, days: int) -> str:
        code = f"page.due.{form}_{'one' if days == 1 else 'days' if days else 'none'}"
        return say(code, self.locale, days=days)
