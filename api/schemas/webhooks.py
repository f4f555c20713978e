"""Webhook subscriptions."""

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from notifications.messages import EVENTS


class NewSubscription(Schema):
    """An address to be told of events; no events named means all."""

    url = fields.String(required=True, validate=validate.Length(1, 2000))
    events = fields.List(fields.String(validate=validate.OneOf(EVENTS)), load_default=list)


class Subscription(Schema):
    """A subscription without its secret."""

    id = fields.Integer(required=True)
    url = fields.String(required=True)
    events = fields.List(fields.String(), required=True)
    is_active = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    failing_since = fields.AwareDateTime(required=True, allow_none=True)


class MadeSubscription(Subscription):
    """A subscription with the secret of its signatures, which is never shown again."""

    secret = fields.String(required=True)


SubscriptionPage = page_schema(Subscription)
