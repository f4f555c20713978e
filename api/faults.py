"""What is wrong with single fields, as path and reason."""

import re
from collections.abc import Iterator
from typing import Any

# Marshmallow words its refusals; each begins in one of these ways.
_REASONS = {
    "Missing data": "missing",
    "Field may not be null": "missing",
    "Unknown field": "unknown_field",
    "Unreadable": "control_character",
    "Must be one of": "not_one_of",
    "Length must": "wrong_length",
    "Shorter than": "wrong_length",
    "Longer than": "wrong_length",
    "Must be ": "outside_bounds",
    "Not a valid": "wrong_kind",
    "Invalid input type": "wrong_kind",
}
# How long something may be, as marshmallow says it in numbers.
_LENGTHS = (
    (re.compile(r"Length must be between (\d+) and (\d+)"), "{}–{}"),
    (re.compile(r"Length must be (\d+)"), "{}"),
    (re.compile(r"Shorter than minimum length (\d+)"), "≥ {}"),
    (re.compile(r"Longer than maximum length (\d+)"), "≤ {}"),
)


def fault(path: str, reason: str) -> dict[str, str]:
    """One field that breaks a rule."""
    return {"path": path, "reason": reason}


def listed(messages: Any) -> list[dict[str, str]]:
    """Marshmallow's tree of messages by place as a flat list."""
    return [one for tree in messages.values() for one in _flat(tree, "")]


def _flat(tree: Any, path: str) -> Iterator[dict[str, str]]:
    if isinstance(tree, dict):
        for name, inner in tree.items():
            yield from _flat(inner, path if name == "_schema" else _joined(path, name))
        return
    for message in tree:
        yield fault(path, _reason(str(message))) | _allowed(str(message))


def _joined(path: str, name: str | int) -> str:
    if isinstance(name, int):
        return f"{path}[{name}]"
    return f"{path}.{name}" if path else str(name)


def _reason(message: str) -> str:
    known = (reason for start, reason in _REASONS.items() if message.startswith(start))
    return next(known, "wrong_kind")


def _allowed(message: str) -> dict[str, str]:
    """The lengths that are allowed, where one was not kept to."""
    found = ((pattern.match(message), words) for pattern, words in _LENGTHS)
    return next(({"allowed": words.format(*kept.groups())} for kept, words in found if kept), {})
