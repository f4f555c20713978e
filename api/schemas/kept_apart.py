"""Pairs of people who have no say in each other's cases."""

from marshmallow import Schema, fields

from api.pagination import page_schema
from api.schemas.people import ByNumber, PersonLine
from workflow.vocabulary import ApartBecause


class NewPair(Schema):
    """Two people by their numbers, and what keeps them apart."""

    one = ByNumber(required=True)
    other = ByNumber(required=True)
    because = fields.Enum(ApartBecause, by_value=True, required=True)


class Pair(Schema):
    """Two people who have no say in each other's cases."""

    one = fields.Nested(PersonLine, required=True)
    other = fields.Nested(PersonLine, required=True)
    because = fields.Enum(ApartBecause, by_value=True, required=True)
    declared_at = fields.AwareDateTime(required=True)


class Relatives(Schema):
    """Relatives on file."""

    items = fields.List(fields.Nested(PersonLine), required=True)


PairPage = page_schema(Pair)
