"""The second factor: begun, confirmed, in use."""

from marshmallow import Schema, fields, validate


class SecondFactorState(Schema):
    """Whether codes are asked for, and how many recovery codes are left."""

    is_on = fields.Boolean(required=True)
    recovery_codes_left = fields.Integer(required=True)


class NewSecondFactor(Schema):
    """What an authenticator app needs, told once: the secret, and the same as an address for a QR code."""

    secret = fields.String(required=True)
    uri = fields.String(required=True)


class Code(Schema):
    """A code of the app."""

    code = fields.String(required=True, load_only=True, validate=validate.Length(1, 40))


class RecoveryCodes(Schema):
    """Each good once instead of a code of the app; told once."""

    recovery_codes = fields.List(fields.String(), required=True)
