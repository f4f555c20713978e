"""An example for every schema of the description: whoever reads it sees what is sent and what comes back."""

from collections.abc import Mapping
from typing import Any

Described = Mapping[str, Any]
# By the name of a field, where its kind alone would say little.
_WORDS: dict[str, Any] = {
    "number": "1010",
    "name": "李娜",
    "candidate": "1038",
    "manager": "1004",
    "person": "1012",
    "post": "senior_service_engineer",
    "reason": "As the facts on file show.",
    "statement": "Three years of field service without a complaint.",
    "evidence": {"work_quality": "Repaired what two others had given up."},
    "text": "The committee approves the promotion.",
    "url": "https://hooks.example.com/jinsheng",
    "email": "customer@example.com",
    "locale": "zh_Hans",
    "time_zone": "Asia/Shanghai",
    "en": "As the facts on file show.",
    "zh_Hans": "如档案所示。",
    "type": "urn:jinsheng:problem:task_closed",
    "code": "task_closed",
}
_FORMATS = {
    "date": "2026-03-02",
    "date-time": "2026-03-02T03:00:00+00:00",
    "email": "customer@example.com",
    "uri": "https://hooks.example.com/jinsheng",
}
_KINDS = {"integer": 1, "number": 0.5, "boolean": True, "null": None}
_DEEPEST = 8


def example_of(described: Described, schemas: Described, name: str = "", depth: int = 0) -> Any:
    """A value that a schema allows; `schemas` are those it may refer to by name."""
    if "$ref" in described:
        return example_of(schemas[described["$ref"].rpartition("/")[2]], schemas, name, depth + 1)
    for part in ("allOf", "anyOf", "oneOf"):
        if part in described:
            return example_of(described[part][0], schemas, name, depth + 1)
    if described.get("enum"):
        return described["enum"][0]
    kind = _kind(described)
    if kind == "object":
        return _object(described, schemas, name, depth)
    if kind == "array":
        least = max(1, described.get("minItems", 1))
        return [example_of(described.get("items", {}), schemas, name, depth + 1)] * least
    return _text(described, name) if kind == "string" else _number(described, kind)


def _kind(described: Described) -> str:
    kind = described.get("type", "string")
    return str(next(one for one in kind if one != "null") if isinstance(kind, list) else kind)


def _object(described: Described, schemas: Described, name: str, depth: int) -> Any:
    known = described.get("properties")
    if known is not None:
        return {key: example_of(inner, schemas, key, depth + 1) for key, inner in known.items()}
    if name in _WORDS and isinstance(_WORDS[name], dict):
        return _WORDS[name]
    inner = described.get("additionalProperties")
    return {"en": example_of(inner, schemas, "en", depth + 1)} if isinstance(inner, dict) and inner else {}


def _text(described: Described, name: str) -> str:
    found = _FORMATS.get(described.get("format", "")) or _WORDS.get(name)
    text = found if isinstance(found, str) else name.replace("_", " ") or "text"
    return text.ljust(described.get("minLength", 0), ".")[: described.get("maxLength")]


def _number(described: Described, kind: str) -> Any:
    example = _KINDS.get(kind)
    if isinstance(example, bool) or example is None:
        return example
    return max(example, described.get("minimum", example))
