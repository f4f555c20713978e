"""Mails: built from letters so that nothing in them can become a header."""

import hashlib
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from notifications.letters import Dropped, Letter


class NoAddress(Dropped):
    """What stands on file as an address is none."""

    def __init__(self, address: str) -> None:
        """Keep the address for the outbox."""
        super().__init__("bad_address")
        self.address = address


def build(
    letter: Letter, *, key: str, sender: str, now: datetime, end_link: str | None = None
) -> EmailMessage:
    """The mail for a letter, with plain text and HTML; the same key gives the same Message-ID.

    `end_link` takes whoever wants no more of them there, by one click in his mail program (RFC 8058).

    Raises NoAddress if the address is none, and Dropped if the mail read back is not the one written.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = _address(letter.to)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = now
    message["Message-ID"] = message_id(key, sender)
    message["Auto-Submitted"] = "auto-generated"
    if end_link is not None:
        message["List-Unsubscribe"] = f"<{end_link}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.locale.replace("_", "-")
    _read_back(message)
    return message


def message_id(key: str, sender: str) -> str:
    """The Message-ID of the mail for a delivery; short, so that few domains make its line too long."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{_domain(sender)}>"


def _address(address: str) -> Address:
    try:
        return Address(addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise NoAddress(address) from error


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].rstrip(">") or "localhost"


def _read_back(message: EmailMessage) -> None:
    """Compare the headers as a mail server will read them with those that were meant."""
    read = message_from_bytes(message.as_bytes(), policy=SMTP)
    # A long line is folded after its name, which leaves a blank before the value.
    if [(name, str(value).strip()) for name, value in read.items()] != [
        (name, str(value).strip()) for name, value in message.items()
    ]:
        raise Dropped("unsafe_headers")
