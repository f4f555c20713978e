"""Signatures under a nomination."""

from marshmallow import Schema, fields, validate

from api.schemas.people import PersonLine, Written
from workflow.vocabulary import Approver, StepState


class Approval(Schema):
    """What an approver says; a reason is needed to return or decline."""

    decision = fields.String(required=True, validate=validate.OneOf(["approve", "return", "decline"]))
    reason = Written(load_default="")


class Signature(Schema):
    """One step of the approval chain; steps of one group are asked together.

    An added signer is asked by whoever sits in the seat, and who signs afterwards. A substitute signs on
    behalf of whoever is away.
    The reason is told to candidate, nominator and superiors with the decision; a return to its author.
    """

    position = fields.Integer(required=True)
    attempt = fields.Integer(required=True)
    group = fields.Integer(required=True)
    seat = fields.Enum(Approver, by_value=True, required=True)
    is_added = fields.Boolean(required=True)
    state = fields.Enum(StepState, by_value=True, required=True)
    approver = fields.Nested(PersonLine, required=True, allow_none=True)
    on_behalf_of = fields.Nested(PersonLine, required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class Approvals(Schema):
    """The approval chain of the last nomination round, in order."""

    items = fields.List(fields.Nested(Signature), required=True)
