"""Mails that come back after they had been taken: the report of a mail server on what it could not deliver.

Such a report (RFC 3464) is believed only of a mail that has gone to that very address under that Message-ID.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, message_from_string
from email.message import Message

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from notifications import bounces
from notifications.channels import Outcome, Verdict
from notifications.channels.email import message_id
from notifications.channels.mail_server import OF_SENDER
from notifications.models import Channel, Delivery, DeliveryState
from workflow.models import Employee, ReviewContact, ReviewRequest

LARGEST = 1_000_000  # bytes; a report quotes little more than the head of a mail
_REPORTED_WITHIN = timedelta(days=14)
# Of a mail that was taken at first, these alone say that the address is none; 5.2.2 is a full mailbox.
_NO_SUCH_ADDRESS = ("5.1.", "5.2.1.")


@dataclass(frozen=True, slots=True)
class Report:
    """That a mail has not reached an address, and what its server says; the id is that of the mail."""

    address: str
    reason: str
    id: str


def note(
    db: Session, report: Report, *, mail_key: Callable[[str], str], sender: str, now: datetime
) -> list[str]:
    """Note an address of which a report says that it takes none, if it is believed."""
    noted = []
    for delivery, address in _sent_to(db, report, now):
        if message_id(mail_key(delivery.key), sender) == report.id:
            bounces.note(db, delivery, Outcome(Verdict.BOUNCED, report.reason, address=address), now)
            delivery.error = report.reason[:200]
            noted.append(address)
    return noted


def read(mail: bytes, sender: str) -> Report | None:
    """What a mail reports of the address that one of ours went to; each of them goes to one alone.

    None if it is no report, or if it speaks of what was never called as our mails are.
    """
    ending = "@" + message_id("", sender).partition("@")[2]
    try:
        report = next(_reports(mail), None)
    except RecursionError:  # parts within parts without an end
        return None
    return report if report is not None and report.id.endswith(ending) else None


def _reports(mail: bytes) -> Iterator[Report]:
    """What a mail reports of addresses that take none, ever."""
    parts = list(message_from_bytes(mail[:LARGEST]).walk())
    name = next((found for part in parts if (found := _id_of(part))), None)
    for part in parts:
        if name is not None and part.get_content_type() == "message/delivery-status":
            yield from _failures(part, name)


def _failures(part: Message, name: str) -> Iterator[Report]:
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        if not isinstance(block, Message) or _word(block, "Action").lower() != "failed":
            continue
        status = _word(block, "Status").partition(" ")[0]  # a remark may follow
        address = _word(block, "Final-Recipient").partition(";")[2].strip()
        if address and f"{status}.".startswith(_NO_SUCH_ADDRESS) and status not in OF_SENDER:
            said = _word(block, "Diagnostic-Code").partition(";")[2].strip()
            # As it would have been said at once.
            yield Report(address, said if said[:3].isdecimal() else f"550 {status} {said}".strip(), name)


def _id_of(part: Message) -> str | None:
    """The Message-ID of the mail that is sent back, whole or with its head alone."""
    quoted = part.get_payload()
    if part.get_content_type() == "message/rfc822" and isinstance(quoted, list) and quoted:
        head = quoted[0]
        return _word(head, "Message-ID") or None if isinstance(head, Message) else None
    if part.get_content_type() == "text/rfc822-headers" and isinstance(quoted, str):
        return _word(message_from_string(quoted), "Message-ID") or None
    return None


def _word(head: Message, name: str) -> str:
    line = " ".join(str(head.get(name, "")).split())
    return "".join(sign for sign in line if sign.isprintable())


def _sent_to(db: Session, report: Report, now: datetime) -> Sequence[Row[Delivery, str]]:
    """Mails to that address of late, with the address as it stands on file."""
    address = report.address.lower()
    to_whom = or_(func.lower(Employee.email) == address, func.lower(ReviewContact.email) == address)
    sent = (
        select(Delivery, func.coalesce(Employee.email, ReviewContact.email))
        .outerjoin(Employee, Employee.id == Delivery.person_id)
        .outerjoin(ReviewRequest, ReviewRequest.id == Delivery.request_id)
        .outerjoin(ReviewContact, ReviewContact.id == ReviewRequest.contact_id)
        .where(Delivery.channel == Channel.MAIL, Delivery.state == DeliveryState.SENT)
        .where(Delivery.sent_at >= now - _REPORTED_WITHIN, to_whom)
    )
    return db.execute(sent.order_by(Delivery.id.desc())).all()
