"""The secret address of one's calendar."""

from marshmallow import Schema, fields


class FeedState(Schema):
    """Since when there is an address; null where there is none."""

    created_at = fields.AwareDateTime(required=True, allow_none=True)


class NewFeed(Schema):
    """A new address: its path on this service, told this once."""

    created_at = fields.AwareDateTime(required=True)
    path = fields.String(required=True)
