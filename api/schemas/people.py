"""People as other resources name them, and the texts people write."""

from typing import Any

from marshmallow import Schema, fields, validate

LONGEST_TEXT = 20_000
LARGEST_KEY = 2**31 - 1


class PersonLine(Schema):
    """Somebody by number and name."""

    number = fields.String(required=True)
    name = fields.String(required=True)


class ByNumber(fields.String):
    """An employee number that says whom something concerns."""

    def __init__(self, **options: Any) -> None:
        """Bound its length."""
        super().__init__(validate=validate.Length(1, 64), **options)


class Written(fields.String):
    """A text somebody writes; whether it may be empty is for the domain to say."""

    def __init__(self, *, longest: int = LONGEST_TEXT, **options: Any) -> None:
        """Bound its length."""
        super().__init__(validate=validate.Length(max=longest), **options)


class Key(fields.Integer):
    """The key of a thing, as a whole number."""

    def __init__(self, **options: Any) -> None:
        """Bound the number."""
        super().__init__(strict=True, validate=validate.Range(1, LARGEST_KEY), **options)


class Reason(Schema):
    """Why somebody does something."""

    reason = Written(required=True)


class OptionalReason(Schema):
    """Why somebody does something, where it goes without saying."""

    reason = Written(load_default="")


class Decision(Schema):
    """A written outcome: words for the candidate, apart from reasons for the record."""

    text = Written(required=True)
    internal_reason = Written(load_default="")
