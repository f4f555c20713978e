"""Where a person stands against the steps that are open to him."""

from marshmallow import Schema, fields, validate

from api.schemas.eligibility import CheckedRule
from api.schemas.people import LARGEST_KEY, Line, PersonLine, Said, Wording
from workflow.vocabulary import Answer, Level, Track


class StandingQuery(Schema):
    """Which steps, by which edition: that of the cycle, or the one named, or the one in force today."""

    track = fields.Enum(Track, by_value=True)
    level = fields.Enum(Level, by_value=True)
    post = Line()
    cycle = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST_KEY))
    edition = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST_KEY))


class PostName(Schema):
    """A post by its key and its name."""

    key = fields.String(required=True)
    name = fields.Nested(Wording, required=True)


class Whole(Schema):
    """What all rules of a step together answer."""

    answer = fields.String(required=True, validate=validate.OneOf([answer.value for answer in Answer]))
    reason = fields.String(required=True)
    facts = fields.Dict(keys=fields.String(), required=True)
    messages = Said()


class Target(Schema):
    """A step that is open to the person: one level up, or aside to another track or post.

    `verdict` and `rules` are null to whoever may not read the person's file.
    """

    track = fields.Enum(Track, by_value=True, required=True)
    track_name = fields.Nested(Wording, required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    level_name = fields.Nested(Wording, required=True)
    is_up = fields.Boolean(required=True)
    posts = fields.List(fields.Nested(PostName), required=True)
    verdict = fields.Nested(Whole, required=True, allow_none=True)
    rules = fields.List(fields.Nested(CheckedRule), required=True, allow_none=True)


class Standing(Schema):
    """A person's standing by an edition, with what is on file on this day."""

    person = fields.Nested(PersonLine, required=True)
    edition = fields.Integer(required=True)
    as_of = fields.Date(required=True)
    targets = fields.List(fields.Nested(Target), required=True)
