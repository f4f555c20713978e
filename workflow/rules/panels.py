"""Deals entries and judges into panels by a draw that anybody with the seed can repeat."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from workflow.rules.draws import order
from workflow.rules.edition import CompetitionRules
from workflow.rules.verdict import Verdict, met, not_met
from workflow.vocabulary import ROTATING_SEAT

_ONE_PANEL = 1
_LARGEST_PANEL = 15  # entries that one panel scores
_DEALS = 50  # how often judges are dealt anew before a stake is found to stand in the way

Barred = Mapping[str, Collection[str]]
"""Judges who have a stake in an entry, by entry."""


@dataclass(frozen=True, slots=True)
class Deal:
    """The panel of each judge (0 sits in all), the panel and the place in the running order of each entry.

    `left_over` are entries for which no panel without a stake was found; then nobody is seated.
    """

    judges: dict[str, int]
    entries: dict[str, int]
    running_order: list[str]
    left_over: list[str]


def panels_for(entries: int) -> int:
    """How many panels score so many entries: one up to fifteen."""
    return max(1, ceil(entries / _LARGEST_PANEL))


def are_enough(entries: int, judges: int, rules: CompetitionRules) -> Verdict:
    """Whether so many judges make panels of equal size within the bounds, one of them sitting in all."""
    panels = panels_for(entries)
    if panels == 1:
        bounds = {"minimum": rules.minimum_judges, "maximum": rules.maximum_judges}
        is_enough = rules.minimum_judges <= judges <= rules.maximum_judges
        return met("enough_judges") if is_enough else not_met("wrong_number_of_judges", **bounds)
    numbers = [1 + panels * size for size in range(rules.minimum_judges - 1, rules.maximum_judges)]
    if judges in numbers:
        return met("enough_judges")
    return not_met("judges_for_equal_panels", panels=panels, numbers=numbers)


def deal(seed: str, *, entries: Sequence[str], judges: Sequence[str], barred: Barred) -> Deal:
    """Who scores whom; an entry comes before a panel in which nobody has a stake in it."""
    panels = panels_for(len(entries))
    running_order = order(seed, entries)
    if panels == 1:
        left_over = [entry for entry in running_order if set(barred.get(entry, ())) & set(judges)]
        return Deal(
            dict.fromkeys(judges, _ONE_PANEL), dict.fromkeys(entries, _ONE_PANEL), running_order, left_over
        )
    for number in range(_DEALS):
        found = _deal_once(f"{seed}/{number}", running_order, judges, barred, panels)
        if not found.left_over:
            break
    return found


def _deal_once(
    seed: str, running_order: list[str], judges: Sequence[str], barred: Barred, panels: int
) -> Deal:
    drawn = order(seed, judges)
    with_a_stake = {judge for held in barred.values() for judge in held}
    free = [judge for judge in drawn if judge not in with_a_stake]
    rotating = free[0] if free else drawn[0]
    others = [judge for judge in drawn if judge != rotating]
    seats = {judge: index % panels + 1 for index, judge in enumerate(others)} | {rotating: ROTATING_SEAT}
    closed = {
        entry: {seats[judge] for judge in barred.get(entry, ()) if judge in seats} for entry in running_order
    }
    room = {panel: len(running_order[panel - 1 :: panels]) for panel in range(1, panels + 1)}
    placed = _place(running_order, closed, room)
    left_over = [entry for entry in running_order if entry not in placed or ROTATING_SEAT in closed[entry]]
    return Deal(seats, placed, running_order, left_over)


def _place(entries: list[str], closed: Mapping[str, set[int]], room: Mapping[int, int]) -> dict[str, int]:
    """A panel for as many entries as possible, moving others out of the way (augmenting paths)."""
    held: dict[int, list[str]] = {panel: [] for panel in room}

    def find(entry: str, tried: set[int]) -> bool:
        for panel in sorted(room, key=lambda panel: (len(held[panel]) - room[panel], panel)):
            if panel in closed[entry] or panel in tried:
                continue
            tried.add(panel)
            if len(held[panel]) < room[panel]:
                held[panel].append(entry)
                return True
            for other in list(held[panel]):
                if find(other, tried):
                    held[panel][held[panel].index(other)] = entry
                    return True
        return False

    for entry in entries:
        find(entry, set())
    return {entry: panel for panel, placed in held.items() for entry in placed}
