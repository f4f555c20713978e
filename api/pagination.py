"""Pages of a list by sealed keyset cursors: `{"items": […], "next": cursor or null}`."""

import hmac
import json
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from flask import current_app, request
from marshmallow import Schema, fields, validate
from sqlalchemy import ColumnElement, Select, literal, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from api import faults
from api.database import db
from api.refusals import InvalidInput

LARGEST = 200
_WIDTH = 62  # every cursor is as long: its length would tell how many lines are hidden
Key = InstrumentedAttribute[Any] | ColumnElement[Any]


class PageArguments(Schema):
    """Which page of a list; query schemas of lists extend it."""

    cursor = fields.String(validate=validate.Length(max=1000))
    limit = fields.Integer(load_default=50, validate=validate.Range(1, LARGEST))


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list and the cursor of those after them, None at the end."""

    items: list[Any]
    next: str | None


def page_of(
    query: Select[*tuple[Any, ...]],
    keys: Sequence[Key],
    arguments: Mapping[str, Any],
    *,
    newest_first: bool = False,
) -> Page:
    """One page of what the query finds, in the order of the keys, which together are unique.

    A query of one entity gives entities, a query of several gives rows. One statement.
    """
    cursor, limit = arguments.get("cursor"), arguments["limit"]
    ordered = query.order_by(*(key.desc() if newest_first else key for key in keys))
    if cursor:
        ordered = ordered.where(_beyond(keys, _opened(cursor, keys), newest_first))
    width = len(query.column_descriptions)
    rows = db.session.execute(ordered.add_columns(*keys).limit(limit + 1)).all()
    following = _sealed(rows[limit - 1][width:]) if len(rows) > limit else None
    return Page([row[0] if width == 1 else row[:width] for row in rows[:limit]], following)


def page_schema(item: type[Schema]) -> type[Schema]:
    """The shape of a page of such items."""
    return type(
        f"{item.__name__}Page",
        (Schema,),
        {
            "__doc__": f"A page of {item.__name__}.",
            "items": fields.List(fields.Nested(item), required=True),
            "next": fields.String(required=True, allow_none=True),
        },
    )


def _beyond(keys: Sequence[Key], last: Sequence[Any], newest_first: bool) -> Any:
    place = tuple_(*keys)
    bound = tuple_(*(literal(value, key.type) for key, value in zip(keys, last, strict=True)))
    return place < bound if newest_first else place > bound


def _sealed(values: Sequence[Any]) -> str:
    written = [value.isoformat() if isinstance(value, date) else value for value in values]
    words = json.dumps(written, ensure_ascii=False).ljust(_WIDTH).encode()
    return urlsafe_b64encode(_cipher().encrypt(words, _place())).decode()


def _opened(cursor: str, keys: Sequence[Key]) -> list[Any]:
    try:
        words = _cipher().decrypt(b64decode(cursor, b"-_", validate=True), _place())
    except (ValueError, InvalidTag) as error:
        raise InvalidInput(fields=[faults.fault("cursor", "cursor_invalid")]) from error
    return [_read(value, key) for value, key in zip(json.loads(words), keys, strict=True)]


def _read(value: Any, key: Key) -> Any:
    kind = key.type.python_type
    if issubclass(kind, datetime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if issubclass(kind, date) else value


def _cipher() -> AESSIV:
    # One that gives the same cursor for the same place: a list read twice is the same, byte for byte.
    return AESSIV(hmac.digest(str(current_app.secret_key).encode(), b"cursor", "sha512"))


def _place() -> list[bytes]:
    # A cursor belongs to the list that gave it.
    return [request.path.encode()]
