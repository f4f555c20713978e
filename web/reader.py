"""Who looks at a page, as the API says it: his language, his time zone, his roles."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from flask import g

from web.asking import read
from workflow.rules.calendars import Calendar


@dataclass(frozen=True, slots=True)
class Reader:
    """The person signed in; `calendar` is that of his site, for working days."""

    number: str
    name: str
    locale: str
    zone: str
    calendar: Calendar
    roles: frozenset[str]
    hr_department: str | None

    @property
    def is_hr(self) -> bool:
        """Whether he works in HR, for all or for a department."""
        return "hr" in self.roles or self.hr_department is not None

    @property
    def is_auditor(self) -> bool:
        """Whether he audits."""
        return "auditor" in self.roles

    @property
    def is_admin(self) -> bool:
        """Whether he administers the service."""
        return "admin" in self.roles


def reader() -> Reader:
    """The reader of this page; found out once a request."""
    if "reader" not in g:
        told = read("/session")
        g.reader = Reader(
            number=told["number"],
            name=told["name"],
            locale="zh_Hans" if told["locale"].startswith("zh") else "en",
            zone=told["time_zone"],
            calendar=_calendar(told),
            roles=frozenset(told["roles"]),
            hr_department=told["hr_department"],
        )
    return cast(Reader, g.reader)


def _calendar(told: dict[str, Any]) -> Calendar:
    worked, off = (frozenset(map(date.fromisoformat, told[name])) for name in ("days_worked", "days_off"))
    return Calendar(told["country"], worked, off)
