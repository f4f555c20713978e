"""Who really signs a step of an approval chain when the named person cannot."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Superior:
    """Somebody who could sign, with what stands against it."""

    person: int
    is_active: bool
    has_conflict: bool = False


@dataclass(frozen=True, slots=True)
class Resolution:
    """The person who signs, or None when the step falls to HR; `passed` says who was skipped and why."""

    person: int | None
    passed: tuple[tuple[int, str], ...]


def resolve(first: Superior | None, above: Sequence[Superior], *, candidate: int) -> Resolution:
    """Take the named person if he can sign, else the next active superior without a conflict.

    `above` are the superiors of the candidate, nearest first. Above the top the step falls to HR.
    """
    passed: list[tuple[int, str]] = []
    for superior in _in_order(first, above):
        reason = _obstacle(superior, candidate)
        if reason is None:
            return Resolution(superior.person, tuple(passed))
        passed.append((superior.person, reason))
    return Resolution(None, tuple(passed))


def _in_order(first: Superior | None, above: Sequence[Superior]) -> list[Superior]:
    if first is None:
        return list(above)
    people = [superior.person for superior in above]
    # Somebody in the line is followed by those above him; a head outside it by the whole line.
    after = above[people.index(first.person) + 1 :] if first.person in people else above
    return [first, *after]


def _obstacle(superior: Superior, candidate: int) -> str | None:
    if superior.person == candidate:
        return "candidate"
    if not superior.is_active:
        return "left"
    return "conflict" if superior.has_conflict else None
