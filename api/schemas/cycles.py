"""Cycles in which nominations are taken."""

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from api.schemas.people import Line, Truth


class NewCycle(Schema):
    """A cycle to be opened; `quota` is the most promotions it may bring, none means no bound."""

    name = Line(required=True)
    edition = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**31 - 1))
    opens_on = fields.Date(required=True)
    closes_on = fields.Date(required=True)
    quota = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1, 100_000)
    )
    opens_drafts = Truth(load_default=True)


class Cycle(Schema):
    """A window in which nominations are taken under one edition."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    edition = fields.Integer(required=True, attribute="edition_id")
    opens_on = fields.Date(required=True)
    closes_on = fields.Date(required=True)
    quota = fields.Integer(required=True, allow_none=True)
    opens_drafts = fields.Boolean(required=True)
    drafts_opened_at = fields.AwareDateTime(required=True, allow_none=True)


class WholeCycle(Cycle):
    """A cycle with what has become of its drafts, in people; None to others than HR and auditors."""

    drafts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True, allow_none=True)


CyclePage = page_schema(Cycle)
