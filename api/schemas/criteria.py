"""Editions of the criteria."""

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from api.schemas.people import PersonLine
from workflow.vocabulary import EditionState


class EditionText(Schema):
    """An edition as HR writes it, in YAML."""

    text = fields.String(required=True, validate=validate.Length(1, 200_000))


class Edition(Schema):
    """An edition as it stands in a list; of a draft `published_at` is when it was put forward."""

    id = fields.Integer(required=True)
    key = fields.String(required=True)
    version = fields.String(required=True)
    sha256 = fields.String(required=True)
    state = fields.Enum(EditionState, by_value=True, required=True)
    effective_from = fields.Date(required=True)
    review_by = fields.Date(required=True)
    published_at = fields.AwareDateTime(required=True)


class WholeEdition(Edition):
    """An edition with everything it says: ladders, posts, criteria, rules.

    Of a draft it tells who has put it forward, and whether the caller may publish it: somebody else of HR.
    """

    proposed_by = fields.Nested(PersonLine, required=True, allow_none=True)
    may_publish = fields.Boolean(required=True)
    contents = fields.Dict(keys=fields.String(), required=True)


EditionPage = page_schema(Edition)
