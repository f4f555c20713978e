"""The journal: what to search for, its lines, and whether it holds."""

from datetime import date

from marshmallow import Schema, ValidationError, fields, validate

from api.pagination import PageArguments, page_schema
from api.schemas.people import LARGEST_KEY, ByNumber, Key, PersonLine

_FIRST, _LAST = date(1970, 1, 1), date(2999, 12, 31)


def require_usual(day: date) -> None:
    """Refuse a day that no calendar reaches."""
    if not _FIRST <= day <= _LAST:
        raise ValidationError("Must be a day of these centuries.")


class JournalSearch(Schema):
    """What to look for; the days are whole days where the reader lives, both included."""

    case_id = fields.Integer(data_key="case", validate=validate.Range(1, LARGEST_KEY))
    actor = ByNumber()
    action = fields.String(validate=validate.Length(1, 64))
    first_day = fields.Date(data_key="from", validate=require_usual)
    last_day = fields.Date(data_key="to", validate=require_usual)


class JournalQuery(PageArguments, JournalSearch):
    """What to look for, page by page."""


class JournalLine(Schema):
    """One entry, of a case with its candidate, or of what `chain` names."""

    chain = fields.String(required=True)
    case = fields.Integer(required=True, allow_none=True, attribute="case_id")
    candidate = fields.Nested(PersonLine, required=True, allow_none=True)
    at = fields.AwareDateTime(required=True, attribute="happening.at")
    action = fields.String(required=True, attribute="happening.action")
    actor = fields.Nested(PersonLine, required=True, allow_none=True, attribute="happening.actor")
    person = fields.Nested(PersonLine, required=True, allow_none=True, attribute="happening.person")
    on_behalf_of = fields.Nested(
        PersonLine, required=True, allow_none=True, attribute="happening.on_behalf_of"
    )
    facts = fields.Dict(keys=fields.String(), required=True, attribute="happening.facts")
    text = fields.String(required=True, allow_none=True, attribute="happening.text")


class WantedVerification(Schema):
    """What to verify: the chain of one case, or without a case the whole journal."""

    case = Key(load_default=None, allow_none=True)


class BadEntry(Schema):
    """The first place of a chain that does not hold, and what is wrong there."""

    chain = fields.String(required=True)
    sequence = fields.Integer(required=True)
    reason = fields.String(required=True)


class JournalVerification(Schema):
    """Whether every entry is as it was written, how many were looked at, and the first that is not."""

    holds = fields.Boolean(required=True)
    entries = fields.Integer(required=True)
    first_bad = fields.Nested(BadEntry, required=True, allow_none=True)


JournalPage = page_schema(JournalLine)
