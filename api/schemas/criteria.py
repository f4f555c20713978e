"""Editions of the criteria."""

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
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
    """An edition with everything it says: ladders, posts, criteria, rules."""

    contents = fields.Dict(keys=fields.String(), required=True)


EditionPage = page_schema(Edition)
