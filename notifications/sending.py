"""The attempt to send a message: written when its turn comes, from what is read for many of them at once."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from notifications import access, bounces, invitations, letters, pacing, preferences, robot_words
from notifications.channels import Channels, Mail, Outcome, Verdict
from notifications.channels.chat import PACE
from notifications.channels.email import NoAddress, build
from notifications.letters import Dropped, Letter
from notifications.models import Channel, Delivery, WebhookSubscription
from notifications.reminders import DIGEST, moment
from workflow.calendars import calendar_of
from workflow.database import writing
from workflow.errors import NewerVersion
from workflow.models import Employee, JournalEntry, PromotionCase

_FRESH = timedelta(seconds=1)
# What piles up while nothing can be sent does not go out in one burst.
_LATE = timedelta(hours=1)
_BETWEEN_LATE_MAILS = timedelta(seconds=0.2)
_A_MOMENT = timedelta(seconds=2)
_IN_TIME = timedelta(seconds=5)  # for what is due is looked up every few seconds

log = structlog.get_logger()


class Desk:
    """Where messages that follow each other are written and sent.

    What they need is read in a few statements for all that are left, and anew when a second has gone or one
    was not simply sent: so each is still worth sending when it is sent. No transaction is open meanwhile.
    """

    def __init__(self, engine: Engine, channels: Channels) -> None:
        """Nothing is known yet."""
        self._engine, self._channels = engine, channels
        self._db = Session(engine, expire_on_commit=False)
        self._known: list[Any] = []  # a session forgets what nobody else holds
        self._read_at: datetime | None = None

    def attempt(self, left: Sequence[Delivery], now: datetime) -> Outcome:
        """Try the first of those that are left; whatever goes wrong must not stop the others."""
        delivery, silences = left[0], self._channels.silences
        receiver = delivery.subscription_id  # or else the mail server
        if held := silences.held(receiver, now):
            return held
        try:
            if self._read_at is None or now - self._read_at >= _FRESH:
                self._read(left, now)
            send = self._written(delivery, now)
            self._db.commit()
            outcome = send()
            silences.note(receiver, outcome, now)
        except NoAddress as drop:
            outcome = Outcome(Verdict.DROPPED, drop.reason, address=drop.address)
        except Dropped as drop:
            outcome = Outcome(Verdict.DROPPED, drop.reason)
        except NewerVersion as unread:
            log.warning("delivery_of_a_newer_version", delivery=delivery.id, word=unread.facts["word"])
            outcome = Outcome(Verdict.LATER, "of_a_newer_version", is_ours=True)
        except Exception as trouble:
            log.exception("delivery_failed", delivery=delivery.id, kind=delivery.kind)
            outcome = Outcome(Verdict.LATER, type(trouble).__name__, is_ours=True)
        if outcome.verdict is not Verdict.SENT:
            self.close()
        return outcome

    def close(self) -> None:
        """Forget what is known."""
        self._db.close()
        self._db.info.clear()
        self._known, self._read_at = [], None

    def _read(self, left: Sequence[Delivery], now: datetime) -> None:
        """Read what most messages need; what else one needs is read when it is written."""
        self.close()
        people = {one.person_id for one in left if one.person_id is not None}
        self._refusing = bounces.refusing(self._db, people)
        self._unwanted = preferences.unwanted(self._db, people)
        self._know(Employee, people)
        cases = {one.case_id for one in self._know(JournalEntry, {one.entry_id for one in left})}
        self._know(PromotionCase, cases)
        self._know(WebhookSubscription, {one.subscription_id for one in left})
        self._read_at = now

    def _know(self, table: Any, keys: Iterable[int | None]) -> Sequence[Any]:
        named = set(keys) - {None}
        try:
            found = self._db.scalars(select(table).where(table.id.in_(named))).all() if named else ()
        except NewerVersion:  # what this is about is read once more when it is written, and fails alone
            return ()
        self._known += found
        return found

    def _written(self, delivery: Delivery, now: datetime) -> Callable[[], Outcome]:
        """What sends the message, which is finished; raises Dropped where it is not worth it any more."""
        if delivery.channel is Channel.MAIL:
            return self._mail(delivery, now)
        subscription = self._db.get_one(WebhookSubscription, delivery.subscription_id)
        if not subscription.is_active:
            raise Dropped("subscription_is_off")
        url, channel = subscription.url, self._channels.webhook
        if delivery.channel is Channel.WEBHOOK:
            return partial(channel.send, url, subscription.secrets(now), delivery.key, delivery.payload)
        robot, base_url = subscription, self._channels.base_url
        message = robot_words.write(self._db, delivery, robot, base_url=base_url, now=now)
        say = partial(channel.say, robot.receiver, url, robot.secret, message)
        return partial(self._in_turn, delivery, pacing.name_of(url), PACE[robot.receiver], now, say)

    def _mail(self, delivery: Delivery, now: datetime) -> Callable[[], Outcome]:
        if delivery.person_id in self._refusing:
            raise Dropped("address_refused")
        preferences.refuse_unwanted(self._db, delivery, self._unwanted.get(delivery.person_id or 0, ()))
        if wait := self._quiet(delivery, now):
            return lambda: Outcome(Verdict.HELD, "quiet_hours", wait)
        letter = self._letter(delivery, now)
        reader = delivery.person_id if delivery.kind == DIGEST else None
        end_link = self._channels.end_link(reader) if reader is not None else None
        key, sender = self._channels.mail_key(delivery.key), self._channels.sender
        mail = build(letter, key=key, sender=sender, now=now, end_link=end_link)
        send = partial(self._hand_over, mail, is_unfilled=letter.is_unfilled)
        if now - delivery.created_at <= _LATE:
            return send
        return partial(self._in_turn, delivery, "late_mails", _BETWEEN_LATE_MAILS, now, send)

    def _quiet(self, delivery: Delivery, now: datetime) -> timedelta:
        """How long until somebody may be written to: what is tried again may come up on a Sunday."""
        if delivery.request_id is not None:
            return invitations.quiet(self._db, delivery, now)
        if delivery.kind == DIGEST:
            reader = self._db.get_one(Employee, delivery.person_id)
            return moment(now, reader.time_zone, calendar_of(reader.site)) - now
        return timedelta()

    def _letter(self, delivery: Delivery, now: datetime) -> Letter:
        channels = self._channels
        if delivery.request_id is not None:
            return invitations.write(self._db, delivery, review_link=channels.review_link, now=now)
        link = {"base_url": channels.base_url}
        if delivery.kind in access.KINDS:
            return access.write(self._db, delivery, reset_link=channels.reset_link, now=now, **link)
        return letters.write(self._db, delivery, now=now, **link)

    def _hand_over(self, mail: Mail, *, is_unfilled: bool) -> Outcome:
        outcome = self._channels.mail.send(mail)
        if is_unfilled and outcome.verdict is Verdict.SENT:
            return replace(outcome, reason="text_not_filled")
        return outcome

    def _in_turn(
        self, delivery: Delivery, name: str, every: timedelta, now: datetime, send: Callable[[], Outcome]
    ) -> Outcome:
        """Send if it is its turn, or will be in a moment; else put it back until its turn.

        Whoever was put back has had his turn if he comes in time. If not, as after an outage, he takes
        another: else all that waited would go out at once.
        """
        if delivery.error != pacing.HELD or now - delivery.next_at > _IN_TIME:
            with writing(self._engine) as db:
                wait = pacing.turn(db, name, every, now)
            if wait > _A_MOMENT:
                return Outcome(Verdict.HELD, pacing.HELD, wait)
            time.sleep(wait.total_seconds())
        return send()
