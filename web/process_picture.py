"""The picture of a case on its way: the stages it has been through, where it stands, and what comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.vocabulary import ENDS, Stage

WAY = ("draft", "nominated", "review", "competition", "committee", "notice", "mentoring", "completed")


@dataclass(frozen=True, slots=True)
class Stop:
    """One stage in the picture; `state` is "past", "now", "skipped", "ended" or "ahead"."""

    stage: str
    state: str


def road(case: Mapping[str, Any]) -> list[Stop]:
    """The stages of a case in order; a stage it went past without entering it is skipped.

    They are told by `stages`, or by the timeline. Where the reader sees neither, only the present stage is
    sure, and those before count as past.
    """
    stage = case["stage"]
    seen = _entered(case)
    is_over = Stage(stage) in ENDS
    last = _last(stage, seen)
    stops = [Stop(one, _state(one, place, last, stage, seen)) for place, one in enumerate(WAY)]
    if stage in WAY:
        return stops
    kept = [stop for stop in stops if stop.state in ("past", "skipped")] if is_over else stops
    here = Stop(stage, "ended" if is_over else "now")
    return [*kept[: last + 1], here, *(kept[last + 1 :] if not is_over else [])]


def _entered(case: Mapping[str, Any]) -> frozenset[str] | None:
    if "stages" in case:
        return frozenset(case["stages"])
    timeline = case["timeline"]
    if not timeline:
        return None
    moves = [one["facts"] for one in timeline if one["action"] == "stage_entered"]
    return frozenset({move["to"] for move in moves} | {move["from"] for move in moves} | {case["stage"]})


def _last(stage: str, seen: frozenset[str] | None) -> int:
    """The place of the furthest stage on the way that the case has reached."""
    if stage in WAY:
        return WAY.index(stage)
    known = [place for place, one in enumerate(WAY) if seen and one in seen]
    return max(known, default=0)


def _state(one: str, place: int, last: int, stage: str, seen: frozenset[str] | None) -> str:
    if one == stage:
        return "now" if one != "completed" else "ended"
    if place > last:
        return "ahead"
    return "past" if seen is None or one in seen or one == "draft" else "skipped"
