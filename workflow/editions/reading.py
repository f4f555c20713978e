"""From the text of an edition to checked, typed values, or to the whole list of what is wrong with it."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from marshmallow import ValidationError

from workflow.editions.checks import Path, Problem, problems
from workflow.editions.parsing import Document, canonical, digest, parse, resolve, shipped
from workflow.editions.schema import SECTIONS, EditionSchema
from workflow.errors import BadEdition
from workflow.rules.edition import Edition

__all__ = ["canonical", "digest", "read", "resolve", "shipped"]

_EDITION = EditionSchema()
_SECTIONS = {name: shape(partial=tuple(shape().fields)) for name, shape in SECTIONS.items()}


@lru_cache(maxsize=16)
def read(text: str) -> Edition:
    """The edition a YAML or JSON text describes; a text that was read lately is not read again.

    Raises `BadEdition` with every problem as path and reason: first what is wrong with single fields,
    then, once every field is right, what is wrong between them.
    """
    document = parse(text)
    defaults = document.pop("defaults", {})
    found = list(_default_problems(defaults))
    try:
        edition = _EDITION.load(_with_defaults(document, defaults))
        found.extend(problems(edition))
    except ValidationError as error:
        found.extend(_flat(error.messages, ()))
    if found:
        raise BadEdition(problems=_told(found, document))
    return edition  # type: ignore[no-any-return]


def _default_problems(defaults: object) -> Iterator[Problem]:
    if not isinstance(defaults, dict):
        yield Problem(("defaults",), "wrong_kind")
        return
    for name, section in defaults.items():
        if name not in _SECTIONS:
            yield Problem(("defaults", name), "unknown_field")
        else:
            yield from _flat(_SECTIONS[name].validate(section), ("defaults", name))


def _with_defaults(document: Document, defaults: object) -> Document:
    steps = document.get("steps")
    if not isinstance(defaults, dict) or not isinstance(steps, list):
        return document
    known = {name: section for name, section in defaults.items() if name in _SECTIONS}
    return document | {"steps": [_step_with_defaults(step, known) for step in steps]}


def _step_with_defaults(step: object, defaults: Document) -> object:
    if not isinstance(step, dict):
        return step
    whole = defaults | step
    for name, section in defaults.items():
        if isinstance(section, dict) and isinstance(whole[name], dict):
            whole[name] = section | whole[name]
    if whole.get("competition") == "none":
        whole["competition"] = None
    return whole


def _flat(messages: Any, path: Path) -> Iterator[Problem]:
    """Marshmallow's tree of messages as a list; a leaf is a reason, alone or with its facts."""
    if isinstance(messages, dict):
        for name, inner in messages.items():
            yield from _flat(inner, path if name == "_schema" else (*path, name))
        return
    for message in messages:
        facts = dict(message) if isinstance(message, dict) else {"reason": message}
        yield Problem(path, facts.pop("reason"), facts)


def _told(found: list[Problem], document: Document) -> list[dict[str, Any]]:
    lines = [_line(problem, _where_written(problem.path, document)) for problem in found]
    # What a step only takes over from the defaults is told once, where it is written.
    taken_over = [
        line
        for line, problem in zip(lines, found, strict=True)
        if (common := _line(problem, _in_defaults(problem.path))) != line and common in lines
    ]
    return [line for index, line in enumerate(lines) if line not in lines[:index] + taken_over]


def _line(problem: Problem, path: Path) -> dict[str, Any]:
    return {"path": _spelled(path), "reason": problem.reason, **problem.facts}


def _where_written(path: Path, document: Document) -> Path:
    """The defaults, where a step says nothing of its own about the section."""
    match path:
        case ("steps", int(index), str(section), *_) if section in SECTIONS:
            return path if section in document["steps"][index] else _in_defaults(path)
    return path


def _in_defaults(path: Path) -> Path:
    match path:
        case ("steps", int(), str(section), *rest) if section in SECTIONS:
            return ("defaults", section, *rest)
    return path


def _spelled(path: Path) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")
