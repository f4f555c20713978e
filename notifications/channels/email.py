"""Mails: built from letters so that nothing in them can become a header, sent by SMTP."""

import hashlib
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from enum import StrEnum
from functools import cache

from notifications.channels import SENT, Outcome, Verdict
from notifications.letters import Dropped, Letter

_TIMEOUT = 30  # seconds
_TOO_BAD = range(500, 600)


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server reached by SMTP."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    def send(self, message: EmailMessage) -> Outcome:
        """Hand over one mail; only a refusal of this very mail or address is final."""
        try:
            with self._connect() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            return _judged(*next(iter(refusal.recipients.values())))
        except smtplib.SMTPDataError as refusal:
            return _judged(refusal.smtp_code, refusal.smtp_error)
        except (OSError, smtplib.SMTPException) as trouble:
            return Outcome(Verdict.LATER, type(trouble).__name__)
        return SENT

    def _connect(self) -> smtplib.SMTP:
        if self.security is Security.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=_TIMEOUT, context=_trust())
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_TIMEOUT)
        try:
            if self.security is Security.STARTTLS:
                server.starttls(context=_trust())
            if self.user is not None:
                server.login(self.user, self.password or "")
        except BaseException:
            server.close()
            raise
        return server


def build(letter: Letter, *, key: str, sender: str, now: datetime) -> EmailMessage:
    """The mail for a letter, with plain text and HTML; the same key gives the same Message-ID.

    Raises Dropped if the address is none, or if the mail read back is not the one written.
    """
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = _address(letter.to)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = now
    message["Message-ID"] = message_id(key, sender)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = letter.locale.replace("_", "-")
    _read_back(message)
    return message


def message_id(key: str, sender: str) -> str:
    """The Message-ID of the mail for a delivery; short, so that few domains make its line too long."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{_domain(sender)}>"


@cache
def _trust() -> ssl.SSLContext:
    """Whom this machine trusts; read once, for reading it takes longer than sending a mail."""
    return ssl.create_default_context()


def _judged(code: int, words: bytes | str) -> Outcome:
    verdict = Verdict.NEVER if code in _TOO_BAD else Verdict.LATER
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return Outcome(verdict, f"{code} {said}")


def _address(address: str) -> Address:
    try:
        return Address(addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise Dropped("bad_address") from error


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
