"""What an examination says: nothing where all is well, else a colour, a code and facts."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine

from server.config import Settings


class Colour(StrEnum):
    """How bad it is: red is unsafe and stops the start outside development."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


# Colour, code and facts of whatever is wrong.
Report = Iterator[tuple[Colour, str, Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What an examination has found; without a code nothing is wrong."""

    examination: str
    colour: Colour
    code: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Installation:
    """What is examined: settings, database and the machine's clock; nothing of it is changed."""

    settings: Settings
    engine: Engine
    now: Callable[[], datetime]


def red(code: str, **facts: Any) -> tuple[Colour, str, Mapping[str, Any]]:
    """Something unsafe."""
    return Colour.RED, code, facts


def yellow(code: str, **facts: Any) -> tuple[Colour, str, Mapping[str, Any]]:
    """Something that should be put right."""
    return Colour.YELLOW, code, facts
