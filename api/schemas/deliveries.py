"""Messages: what was sent to whom, and what became of it."""

from marshmallow import Schema, fields, validate

from api.pagination import PageArguments, page_schema
from api.schemas.journal import require_usual
from api.schemas.people import ByNumber, PersonLine, Said
from notifications.models import Channel, DeliveryState


class DeliveryQuery(PageArguments):
    """Which messages to list; the days are whole days where the reader lives, both included."""

    state = fields.Enum(DeliveryState, by_value=True)
    channel = fields.Enum(Channel, by_value=True)
    kind = fields.String(validate=validate.Length(1, 64))
    person = ByNumber()
    first_day = fields.Date(data_key="from", validate=require_usual)
    last_day = fields.Date(data_key="to", validate=require_usual)


class Delivery(Schema):
    """One message to a person, or to an address of its subscriber, never what it says.

    `trouble` tells in words why it was not delivered. What warns somebody of what is done to his
    access, roles or case cannot be cancelled.
    """

    id = fields.Integer(required=True)
    channel = fields.Enum(Channel, by_value=True, required=True)
    kind = fields.String(required=True)
    case = fields.Integer(required=True, allow_none=True, attribute="case_id")
    person = fields.Nested(PersonLine, required=True, allow_none=True)
    subscription = fields.Integer(required=True, allow_none=True, attribute="subscription_id")
    created_at = fields.AwareDateTime(required=True)
    next_at = fields.AwareDateTime(required=True)
    sent_at = fields.AwareDateTime(required=True, allow_none=True)
    state = fields.Enum(DeliveryState, by_value=True, required=True)
    attempts = fields.Integer(required=True)
    error = fields.String(required=True, allow_none=True)
    trouble = Said(allow_none=True)
    can_be_cancelled = fields.Boolean(required=True)


class DeliveryCount(Schema):
    """How many messages of a kind are in a state, up to a thousand, and whether there are more."""

    kind = fields.String(required=True)
    state = fields.Enum(DeliveryState, by_value=True, required=True)
    deliveries = fields.Integer(required=True)
    and_more = fields.Boolean(required=True)


class DeliveryCounts(Schema):
    """What is told in numbers alone."""

    items = fields.List(fields.Nested(DeliveryCount), required=True)


DeliveryPage = page_schema(Delivery)
