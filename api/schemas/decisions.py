"""The decisions of a cycle, counted."""

from marshmallow import Schema, fields


class Decisions(Schema):
    """How many decisions wait for the release, how many cases are still with a committee or released."""

    cycle = fields.Integer(required=True, attribute="cycle_id")
    recorded = fields.Integer(required=True)
    undecided = fields.Integer(required=True)
    released = fields.Integer(required=True)
