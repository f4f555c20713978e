"""Objections to decisions on notice, and what HR says to them."""

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from api.schemas.people import PersonLine, Written
from workflow.objections import REOPENINGS
from workflow.vocabulary import ObjectionState, Stage


class NewObjection(Schema):
    """What speaks against the decision."""

    text = Written(required=True)


class ObjectionDecision(Schema):
    """Upheld, with the step at fault to which the case goes back, or dismissed; with the reason."""

    decision = fields.String(required=True, validate=validate.OneOf(["uphold", "dismiss"]))
    step = fields.Enum(
        Stage, by_value=True, load_default=None, allow_none=True, validate=validate.OneOf(list(REOPENINGS))
    )
    reason = Written(required=True)


class Objection(Schema):
    """An objection and what was said to it."""

    id = fields.Integer(required=True)
    objector = fields.Nested(PersonLine, required=True)
    text = fields.String(required=True)
    raised_at = fields.AwareDateTime(required=True)
    state = fields.Enum(ObjectionState, by_value=True, required=True)
    step = fields.Enum(Stage, by_value=True, required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_by = fields.Nested(PersonLine, required=True, allow_none=True)


ObjectionPage = page_schema(Objection)
