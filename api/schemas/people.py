"""People as other resources name them, and the texts people write."""

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

_UNREADABLE = r"\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
LONGEST_TEXT = 20_000
LARGEST_KEY = 2**31 - 1


class PersonLine(Schema):
    """Somebody by number and name."""

    number = fields.String(required=True)
    name = fields.String(required=True)


class Wording(Schema):
    """A text in both languages."""

    en = fields.String(required=True)
    zh_Hans = fields.String(required=True)  # noqa: N815 -- the locale's own spelling


class Said(fields.Dict):
    """A sentence by locale."""

    def __init__(self, **options: Any) -> None:
        """A text for each locale."""
        super().__init__(keys=fields.String(), values=fields.String(), required=True, **options)


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


class Line(fields.String):
    """A name or title: one line, without signs that nobody sees or that turn the direction of writing."""

    def __init__(self, *, longest: int = 200, **options: Any) -> None:
        """Bound its length."""
        super().__init__(
            validate=[validate.Length(1, longest), _require_readable],
            metadata={"pattern": f"^[^{_UNREADABLE}]*$"},
            **options,
        )


class Truth(fields.Boolean):
    """Yes or no, and nothing that might be meant so."""

    def _deserialize(self, value: Any, *args: Any, **how: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, *args, **how)


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


def _require_readable(text: str) -> None:
    if re.search(f"[{_UNREADABLE}]", text):
        raise ValidationError("Unreadable signs.")
