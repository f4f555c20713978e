"""Signatures under a nomination."""

from marshmallow import Schema, fields, validate

from api.schemas.people import PersonLine, Written
from workflow.vocabulary import Approver, Level, StepState, Track


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


class Chosen(Schema):
    """Which tasks: their keys with commas between them, twenty at most."""

    tasks = fields.String(
        required=True, validate=validate.Regexp(r"^[1-9][0-9]{0,9}(,[1-9][0-9]{0,9}){0,19}$")
    )


class ToSign(Schema):
    """A nomination that waits for my signature; `in_bulk` says that several such may be given in one go.

    `on_behalf_of` is who is away, where I stand in.
    """

    task = fields.Integer(required=True)
    version = fields.Integer(required=True)
    due_at = fields.AwareDateTime(required=True)
    case = fields.Integer(required=True)
    candidate = fields.Nested(PersonLine, required=True)
    track = fields.Enum(Track, by_value=True, required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    post = fields.String(required=True)
    statement = fields.String(required=True)
    on_behalf_of = fields.Nested(PersonLine, required=True, allow_none=True)
    in_bulk = fields.Boolean(required=True)


class AllToSign(Schema):
    """What of it waits for my signature, and the keys of the tasks that do not, or not any more."""

    items = fields.List(fields.Nested(ToSign), required=True)
    not_mine = fields.List(fields.Integer(), required=True)
