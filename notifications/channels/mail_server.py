"""A mail server reached by SMTP, over connections that are kept open for the next mail."""

import io
import re
import select
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

from notifications.channels import SENT, Mail, Outcome, Verdict, login_refused, not_reached

_Reply = tuple[int, bytes]

_TAKING = 45.0  # seconds for taking a mail: many servers look into it before they answer
_KEPT_FOR = 60.0  # seconds without a mail; servers hang up after minutes
_MAILS = 100  # over one connection; many servers allow no more
_GO_ON = range(200, 400)
_SAY_IT = 354
_CLOSING = 421
_DOT = re.compile(rb"^\.", re.MULTILINE)
_TOO_BAD = range(500, 600)
_NO_SUCH_ADDRESS = frozenset({550, 551, 553, 556})
# Enhanced codes of an address that takes no mail; all others, such as 5.7.1, speak of us, of the mail or of
# a mailbox that is full for now.
_OF_ADDRESS = ("5.0.", "5.1.", "5.2.1")
# These are of the sender, whom many servers judge only once they are told of a reader.
OF_SENDER = ("5.1.7", "5.1.8")
_OF_US = re.compile(r"sender|relay", re.IGNORECASE)


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class _Server(smtplib.SMTP):
    """A server to which nothing is said, and of which nothing is heard, beyond the end of the attempt."""

    def __init__(self, host: str, port: int, end: float, **how: Any) -> None:
        self.end = end
        super().__init__(host, port, **how)

    def line(self) -> socket.socket:
        """The line to it, for as long as is left."""
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected("hung up")
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(left)
        return self.sock

    def send(self, s: Any) -> None:
        """As smtplib says all it says."""
        self.line()
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """As smtplib hears all it hears."""
        if self.file is None:
            self.file = io.BufferedReader(_Listening(self))
        return super().getreply()


class _TlsServer(_Server, smtplib.SMTP_SSL):
    """The same where all is encrypted from the beginning."""


class _Listening(io.RawIOBase):
    """Reads until the end and no longer: the timeout of a socket begins anew with every byte."""

    def __init__(self, server: _Server) -> None:
        self._server = server

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._server.line().recv_into(buffer)


@dataclass(slots=True)
class _Line:
    """An open connection and how it has been used."""

    server: _Server
    mails: int = 0
    used_at: float = 0.0


@dataclass(frozen=True, slots=True)
class _Lines:
    """Open connections that nobody uses at the moment, the last used one first; as many as send at once."""

    idle: list[_Line] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> _Line | None:
        """One that is still open, if there is one; what has lain idle too long is hung up."""
        while line := self.last():
            if time.monotonic() - line.used_at < _KEPT_FOR and _is_open(line.server):
                return line
            line.server.close()
        return None

    def put(self, line: _Line) -> None:
        """Keep it for the next mail, unless it has carried enough."""
        line.used_at = time.monotonic()
        if line.server.sock is None or line.mails >= _MAILS:
            line.server.close()
            return
        with self.lock:
            self.idle.append(line)

    def last(self) -> _Line | None:
        """One of them, whether it is open or not."""
        with self.lock:
            return self.idle.pop() if self.idle else None


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server reached by SMTP."""

    host: str
    port: int
    security: Security = Security.STARTTLS
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 30  # seconds for all that comes before the mail
    _lines: _Lines = field(default_factory=_Lines, init=False, repr=False, compare=False)

    def send(self, mail: Mail) -> Outcome:
        """Hand over one mail; only a refusal of this very mail or address is final.

        While none is reached, no mail has been tried. What breaks off is tried again later under the same
        Message-ID: whether the server has taken the mail before it fell silent cannot be known.
        """
        end = time.monotonic() + self.timeout
        try:
            line = self._lines.take() or _Line(self._connect(end))
        except smtplib.SMTPAuthenticationError as refusal:
            return login_refused(_why(refusal))
        except (OSError, smtplib.SMTPException) as trouble:
            return not_reached(_why(trouble))
        line.server.end = end
        try:
            outcome = _hand_over(line.server, mail)
        except (OSError, smtplib.SMTPException) as trouble:
            line.server.close()
            return Outcome(Verdict.LATER, _why(trouble))
        except BaseException:
            line.server.close()
            raise
        line.mails += 1
        self._lines.put(line)
        return outcome

    def hang_up(self) -> None:
        """Close the connections that nobody uses."""
        while line := self._lines.last():
            line.server.close()

    def _connect(self, end: float) -> _Server:
        if self.security is Security.TLS:
            server: _Server = _TlsServer(self.host, self.port, end, timeout=self.timeout, context=_trust())
        else:
            server = _Server(self.host, self.port, end, timeout=self.timeout)
        try:
            if self.security is Security.STARTTLS:
                server.starttls(context=_trust())
            if self.user is not None:
                server.login(self.user, self.password or "")
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
        return server


@cache
def _trust() -> ssl.SSLContext:
    """Whom this machine trusts; read once, for reading it takes longer than sending a mail."""
    return ssl.create_default_context()


def _is_open(server: _Server) -> bool:
    """Whether the server has neither hung up nor said anything unasked, which comes before that."""
    if server.sock is None:
        return False
    heard = select.poll()
    heard.register(server.sock, select.POLLIN)
    return not heard.poll(0)


def _hand_over(server: _Server, mail: Mail) -> Outcome:
    """Say from whom and to whom, all at once where the server allows it (RFC 2920), then the mail."""
    steps = (f"MAIL FROM:<{mail.sender}>", f"RCPT TO:<{mail.to}>", "DATA")
    answers: list[_Reply] = []
    for together in (steps,) if server.has_extn("pipelining") else zip(steps, strict=True):
        server.send("".join(f"{step}\r\n" for step in together))
        answers += _answers(server, len(together))
        if any(_is_refusal(one) for one in answers):
            _make_ready(server, [code for code, _ in answers])
            return _refused(mail, answers)
    server.end = time.monotonic() + _TAKING
    server.send(_DOT.sub(b"..", mail.content) + b".\r\n")
    code, words = server.getreply()
    if code == _CLOSING:
        server.close()
    return SENT if code in _GO_ON else _judged(code, words)


def _is_refusal(reply: _Reply) -> bool:
    return reply[0] not in _GO_ON


def _answers(server: _Server, many: int) -> Iterator[_Reply]:
    """What is answered to so many steps, or up to where a server hangs up after it has refused one."""
    is_refused = False
    for _ in range(many):
        try:
            reply = server.getreply()
        except OSError:
            if is_refused:
                return
            raise
        is_refused = is_refused or _is_refusal(reply)
        yield reply


def _make_ready(server: _Server, codes: list[int]) -> None:
    """Make a server that has refused a step ready for another mail, or hang up."""
    try:
        if codes[-1] == _SAY_IT:
            server.send(".\r\n")  # it waits for a mail, though to nobody
            codes.append(server.getreply()[0])
        if _CLOSING not in codes:
            codes.append(server.rset()[0])
    except OSError:
        codes.append(_CLOSING)
    if _CLOSING in codes:
        server.close()


def _refused(mail: Mail, answers: Sequence[_Reply]) -> Outcome:
    """What the first refusal means."""
    step, (code, words) = next((n, one) for n, one in enumerate(answers) if _is_refusal(one))
    if step == 1:
        return _of_recipient(mail.to, code, words)
    return _judged(code, words) if step else Outcome(Verdict.LATER, f"{code} {_words(words)}")


def _of_recipient(address: str, code: int, words: bytes) -> Outcome:
    """A refusal at the name of the reader: of the address, or of us, which whoever runs the server mends."""
    said = _words(words)
    if code not in _TOO_BAD:
        return Outcome(Verdict.LATER, f"{code} {said}")
    first = said.partition(" ")[0]
    if first.startswith("5.") and first.count(".") == 2:
        is_address = first.startswith(_OF_ADDRESS) and first not in OF_SENDER
    else:
        is_address = code in _NO_SUCH_ADDRESS and not _OF_US.search(said)
    if is_address:
        return Outcome(Verdict.BOUNCED, f"{code} {said}", address=address)
    return Outcome(Verdict.LATER, f"{code} {said}")


def _judged(code: int, words: bytes | str) -> Outcome:
    return Outcome(Verdict.NEVER if code in _TOO_BAD else Verdict.LATER, f"{code} {_words(words)}")


def _why(trouble: Exception) -> str:
    if isinstance(trouble, smtplib.SMTPResponseException):
        return f"{trouble.smtp_code} {_words(trouble.smtp_error)}"
    return type(trouble).__name__


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
