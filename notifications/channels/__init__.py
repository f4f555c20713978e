"""The ways out of the house, and what each can answer to the outbox."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

import structlog

if TYPE_CHECKING:
    from notifications.channels.chat import Message
    from notifications.models import Receiver

log = structlog.get_logger()


class Verdict(StrEnum):
    """What became of one attempt; `gone` is a receiver that wants nothing more, ever.

    `bounced` is an address that takes no mail, whatever it says; `held` is not its turn yet.
    """

    SENT = "sent"
    LATER = "later"
    HELD = "held"
    NEVER = "never"
    BOUNCED = "bounced"
    GONE = "gone"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict with a short reason; `after` is the pause the receiver asked for.

    `address` is one that takes no mail, as it has turned out; `is_ours` is trouble of our own, for which no
    receiver is to blame.
    """

    verdict: Verdict
    reason: str | None = None
    after: timedelta | None = None
    address: str | None = None
    is_ours: bool = False

    @property
    def words(self) -> str:
        """The reason as it is kept: short, and without the signs that a database refuses."""
        said = " ".join((self.reason or "").split())
        return "".join(sign if sign.isprintable() else "\ufffd" for sign in said)[:200]


SENT = Outcome(Verdict.SENT)
_NO_ANSWER_IN_TIME = frozenset({"TimeoutError", "ConnectTimeout", "ReadTimeout"})
_ALONE = timedelta(minutes=1)
_LONGEST = timedelta(hours=1)  # whoever has mended a receiver tries it out
_LOGIN = "login_refused"
_LOGIN_AGAIN = timedelta(minutes=5)  # servers lock out whoever comes with a wrong password too often
_THERE_AGAIN = timedelta(minutes=2)


def login_refused(said: str) -> Outcome:
    """Of a server that does not let us in: no message is to blame, and none can be sent there for now."""
    return Outcome(Verdict.HELD, f"{_LOGIN} {said}", _LOGIN_AGAIN, is_ours=True)


def not_reached(why: str) -> Outcome:
    """The same of a server that is away, or not such as it ought to be, before it is told of any message."""
    return Outcome(Verdict.HELD, why, _THERE_AGAIN, is_ours=True)


@dataclass(frozen=True, slots=True)
class Mail:
    """A finished mail: its Message-ID, whom it is from and to, and all of it as it goes out."""

    id: str
    sender: str
    to: str
    content: bytes = field(repr=False)


class MailChannel(Protocol):
    """Takes finished mails: a mail server or a folder."""

    def send(self, mail: Mail) -> Outcome:
        """Hand over one mail."""


class WebhookChannel(Protocol):
    """Takes webhooks, and what chat robots say."""

    def send(self, url: str, secrets: Sequence[str], key: str, payload: dict[str, Any]) -> Outcome:
        """Post one payload, signed with each secret; the key makes the id that receivers know repeats by."""

    def say(self, kind: "Receiver", url: str, secret: str, message: "Message") -> Outcome:
        """Let a robot say one message."""


@dataclass(frozen=True, slots=True)
class Silences:
    """Receivers that are away, have kept a courier waiting, not let him in, or asked for a pause.

    This process leaves them alone for minutes. Else one that hangs would take the time of all messages, one
    after the other, and a wrong password would be tried with each.
    """

    _held: dict[object, tuple[datetime, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def held(self, receiver: object, now: datetime) -> Outcome | None:
        """What becomes of a message to a receiver that is left alone yet.

        Once its time is over, one message finds out whether it is back, lest all couriers hang on it.
        """
        with self._lock:
            until, reason = self._held.get(receiver, (now, ""))
            if until > now:
                return Outcome(Verdict.HELD, reason, until - now)
            if reason:
                self._held[receiver] = now + _ALONE, reason
            return None

    def note(self, receiver: object, outcome: Outcome, now: datetime) -> None:
        """Remember whether it has answered."""
        reason = outcome.reason or ""
        pause = min(outcome.after or timedelta(), _LONGEST)
        if outcome.verdict is Verdict.HELD and outcome.is_ours:
            log.warning("login_refused" if reason.startswith(_LOGIN) else "server_not_reached", said=reason)
            self._held[receiver] = now + pause, reason
        elif reason in _NO_ANSWER_IN_TIME:
            self._held[receiver] = now + _ALONE, "receiver_silent"
        elif outcome.verdict is Verdict.LATER and pause and receiver is not None:
            self._held[receiver] = now + pause, reason
        elif outcome.verdict is not Verdict.HELD:  # what was held has asked nothing of it
            self._held.pop(receiver, None)


@dataclass(frozen=True, slots=True)
class Channels:
    """All ways out, with the address mails come from and the one their links lead to.

    `mail_key` makes of a delivery's key what its Message-ID is made from, so that nobody else can make it.
    `review_link` signs the handle of a customer's form and gives the whole address that opens it; so does
    `reset_link` for a new password, and for the address that its mail goes to, and `end_link` for whom no
    more digests are sent.
    """

    mail: MailChannel
    webhook: WebhookChannel
    sender: str
    base_url: str
    mail_key: Callable[[str], str]
    review_link: Callable[[str], str]
    reset_link: Callable[[str, str], str]
    end_link: Callable[[int], str]
    silences: Silences = field(default_factory=Silences, repr=False, compare=False)
