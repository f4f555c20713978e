"""What everybody in the company may read of an edition, as plain data: ladders, posts, criteria, rules."""

import dataclasses
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any, cast

from workflow.rules.edition import Edition, StepRules
from workflow.vocabulary import Level, Track


def describe(edition: Edition) -> dict[str, Any]:
    """The edition with one ladder per track, lowest level first; shares are written as "2/3"."""
    parts = {part.name: getattr(edition, part.name) for part in dataclasses.fields(edition)}
    del parts["steps"]
    ladders = [_ladder(edition, track) for track in Track]
    return {**_plain(parts), "ladders": ladders}


def describe_step(step: StepRules | None) -> dict[str, Any] | None:
    """Everything an edition says of one step."""
    return cast(dict[str, Any] | None, _plain(step))


def _ladder(edition: Edition, track: Track) -> dict[str, Any]:
    return {"track": track.value, "levels": [_rung(edition, track, level) for level in Level]}


def _rung(edition: Edition, track: Track, level: Level) -> dict[str, Any]:
    """One level: who can hold what there, and the step that leads to it, None where none does."""
    posts = [post.key for post in edition.posts_at(track, level)]
    return {"level": level.value, "posts": posts, "step": describe_step(edition.step(track, level))}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {part.name: _plain(getattr(value, part.name)) for part in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return _word(value)


def _word(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return value.isoformat() if isinstance(value, date) else value
