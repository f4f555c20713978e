"""The words of mails as HR has put them: placeholders and nothing else, checked when they are written.

A wording that cannot be filled when its mail is sent gives way to the one that comes with the product.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import announcements
from notifications.audience import (
    ABSENCE,
    ANSWERS,
    AUDIENCE,
    CORRECTIONS,
    MENTORS_NO_MORE,
    NUDGE,
    PERSONAL,
    TO_CUSTOMERS,
)
from notifications.models import MailText
from notifications.overtaken import OVERTAKEN
from notifications.reminders import DIGEST
from translations import LOCALES, codes, say, unfilled
from workflow import journal
from workflow.act import Act
from workflow.errors import Invalid, NotFound
from workflow.models import Employee

LONGEST = 2000
_LONGEST_SUBJECT = 150
# Mails by which people notice what is done with their access, with roles and with cases keep their words.
_KINDS = (
    frozenset(AUDIENCE)
    | PERSONAL
    | ANSWERS
    | ABSENCE
    | CORRECTIONS
    | TO_CUSTOMERS
    | announcements.KINDS
    | MENTORS_NO_MORE
    | {NUDGE, DIGEST, OVERTAKEN}
)
_SUBJECTS = ("subject", "subject_overdue", "subject_told")
_PARTS = (*_SUBJECTS, "sentence", "own", "other", "by_candidate", "secret", "in_your_place", "as_substitute")
# Without these the mail would not say what it is sent for.
_NEEDED = frozenset({"reason", "why", "asked", "task", "tasks", "due", "from_on", "until_on", "closes"})
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_UNREADABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class Unfillable(Exception):
    """A wording names something that is not known of this mail."""


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a mail of a kind, in a language; each has a wording that comes with the product."""

    kind: str
    part: str
    locale: str

    @property
    def shipped(self) -> str:
        """The wording that comes with the product."""
        return unfilled(f"mail.{self.kind}.{self.part}", self.locale)

    @property
    def placeholders(self) -> list[str]:
        """What may stand in it: no more than in any language of the product, so that nothing new is told."""
        shipped = (Place(self.kind, self.part, locale).shipped for locale in LOCALES)
        return sorted({name for text in shipped for name in _PLACEHOLDER.findall(text)})


@dataclass(frozen=True, slots=True)
class Version:
    """A wording somebody has given, or None where he went back to the product's."""

    text: str | None
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class TextLine:
    """A part of a mail with the wording that counts, how it reads when filled, and the versions before."""

    place: Place
    text: str
    sample: str
    versions: Sequence[Version]

    @property
    def is_own(self) -> bool:
        """Whether HR has put it otherwise."""
        return bool(self.versions) and self.versions[0].text is not None


class Wordings:
    """What a mail of a kind says in a language, as HR has put it; notes if something could not be filled."""

    def __init__(self, db: Session, kind: str, locale: str) -> None:
        """Read what HR has put otherwise, in one statement for all the mails of a session."""
        self._kind, self.locale = kind, locale
        known = db.info.setdefault(Wordings, {})
        if (kind, locale) not in known:
            own = select(MailText.part, MailText.text).where(MailText.kind == kind, MailText.locale == locale)
            known[kind, locale] = {row.part: row.text for row in db.execute(own.order_by(MailText.id))}
        self._own: Mapping[str, str | None] = known[kind, locale]
        self.is_unfilled = False

    def say(self, part: str, **facts: Any) -> str:
        """One part with its facts filled in."""
        text = self._own.get(part)
        if text is not None:
            try:
                return filled(text, facts)
            except Unfillable:
                self.is_unfilled = True
        return say(f"mail.{self._kind}.{part}", self.locale, **facts)


def filled(text: str, facts: Mapping[str, Any]) -> str:
    """A wording with its facts; what looks like a placeholder in a fact stays as it is. Raises Unfillable."""

    def fact(found: re.Match[str]) -> str:
        if found[1] not in facts:
            raise Unfillable(found[1])
        return str(facts[found[1]])

    return _PLACEHOLDER.sub(fact, text)


def places(kind: str) -> list[Place]:
    """What can be put otherwise in the mails of a kind; raises NotFound."""
    found = [Place(kind, part, locale) for part in _PARTS for locale in LOCALES if _is_place(kind, part)]
    if not found:
        raise NotFound(kind="mail_text")
    return found


def kinds() -> list[str]:
    """The kinds of mails whose words can be put otherwise."""
    return sorted(kind for kind in _KINDS if _is_place(kind, "subject"))


def changed_kinds(db: Session) -> set[str]:
    """Those of which HR has put something otherwise, now or before."""
    return set(db.scalars(select(MailText.kind).distinct()))


def lines(db: Session, kind: str) -> list[TextLine]:
    """The parts of the mails of a kind with their versions, the newest first; raises NotFound."""
    here_are = places(kind)
    query = select(MailText, Employee.name).join(Employee, Employee.id == MailText.by_id)
    rows = db.execute(query.where(MailText.kind == kind).order_by(MailText.id.desc())).all()
    found = []
    for place in here_are:
        here = [row for row in rows if (row.MailText.part, row.MailText.locale) == (place.part, place.locale)]
        versions = [Version(row.MailText.text, row.MailText.at, row.name) for row in here]
        text = (versions[0].text if versions else None) or place.shipped
        found.append(TextLine(place, text, _tried(place, text), versions))
    return found


def write(act: Act, place: Place, text: str | None) -> None:
    """Put a part of a mail otherwise, or None for the wording of the product; what was before is kept.

    Raises NotFound, Invalid.
    """
    if place not in places(place.kind):
        raise NotFound(kind="mail_text")
    if text is not None:
        _check(place, text)
    where = {"kind": place.kind, "part": place.part, "locale": place.locale}
    act.add(MailText(**where, text=text, by_id=act.person.id, at=act.now))
    facts: dict[str, Any] = {"mail": place.kind, "part": place.part, "locale": place.locale}
    journal.record(act, "mail_text_changed", chain="texts", is_shipped=text is None, **facts)
    act.db.flush()


def sample(place: Place) -> dict[str, str]:
    """Something for every placeholder of a part, as long as such things get."""
    return {name: say(f"sample.{name}", place.locale) for name in place.placeholders}


def _tried(place: Place, text: str) -> str:
    """How a wording reads, as it stands where the product no longer knows what it names."""
    try:
        return filled(text, sample(place))
    except Unfillable:
        return text


def _check(place: Place, text: str) -> None:
    known, named = set(place.placeholders), set(_PLACEHOLDER.findall(text))
    if not text.strip():
        raise Invalid(reason="text_empty")
    if _UNREADABLE.search(text.replace("\n", "")) or (place.part in _SUBJECTS and "\n" in text):
        raise Invalid(reason="text_lines")
    if set("{}") & set(_PLACEHOLDER.sub("", text)) or not named <= known:
        raise Invalid(reason="text_placeholder", known=_written(known))
    if missing := (known & _NEEDED) - named:
        raise Invalid(reason="text_incomplete", missing=_written(missing))
    longest = _LONGEST_SUBJECT if place.part in _SUBJECTS else LONGEST
    if (length := len(filled(text, sample(place)))) > longest:
        raise Invalid(reason="text_too_long", length=length, longest=longest)


def _written(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "–"


def _is_place(kind: str, part: str) -> bool:
    return kind in _KINDS and f"{kind}.{part}" in _codes()


@cache
def _codes() -> frozenset[str]:
    return frozenset(codes("mail"))
