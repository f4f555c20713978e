"""Asking others: tasks handed over, signers added, copies, nudges, several signatures in one go."""

from marshmallow import Schema, fields, validate

from api.schemas.people import ByNumber, Key, PersonLine, Written
from workflow.vocabulary import TaskKind

_LARGEST_BULK = 20


class HandOver(Schema):
    """Which of one's own tasks of the case goes to whom, and why."""

    task = Key(required=True)
    to = ByNumber(required=True)
    reason = Written(required=True)


class NewSigner(Schema):
    """Who is to sign before oneself, and why."""

    person = ByNumber(required=True)
    reason = Written(required=True)


class NewCopy(Schema):
    """Who is to be kept informed of the case."""

    person = ByNumber(required=True)


class Copy(Schema):
    """Somebody who is kept informed of the case, at whose wish and since when."""

    person = fields.Nested(PersonLine, required=True)
    by = fields.Nested(PersonLine, required=True)
    at = fields.AwareDateTime(required=True)


class Copies(Schema):
    """Everybody who is kept informed of the case."""

    items = fields.List(fields.Nested(Copy), required=True)


class Nudged(Schema):
    """For what kinds of task everybody concerned was nudged."""

    kinds = fields.List(fields.Enum(TaskKind, by_value=True), required=True)


class SeenTask(Schema):
    """A task as one has seen it."""

    task = Key(required=True)
    version = Key(required=True)


class BulkApproval(Schema):
    """Nominations to be approved in one go, with a comment for each; nothing can be declined this way."""

    tasks = fields.List(
        fields.Nested(SeenTask), required=True, validate=validate.Length(min=1, max=_LARGEST_BULK)
    )
    comment = Written(load_default="")


class BulkAnswer(Schema):
    """What has become of one of the nominations: approved, or left as it was for the problem given."""

    task = fields.Integer(required=True)
    case = fields.Integer(required=True, allow_none=True)
    is_approved = fields.Boolean(required=True)
    problem = fields.Dict(required=True, allow_none=True)


class BulkAnswers(Schema):
    """What has become of each of the nominations, in the order they were given."""

    items = fields.List(fields.Nested(BulkAnswer), required=True)
