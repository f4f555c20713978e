"""Mails: written from letters so that nothing in them can become a header."""

import hashlib
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import cache

from notifications import calendar
from notifications.channels import Mail
from notifications.letters import Dropped, Letter

_WIDE = 60  # signs of a subject that stand in one line with its name
_WORD = 9  # of one that is encoded, in one word: with the name, a line may have 76 bytes
# No line of quoted-printable can read so: its equals sign is never followed by a stroke.
_BETWEEN, _BETWEEN_PARTS = "=_between_the_forms", "=_between_the_parts"


class NoAddress(Dropped):
    """What stands on file as an address is none."""

    def __init__(self, address: str) -> None:
        """Keep the address for the outbox."""
        super().__init__("bad_address")
        self.address = address


def build(letter: Letter, *, key: str, sender: str, now: datetime, end_link: str | None = None) -> Mail:
    """The mail for a letter, with plain text and HTML; the same key gives the same Message-ID.

    `end_link` takes whoever wants no more of them there, by one click in his mail program (RFC 8058).
    Written by hand, for the package `email` takes twenty times as long. Every line of the head is ours, but
    for an address that has been checked and a subject that cannot leave its line.

    Raises NoAddress if the address is none.
    """
    name = message_id(key, sender)
    head = [
        _from(sender),
        f"To: {_checked(letter.to)}",
        f"Subject: {_subject(letter.subject)}",
        f"Date: {format_datetime(now)}",
        f"Message-ID: {name}",
        "Auto-Submitted: auto-generated",
        f"Content-Language: {letter.locale.replace('_', '-')}",
        "MIME-Version: 1.0",
    ]
    if end_link is not None:
        head += [f"List-Unsubscribe: <{end_link}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"]
    forms = [
        f'Content-Type: multipart/alternative; boundary="{_BETWEEN}"',
        *("", *_form("plain", letter.text), *_form("html", letter.html), f"--{_BETWEEN}--", ""),
    ]
    files = [_file(*one) for one in calendar.files(letter.dated, sender=sender, at=now)]
    lines = [*head, *(_with_files(forms, files) if files else forms)]
    return Mail(name, _bare(sender), letter.to, "\r\n".join(lines).encode("ascii"))


def message_id(key: str, sender: str) -> str:
    """The Message-ID of the mail for a delivery; short, so that few domains make its line too long."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{_domain(sender)}>"


def _checked(address: str) -> str:
    """The address, which is one and stays on its line."""
    try:
        Address(addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise NoAddress(address) from error
    if not address.isascii() or not address.isprintable():
        raise NoAddress(address)
    return address


def _subject(text: str) -> str:
    """The subject in one line, encoded if it is long or looks as if it were encoded already."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
    if line.isascii() and len(line) <= _WIDE and "=?" not in line:
        return line
    parts = (line[begin : begin + _WORD].encode() for begin in range(0, len(line), _WORD))
    return "\r\n ".join(f"=?utf-8?b?{b64encode(part).decode()}?=" for part in parts)


def _form(subtype: str, text: str) -> tuple[str, ...]:
    """One of the two forms of the text, with what stands above it."""
    # Each line with its end: where none is found, long ones would be broken by half of one.
    lines = "".join(f"{line}\r\n" for line in text.splitlines())
    return (
        f"--{_BETWEEN}",
        f"Content-Type: text/{subtype}; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        b2a_qp(lines.encode(), istext=True).decode("ascii"),
    )


def _with_files(forms: Sequence[str], files: Iterable[Sequence[str]]) -> list[str]:
    """The forms of the text as the first of several parts."""
    parts = (f"--{_BETWEEN_PARTS}", *forms), *((f"--{_BETWEEN_PARTS}", *one) for one in files)
    first = f'Content-Type: multipart/mixed; boundary="{_BETWEEN_PARTS}"'
    return [first, "", *(line for part in parts for line in part), f"--{_BETWEEN_PARTS}--", ""]


def _file(method: str, content: bytes) -> tuple[str, ...]:
    """A file for the reader's calendar, which asks him for no answer."""
    name = f"{method.lower()}.ics"
    return (
        f'Content-Type: text/calendar; charset=utf-8; method={method}; name="{name}"',
        f'Content-Disposition: attachment; filename="{name}"',
        "Content-Transfer-Encoding: base64",
        "",
        encodebytes(content).decode("ascii").replace("\n", "\r\n"),
    )


@cache
def _bare(sender: str) -> str:
    return parseaddr(sender)[1]


@cache
def _from(sender: str) -> str:
    return str(SMTP.header_factory("From", sender).fold(policy=SMTP)).rstrip()


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2].rstrip(">") or "localhost"
