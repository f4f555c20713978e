"""Webhook subscriptions, what was sent to them, and what they are sent."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields, validate

from api.pagination import PageArguments, page_schema
from api.schemas.journal import require_usual
from api.schemas.people import Said
from notifications.audience import EVENTS
from notifications.channels.webhook import webhook_id
from notifications.models import DeliveryState
from workflow.vocabulary import Stage


class WantedEvents(Schema):
    """What an address is told of; no events named means all."""

    events = fields.List(fields.String(validate=validate.OneOf(EVENTS)), load_default=list)


class NewSubscription(WantedEvents):
    """An address to be told of events; no events named means all."""

    url = fields.String(required=True, validate=validate.Length(1, 2000))


class Subscription(Schema):
    """A subscription without its secret; until `previous_until` the secret before it signs as well."""

    id = fields.Integer(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(), required=True)
    is_active = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    failing_since = fields.AwareDateTime(required=True, allow_none=True)
    previous_until = fields.AwareDateTime(required=True, allow_none=True)


class MadeSubscription(Subscription):
    """A subscription with the secret of its signatures, which is never shown again."""

    secret = fields.String(required=True)


class _WebhookId(fields.String):
    """The id by which a receiver recognises a repeat, from the key of a delivery."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return super()._serialize(webhook_id(value), attr, obj, **kwargs)


class SentQuery(PageArguments):
    """Which messages of a subscription to list."""

    state = fields.Enum(DeliveryState, by_value=True)


class SentWebhook(Schema):
    """A message to one's own receiver and what has become of it."""

    id = fields.Integer(required=True)
    webhook_id = _WebhookId(required=True, attribute="key")
    event = fields.String(required=True, attribute="kind")
    payload = fields.Dict(required=True)
    created_at = fields.AwareDateTime(required=True)
    next_at = fields.AwareDateTime(required=True)
    sent_at = fields.AwareDateTime(required=True, allow_none=True)
    state = fields.Enum(DeliveryState, by_value=True, required=True)
    attempts = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    trouble = Said(allow_none=True)


def _require_usual(at: datetime) -> None:
    """Refuse an instant that no calendar reaches, wherever it is read."""
    require_usual(at.date())


class Replay(Schema):
    """From when what was queued is sent again, and until before when."""

    since = fields.AwareDateTime(required=True, validate=_require_usual)
    until = fields.AwareDateTime(required=True, validate=_require_usual)


class Replayed(Schema):
    """How many messages are sent again."""

    deliveries = fields.Integer(required=True)


class EventData(Schema):
    """Where to look: the case, and the stage it is in now. A ping has neither."""

    case = fields.Integer()
    stage = fields.Enum(Stage, by_value=True)


class Event(Schema):
    """What a webhook carries: that something happened and where to look, never any text."""

    type = fields.String(required=True)
    timestamp = fields.AwareDateTime(required=True)
    data = fields.Nested(EventData, required=True)


SubscriptionPage = page_schema(Subscription)
SentPage = page_schema(SentWebhook)
