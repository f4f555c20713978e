"""Personal tokens: asked for, shown once, listed without the secret."""

from marshmallow import Schema, fields, validate

from api.identity import Scope
from api.pagination import page_schema
from api.schemas.people import Line


class TokenRequest(Schema):
    """A token to be made."""

    name = Line(required=True)
    scopes = fields.List(fields.Enum(Scope, by_value=True), required=True, validate=validate.Length(1, 3))
    days = fields.Integer(strict=True, load_default=90, validate=validate.Range(1, 365))


class Token(Schema):
    """A token without its secret."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(), required=True)
    created_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True, allow_none=True)


class NewToken(Token):
    """A token with its secret, which is never shown again."""

    token = fields.String(required=True)


TokenPage = page_schema(Token)
