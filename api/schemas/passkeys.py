"""Passkeys: what browsers are given and give back, in the form WebAuthn has for JSON."""

from marshmallow import Schema, fields, validate

from api.pagination import page_schema

_Name = validate.Length(1, 200)


class PasskeyOptions(Schema):
    """What `navigator.credentials` takes, by `parseCreationOptionsFromJSON` or its like for requests."""

    options = fields.Dict(keys=fields.String(), required=True)


class Credential(Schema):
    """What `navigator.credentials` gave, by its `toJSON`."""

    credential = fields.Dict(keys=fields.String(), required=True, load_only=True)


class NewPasskey(Credential):
    """A passkey that a browser has made, under a name by which its owner knows it."""

    name = fields.String(required=True, validate=_Name)


class PasskeyName(Schema):
    """Another name."""

    name = fields.String(required=True, validate=_Name)


class OwnPasskey(Schema):
    """A passkey on file."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    last_used_at = fields.AwareDateTime(required=True, allow_none=True)


OwnPasskeyPage = page_schema(OwnPasskey)
