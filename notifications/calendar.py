"""Dated events as calendar programs read them (RFC 5545, RFC 5546): whole days, no names, no answer asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vCalAddress

_PRODUCT = "-//Jinsheng//Due dates//EN"


@dataclass(frozen=True, slots=True)
class Dated:
    """Something on a day; by its `uid` it stays the same event when it moves or `is_off`.

    A higher `sequence` is told later and counts.
    """

    uid: str
    on: date
    title: str
    link: str
    sequence: int = 0
    is_off: bool = False


def empty(method: str) -> Calendar:
    """A calendar that holds nothing yet."""
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def event(dated: Dated, *, at: datetime) -> Event:
    """One event, as it was told at some instant; by where it leads, the same in a mail and in the feed."""
    event = Event()
    event.add("uid", f"{dated.uid}@{urlsplit(dated.link).hostname}")
    event.add("dtstamp", at)
    event.add("dtstart", dated.on)
    event.add("dtend", dated.on + timedelta(days=1))
    event.add("summary", dated.title)
    event.add("description", dated.link)
    event.add("url", dated.link)
    event.add("transp", "TRANSPARENT")
    return event


def files(told: Iterable[Dated], *, sender: str, at: datetime) -> Iterator[tuple[str, bytes]]:
    """What a mail carries, by its method: a file of what is to be on which day, and one of what is off."""
    address = parseaddr(sender)[1]
    for method, is_off in (("PUBLISH", False), ("CANCEL", True)):
        events = [_sent(dated, address, at) for dated in told if dated.is_off is is_off]
        if events:
            calendar = empty(method)
            calendar.subcomponents += events
            yield method, calendar.to_ical()


def _sent(dated: Dated, sender: str, at: datetime) -> Event:
    sent = event(dated, at=at)
    sent.add("organizer", vCalAddress(f"mailto:{sender}"))
    sent.add("sequence", dated.sequence)
    if dated.is_off:
        sent.add("status", "CANCELLED")
    return sent
