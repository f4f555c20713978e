"""The outbox and the webhook subscriptions: what is to be sent, to whom, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from notifications import troubles
from workflow.models.base import Base


class Channel(StrEnum):
    """The way a delivery takes."""

    MAIL = "mail"
    WEBHOOK = "webhook"
    CHAT = "chat"


class Receiver(StrEnum):
    """Who listens at a subscribed address: a program, or the robot of a group in somebody's chat."""

    PROGRAM = "program"
    DINGTALK = "dingtalk"
    WECOM = "wecom"
    FEISHU = "feishu"
    SLACK = "slack"
    TEAMS = "teams"


class DeliveryState(StrEnum):
    """What has become of a delivery; `dropped` was not worth sending any more, `dead` could not be sent."""

    PENDING = "pending"
    CLAIMED = "claimed"
    SENT = "sent"
    DROPPED = "dropped"
    DEAD = "dead"


class WebhookSubscription(Base):
    """An address that is told of events; an empty list of events means all of them.

    A chat robot has the name of its group and the language it speaks.
    """

    __tablename__ = "webhook_subscription"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    owner_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    url: Mapped[str] = mapped_column(String(2000))
    secret: Mapped[str] = mapped_column(String(100), repr=False)
    created_at: Mapped[datetime]
    events: Mapped[list[Any]] = mapped_column(default_factory=list)
    is_active: Mapped[bool] = mapped_column(default=True)
    failing_since: Mapped[datetime | None] = mapped_column(default=None)
    previous_secret: Mapped[str | None] = mapped_column(String(100), default=None, repr=False)
    previous_until: Mapped[datetime | None] = mapped_column(default=None)
    receiver: Mapped[Receiver] = mapped_column(default=Receiver.PROGRAM)
    name: Mapped[str | None] = mapped_column(String(100), default=None)
    locale: Mapped[str | None] = mapped_column(String(16), default=None)

    @hybrid_property
    def is_in_sight(self) -> bool:
        """Whether its owner has it still: what he has ended is gone for him, what fails is not."""
        return self.is_active or self.failing_since is not None

    @is_in_sight.inplace.expression
    @classmethod
    def _is_in_sight(cls) -> ColumnElement[bool]:
        return or_(cls.is_active, cls.failing_since.is_not(None))

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """What messages are signed with: the secret, and for a day also the one before it."""
        if self.previous_secret is None or self.previous_until is None or self.previous_until <= now:
            return (self.secret,)
        return self.secret, self.previous_secret


class RefusedAddress(Base):
    """That an address takes no mail; nothing is sent there until it changes or HR has looked into it."""

    __tablename__ = "refused_address"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(320))
    since: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), default=None)


class Pace(Base):
    """From when on the next message of a kind may go out, so that a receiver is not flooded."""

    __tablename__ = "pace"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    free_at: Mapped[datetime]


class Delivery(Base):
    """One message to one recipient; its key names event and recipient, so nothing is queued twice.

    A mail goes to a person, or to the customer of a review request.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("key", name="one_delivery_per_event_and_recipient"),
        CheckConstraint(
            "(channel = 'mail' AND subscription_id IS NULL AND (person_id IS NULL) <> (request_id IS NULL))"
            " OR (channel IN ('webhook', 'chat') AND subscription_id IS NOT NULL"
            " AND person_id IS NULL AND request_id IS NULL)",
            name="a_mail_has_a_reader_and_a_webhook_a_subscription",
        ),
        CheckConstraint("(lease_until IS NULL) = (leased_by IS NULL)", name="a_lease_has_a_holder"),
        Index("delivery_by_state", "state", "next_at"),
        Index("delivery_by_person", "person_id", "kind"),
        Index("delivery_by_request", "request_id", "kind"),
        Index("delivery_of_subscription", "subscription_id", "id"),
        Index("delivery_of_kind", "kind", "id"),
        Index("delivery_counted", "kind", "channel", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(String(200))
    channel: Mapped[Channel]
    kind: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), default=None)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("review_request.id"), default=None)
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("webhook_subscription.id"), default=None)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("journal_entry.id"), default=None)
    payload: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None] = mapped_column(default=None)
    leased_by: Mapped[str | None] = mapped_column(String(64), default=None)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    error: Mapped[str | None] = mapped_column(String(200), default=None)

    @property
    def trouble(self) -> dict[str, str] | None:
        """Why it was not delivered, in every language."""
        return troubles.in_words(self.channel, self.error)


class UnwantedMail(Base):
    """That somebody would rather not have mails of a topic."""

    __tablename__ = "unwanted_mail"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(String(32), primary_key=True)
    since: Mapped[datetime]


class MailText(Base):
    """A part of the mails of a kind as HR has put it, or None for the product's wording; the newest counts.

    Rows are only ever added: what was sent before can be looked up.
    """

    __tablename__ = "mail_text"
    __table_args__ = (
        CheckConstraint("text <> ''", name="a_wording_says_something"),
        Index("mail_text_by_kind", "kind", "locale"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str] = mapped_column(String(64))
    part: Mapped[str] = mapped_column(String(32))
    locale: Mapped[str] = mapped_column(String(16))
    text: Mapped[str | None] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    at: Mapped[datetime]
