"""Where a case can go from here, the way ahead first, and what must be true for each way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web.process_picture import WAY


@dataclass(frozen=True, slots=True)
class WayOn:
    """One way; it `leads` "ahead", "again" to the same stage, "back", or "aside" off the usual way."""

    to: str
    leads: str
    guards: list[dict[str, Any]]


def ways_on(case: Mapping[str, Any]) -> list[WayOn]:
    """The ways on from the stage of a case that ask anything, as far as its reader is told."""
    told = case["checklist"]
    if not told:
        return []
    by_name = {one["guard"]: one for one in told["guards"]}
    ways = [
        WayOn(move["to"], _leads(case["stage"], move["to"]), [by_name[name] for name in move["guards"]])
        for move in told["moves"]
    ]
    return sorted(ways, key=_nearest)


def _leads(origin: str, to: str) -> str:
    if to == origin:
        return "again"
    if to not in WAY:
        return "aside"
    return "ahead" if origin not in WAY or WAY.index(to) > WAY.index(origin) else "back"


def _nearest(way: WayOn) -> tuple[bool, int]:
    """Of two ways ahead the one of which more is true comes first."""
    return way.leads != "ahead", sum(one["answer"] == "not_met" for one in way.guards)
