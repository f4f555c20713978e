"""Whom HR lists for a person's reviews."""

from marshmallow import Schema, fields, validate

from api.schemas.people import ByNumber, Line, PersonLine
from translations import LOCALES
from workflow.vocabulary import Source


class Contact(Schema):
    """A colleague by `person` (superior or peer), or a customer by `name`, `email` and `locale`."""

    source = fields.Enum(Source, by_value=True, required=True)
    person = ByNumber(load_default=None, allow_none=True)
    name = Line(load_default=None, allow_none=True)
    email = fields.Email(load_default=None, allow_none=True, validate=validate.Length(max=320))
    locale = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(LOCALES))


class Contacts(Schema):
    """The whole list of a person."""

    items = fields.List(fields.Nested(Contact), required=True, validate=validate.Length(max=200))


class RefusedContact(Schema):
    """A customer whose address takes no mail, and what his mail server has said."""

    email = fields.String(required=True)
    since = fields.AwareDateTime(required=True, attribute="refused_at")
    reason = fields.String(required=True, attribute="refused_because")


class ContactsSeen(Contacts):
    """The whole list, the colleagues it names by their numbers, and customers whom no mail reaches."""

    people = fields.List(fields.Nested(PersonLine), required=True)
    refused = fields.List(fields.Nested(RefusedContact), required=True)
