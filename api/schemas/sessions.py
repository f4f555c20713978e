"""Signing in, and who is signed in where."""

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from workflow.vocabulary import Role


class Credentials(Schema):
    """Employee number and password, and a code where a second factor is in use."""

    number = fields.String(required=True, validate=validate.Length(1, 64))
    password = fields.String(required=True, load_only=True, validate=validate.Length(1, 1000))
    code = fields.String(load_only=True, validate=validate.Length(1, 40))


class Proof(Schema):
    """What proves that it is still the same person: the password, and a code with a second factor."""

    password = fields.String(required=True, load_only=True, validate=validate.Length(1, 1000))
    code = fields.String(load_only=True, validate=validate.Length(1, 40))


class Proved(Schema):
    """Until when what weighs most can be done without another proof."""

    until = fields.AwareDateTime(required=True)


class SignedIn(Schema):
    """The person signed in, with the roles held beyond being an employee; `country` is that of the site.

    `days_worked` and `days_off` are the days on which the site goes another way than its country.

    Whoever is HR to one department only, and to all below it, does not hold the role.
    """

    number = fields.String(required=True)
    name = fields.String(required=True)
    locale = fields.String(required=True)
    time_zone = fields.String(required=True)
    country = fields.String(required=True)
    days_worked = fields.List(fields.Date(), required=True)
    days_off = fields.List(fields.Date(), required=True)
    roles = fields.List(fields.Enum(Role, by_value=True), required=True)
    hr_department = fields.String(required=True, allow_none=True)


class OwnSession(Schema):
    """A browser in which the caller is signed in; `seen_at` is right to the minute."""

    id = fields.Integer(required=True)
    browser = fields.String(required=True)
    begun_at = fields.AwareDateTime(required=True)
    seen_at = fields.AwareDateTime(required=True)
    proved_at = fields.AwareDateTime(required=True)
    is_current = fields.Boolean(required=True)


OwnSessionPage = page_schema(OwnSession)
