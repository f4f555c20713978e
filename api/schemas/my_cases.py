"""My cases, as their candidate follows them."""

from marshmallow import Schema, fields

from api.schemas.cases import Holder, StuckMessages
from api.schemas.people import PersonLine
from workflow.vocabulary import Level, Stage, Track


class MyOutcome(Schema):
    """The written outcome, signed by a person."""

    text = fields.String(required=True)
    decided_by = fields.Nested(PersonLine, required=True)
    decided_at = fields.AwareDateTime(required=True)
    effective_on = fields.Date(required=True, allow_none=True)


class MyCase(Schema):
    """Where a case of mine stands, who holds it until when; `stages` are those it has been in, in order."""

    id = fields.Integer(required=True)
    track = fields.Enum(Track, by_value=True, required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    post = fields.String(required=True)
    stage = fields.Enum(Stage, by_value=True, required=True)
    stages = fields.List(fields.Enum(Stage, by_value=True), required=True)
    opened_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    stuck_reason = fields.String(required=True, allow_none=True)
    stuck_messages = StuckMessages()
    holders = fields.List(fields.Nested(Holder), required=True)
    outcome = fields.Nested(MyOutcome, required=True, allow_none=True)


class MyCases(Schema):
    """All of them, the newest first."""

    items = fields.List(fields.Nested(MyCase), required=True)
