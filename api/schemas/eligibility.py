"""Eligibility: what was found on file, and exceptions from it."""

from marshmallow import Schema, fields

from api.schemas.people import Line, PersonLine, Written
from workflow.vocabulary import Answer


class NewWaiver(Schema):
    """An exception from one rule, with its reason."""

    rule = Line(required=True, longest=64)
    reason = Written(required=True)


class Exemption(Schema):
    """HR's exception from a rule."""

    reason = fields.String(required=True)
    granted_by = fields.Nested(PersonLine, required=True)
    granted_at = fields.AwareDateTime(required=True)


class Finding(Schema):
    """One rule: what is required, the value on file and its source, and whether it is met.

    Each certificate is a rule, `certificate:<name>`; its value is `none`, or `valid` or `expired`, followed
    by the last day where it has one, as in `expired:2026-01-31`.
    """

    rule = fields.String(required=True)
    required = fields.String(required=True)
    value = fields.String(required=True, allow_none=True)
    source = fields.String(required=True)
    answer = fields.Enum(Answer, by_value=True, required=True)
    waiver = fields.Nested(Exemption, required=True, allow_none=True)


class Eligibility(Schema):
    """What the last check answered to every rule."""

    items = fields.List(fields.Nested(Finding), required=True)
