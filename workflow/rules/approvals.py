"""Who really signs in a seat of an approval chain, and when a group of seats has said yes or no."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

from workflow.vocabulary import StepState

# Seats in these states leave a chain unsigned.
UNSIGNED = frozenset({StepState.WAITING, StepState.OPEN, StepState.RETURNED})
MOST_ADDED = 3  # signers that one seat may ask to sign first
_UNCOUNTED = frozenset({StepState.NOT_NEEDED, StepState.ADVISED_AGAINST})


class Standing(StrEnum):
    """What the seats of a group have said so far."""

    OPEN = auto()
    SIGNED = auto()
    REFUSED = auto()


class Fate(StrEnum):
    """What becomes of a seat when its group is asked."""

    ASKED = auto()
    ASKED_OF_HR = auto()
    SIGNED_BY_NOMINATING = auto()
    LEFT_OUT = auto()


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


def standing(states: Sequence[StepState], need: int) -> Standing:
    """Signed once `need` seats have signed; refused only when that number can no longer be reached.

    Seats that are left out and advice do not count: where fewer seats remain, all that remain must sign.
    """
    counted = [state for state in states if state not in _UNCOUNTED]
    needed = min(need, len(counted))
    if counted.count(StepState.SIGNED) >= needed:
        return Standing.SIGNED
    can_still_sign = len(counted) - counted.count(StepState.DECLINED)
    return Standing.OPEN if can_still_sign >= needed else Standing.REFUSED


def obstacle_to_adding(already: int, *, is_added: bool) -> str | None:
    """What keeps a seat from asking for another signature, as a reason; None if nothing does.

    A seat may ask so often and no more, or the case would never go on; whoever was asked asks nobody else.
    """
    if is_added:
        return "added_signer_adds_nobody"
    return "too_many_signers" if already >= MOST_ADDED else None


def fates(
    people: Sequence[int | None],
    *,
    elsewhere: Collection[int | None],
    nominator: int | None,
    is_last: bool,
) -> list[Fate]:
    """Who of a group is asked; None stands for HR, `elsewhere` for those who sign in another group.

    Whoever sits twice signs once, at the later seat. A nominator has signed by nominating, but never in the
    last group: where nobody else is left there, HR signs.
    """
    found = []
    for index, person in enumerate(people):
        if person in people[index + 1 :] or person in elsewhere:
            found.append(Fate.LEFT_OUT)
        elif person is not None and person == nominator:
            found.append(Fate.LEFT_OUT if is_last else Fate.SIGNED_BY_NOMINATING)
        else:
            found.append(Fate.ASKED)
    if is_last and people and Fate.ASKED not in found:
        found[-1] = Fate.ASKED_OF_HR
    return found


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
