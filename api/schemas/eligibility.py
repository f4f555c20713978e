"""Eligibility: what was found on file, and exceptions from it."""

from marshmallow import Schema, fields

from api.schemas.people import Line, PersonLine, Said, Written
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


class AskedRule(Schema):
    """One rule of a step and what it requires, as a code and as a sentence."""

    rule = fields.String(required=True)
    required = fields.String(required=True)
    messages = Said()


class CheckedRule(AskedRule):
    """A rule, the value on file and its source, and whether it is met.

    Each certificate is a rule, `certificate:<name>`; its value is `none`, or `valid` or `expired`, followed
    by the last day where it has one, as in `expired:2026-01-31`.
    """

    value = fields.String(required=True, allow_none=True)
    value_messages = Said()
    source = fields.String(required=True)
    source_messages = Said()
    answer = fields.Enum(Answer, by_value=True, required=True)


class Finding(CheckedRule):
    """What the last check of a case answered to one rule, and HR's exception from it."""

    waiver = fields.Nested(Exemption, required=True, allow_none=True)


class Eligibility(Schema):
    """What the last check answered to every rule."""

    items = fields.List(fields.Nested(Finding), required=True)
