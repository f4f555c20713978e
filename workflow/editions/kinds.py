"""The kinds of fields an edition is made of; each says in one word why a value is refused."""

import re
from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction
from typing import Any

from marshmallow import Schema, ValidationError, fields

_REASONS: dict[str, Any] = {
    "required": "missing",
    "null": "missing",
    "invalid": "wrong_kind",
    "type": "wrong_kind",
    "too_large": "wrong_kind",
    "special": "wrong_kind",
}
# Control characters, halves of surrogate pairs and marks that turn the direction of writing.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FRACTION = re.compile(r"[1-9]\d{0,3}/[1-9]\d{0,3}", re.ASCII)


def whole(low: int, high: int, **options: Any) -> fields.Integer:
    """A whole number within bounds."""
    return fields.Integer(strict=True, validate=_between(low, high), **_asked(options))


def number(low: float, high: float, **options: Any) -> fields.Float:
    """A number within bounds."""
    return _Number(validate=_between(low, high), **_asked(options))


def share(**options: Any) -> fields.Field[Fraction]:
    """An exact share, written as "2/3"."""
    return _Share(**_asked(options))


def text(longest: int, **options: Any) -> fields.String:
    """A text people can read, of at most so many characters."""
    return fields.String(validate=_readable(longest), **_asked(options))


def key(pattern: str = r"[a-z][a-z0-9_-]{0,63}") -> fields.String:
    """A name by which other parts of the edition, or other systems, call this one."""
    return fields.String(validate=_matching(pattern), **_asked({}))


def truth(**options: Any) -> fields.Boolean:
    """Yes or no."""
    return fields.Boolean(truthy={True}, falsy={False}, **_asked(options))


def day() -> fields.Date:
    """A calendar day, written as 2026-01-31."""
    return fields.Date(format="iso", **_asked({}))


def one_of(words: type[StrEnum]) -> fields.Enum[Any]:
    """One word of the vocabulary."""
    unknown = [{"reason": "not_one_of", "known": [word.value for word in words]}]
    return fields.Enum(words, by_value=True, **_asked({}, unknown=unknown))


def many(inner: fields.Field[Any], least: int = 1, most: int = 200, **options: Any) -> fields.List[Any]:
    """A list of so many values of one kind."""
    return _Many(inner, validate=_counting(least, most), **_asked(options))


def group(inner: fields.Field[Any], builds: Callable[..., Any]) -> fields.Field[Any]:
    """One word, or several under `all`, under `any`, or under `of` with the number needed under `need`."""
    return _Group(inner, builds, **_asked({}))


def part(shape: type[Schema], **options: Any) -> fields.Nested:
    """A part with fields of its own."""
    return fields.Nested(shape, **_asked(options))


def _asked(options: dict[str, Any], **messages: Any) -> dict[str, Any]:
    required = "load_default" not in options
    return {"required": required, "error_messages": _REASONS | messages, **options}


def _between(low: float, high: float) -> Callable[[float], None]:
    def check(value: float) -> None:
        if not low <= value <= high:
            raise ValidationError({"reason": "out_of_range", "at_least": low, "at_most": high})

    return check


def _readable(longest: int) -> Callable[[str], None]:
    def check(value: str) -> None:
        if not value.strip():
            raise ValidationError("blank")
        if len(value) > longest:
            raise ValidationError({"reason": "too_long", "at_most": longest})
        if _UNPRINTABLE.search(value):
            raise ValidationError("bad_character")

    return check


def _matching(pattern: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        if not re.fullmatch(pattern, value):
            raise ValidationError({"reason": "not_a_key", "pattern": pattern})

    return check


def _counting(least: int, most: int) -> Callable[[tuple[Any, ...]], None]:
    def check(values: tuple[Any, ...]) -> None:
        if not least <= len(values) <= most:
            raise ValidationError({"reason": "wrong_number", "at_least": least, "at_most": most})

    return check


class _Number(fields.Float):
    """A number; text that looks like one is refused."""

    def _validated(self, value: Any) -> float:
        if isinstance(value, str):
            raise self.make_error("invalid")
        return super()._validated(value)


class _Share(fields.Field[Fraction]):
    """A fraction kept exact."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Fraction:
        if not isinstance(value, str) or not _FRACTION.fullmatch(value):
            raise ValidationError("not_a_fraction")
        return Fraction(value)


class _Many(fields.List[Any]):
    """A list, kept as a tuple because an edition never changes."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **options))


class _Group(fields.Field[Any]):
    """Words of which so many are needed; a single word needs no list."""

    def __init__(self, inner: fields.Field[Any], builds: Callable[..., Any], **options: Any) -> None:
        """Keep what reads a word and what the words and their number become."""
        super().__init__(**options)
        self._word, self._words, self._need = inner, many(inner), whole(1, 200)
        self._builds = builds

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        if not isinstance(value, dict):
            return self._builds((self._word.deserialize(value, attr, data),), need=1)
        if set(value) not in ({"all"}, {"any"}, {"of", "need"}):
            raise ValidationError("not_a_group")
        name = next(key for key in value if key != "need")
        words = self._under(name, self._words, value)
        need = {"all": len(words), "any": 1}.get(name) or self._under("need", self._need, value)
        return self._builds(words, need=need)

    @staticmethod
    def _under(name: str, kind: fields.Field[Any], value: dict[str, Any]) -> Any:
        try:
            return kind.deserialize(value[name], name, value)
        except ValidationError as error:
            raise ValidationError({name: error.messages}) from error
