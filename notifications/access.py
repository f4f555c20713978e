"""Mails about somebody's own access: a link to a new password, and what about it has been changed."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from notifications import templates
from notifications.audience import OWN_ACCESS
from notifications.letters import Dropped, Letter, reader_of
from notifications.models import Delivery
from notifications.over import late
from translations import say

RESET_ASKED = "password_reset_asked"
KINDS = OWN_ACCESS | {RESET_ASKED}


def write(
    db: Session, delivery: Delivery, *, reset_link: Callable[[str, str], str], base_url: str, now: datetime
) -> Letter:
    """The letter to the person concerned; the link is made whole here and is kept nowhere.

    Raises Dropped as `letters.write` does, and for a link that came too late to be of use.
    """
    person, locale = reader_of(db, delivery)
    if delivery.kind == RESET_ASKED:
        _refuse_late(delivery, now)
        link = reset_link(delivery.payload["handle"], person.email or "")
    else:
        link = f"{base_url}/password"
    facts = {"number": person.number}
    subject, sentence = (say(f"mail.{delivery.kind}.{part}", locale, **facts) for part in ("subject", "own"))
    sentence += late(delivery, person, locale, now)
    text, html = templates.fill("access", locale, {"name": person.name, "sentence": sentence, "link": link})
    return Letter(person.email or "", locale, subject, text, html)


def _refuse_late(delivery: Delivery, now: datetime) -> None:
    if now >= datetime.fromisoformat(delivery.payload["until"]):
        raise Dropped("stale")
