"""Letters to the candidate."""

from marshmallow import Schema, fields

from api.pagination import page_schema
from workflow.vocabulary import LetterKind


class Letter(Schema):
    """What the candidate was told, in the language in which he was told."""

    id = fields.Integer(required=True)
    kind = fields.Enum(LetterKind, by_value=True, required=True)
    locale = fields.String(required=True)
    text = fields.String(required=True)
    written_at = fields.AwareDateTime(required=True)
    acknowledged_at = fields.AwareDateTime(required=True, allow_none=True)


LetterPage = page_schema(Letter)
