"""Forms of pages as the JSON that the API reads: typed by its own schemas, nothing guessed."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from workflow.rules.deadlines import zone_of

_DEEPEST = 8
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_BROKEN = re.compile(r"-?[0-9]{1,12}\.[0-9]{1,6}")
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
_PLACE = re.compile(r"[0-9]{1,4}")
_TRUTH = {"true": True, "false": False}


def as_json(schema: Schema, typed: MultiDict[str, str], zone: str) -> dict[str, Any]:
    """What was typed, for a schema: `a.b` is b within a, `a.0.b` is b in the first of a.

    What does not have the kind of its field stays as it was typed, so that the API says what is wrong.
    What is empty is left out where the field need not be given. Local times are those of the zone.
    """
    return _object(schema, _tree(typed), zone)


def _tree(typed: MultiDict[str, str]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name, values in typed.lists():
        *way, last = name.split(".") if name.count(".") <= _DEEPEST else [name]
        place = root
        for step in way:
            place = place.setdefault(step, {})
            if not isinstance(place, dict):
                break
        else:
            place[last] = [value.replace("\r\n", "\n") for value in values]
    return root


def _object(schema: Schema, tree: dict[str, Any], zone: str) -> dict[str, Any]:
    known = {field.data_key or name: field for name, field in schema.load_fields.items()}
    unknown = {name: value for name, value in tree.items() if name not in known}
    return {**{name: _last(value) for name, value in unknown.items()}, **dict(_known(known, tree, zone))}


def _known(known: dict[str, fields.Field[Any]], tree: dict[str, Any], zone: str) -> Iterator[tuple[str, Any]]:
    for name, field in known.items():
        if name not in tree:
            continue
        value = _value(field, tree[name], zone)
        if value not in ("", None) or field.required:
            yield name, None if value == "" and field.allow_none else value
        elif field.allow_none:
            yield name, None


def _value(field: fields.Field[Any], given: Any, zone: str) -> Any:
    if isinstance(field, fields.Nested):
        return _object(field.schema, given, zone) if isinstance(given, dict) else _last(given)
    if isinstance(field, fields.List):
        return _list(field, given, zone)
    if isinstance(field, fields.Dict):
        return _pairs(field, given, zone)
    return _single(field, _last(given), zone)


def _list(field: fields.List[Any], given: Any, zone: str) -> Any:
    if isinstance(given, dict):
        rows = [given[place] for place in sorted(given, key=_place)]
        values = [_value(field.inner, row, zone) for row in rows]
        return [value for value in values if value not in ("", {}, None) and not _is_blank(value)]
    # Several boxes with one name, or one box with words between commas.
    words = [word for value in given for word in re.split(r"[,，、;；\s]+", value.strip())]
    return [_single(field.inner, word, zone) for word in words if word]


def _pairs(field: fields.Dict, given: Any, zone: str) -> Any:
    if not isinstance(given, dict):
        return _last(given)
    inner = field.value_field
    pairs = {key: _value(inner, value, zone) if inner else _last(value) for key, value in given.items()}
    return {key: value for key, value in pairs.items() if value != ""}


def _single(field: fields.Field[Any], typed: Any, zone: str) -> Any:
    if not isinstance(typed, str):
        return typed
    bare = typed.strip()
    if isinstance(field, fields.Integer | fields.Float):
        return _number(field, bare)
    if isinstance(field, fields.Boolean):
        return _TRUTH.get(bare, bare)
    if isinstance(field, fields.AwareDateTime) and _LOCAL.fullmatch(bare):
        return _instant(bare, zone)
    return bare


def _instant(typed: str, zone: str) -> str:
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=zone_of(zone)).isoformat()
    except ValueError:  # there is no such day or hour
        return typed


def _number(field: fields.Field[Any], typed: str) -> Any:
    if _WHOLE.fullmatch(typed):
        return int(typed)
    if isinstance(field, fields.Float) and _BROKEN.fullmatch(typed):
        return float(typed)
    return None if typed == "none" else typed


def _is_blank(value: Any) -> bool:
    return isinstance(value, dict) and not any(value.values())


def _last(given: Any) -> Any:
    return given[-1] if isinstance(given, list) else given


def _place(step: str) -> tuple[int, str]:
    return (int(step), step) if _PLACE.fullmatch(step) else (0, step)
