"""Passwords: followed by another, or set by a link in a mail."""

from marshmallow import Schema, fields, validate


class NewPassword(Schema):
    """The password so far, and the one that follows it."""

    old = fields.String(required=True, load_only=True, validate=validate.Length(1, 1000))
    new = fields.String(required=True, load_only=True, validate=validate.Length(1, 1000))
    code = fields.String(load_only=True, validate=validate.Length(1, 40))


class ResetAsked(Schema):
    """Whose password is wanted anew: employee number or mail address."""

    person = fields.String(required=True, validate=validate.Length(1, 320))


class Told(Schema):
    """What is told, in both languages."""

    messages = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class ResetFor(Schema):
    """The one whose password a link changes."""

    number = fields.String(required=True)
    name = fields.String(required=True)


class ResetPassword(Schema):
    """The new password."""

    password = fields.String(required=True, load_only=True, validate=validate.Length(1, 1000))
