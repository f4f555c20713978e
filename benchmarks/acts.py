"""`python -m benchmarks.acts`: a signature over HTTP, on PostgreSQL beside the same written by hand."""

import argparse
from collections.abc import Callable, Sequence
from itertools import cycle
from statistics import mean, median, quantiles

from flask import Flask

from api.access.signing_in import COOKIE_KEY
from benchmarks import by_hand, goals
from benchmarks.approvals import LATER, nominate
from benchmarks.drafts import fresh
from benchmarks.signing import SECRET, Signature, at_once, prepared, product, served, sign
from notifications.messages import announce
from workflow.store import Door

_ROUND = 50


def main() -> None:
    """Sign in turns with the product and by hand, then on eight lines at once, and print ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.acts", description=__doc__)
    parser.add_argument("--people", type=int, default=1470 * 4)
    parser.add_argument("--acts", type=int, default=1600)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="postgres")
    given = parser.parse_args()
    engine = fresh(given.database)
    door = Door(engine, announce=announce)
    waiting = nominate(door, people=given.people, cases=given.acts)
    url = engine.url.render_as_string(hide_password=False)
    if given.database == "sqlite":
        with served(product, url) as ours:
            _tell("eight at once on sqlite", at_once(ours, list(prepared(door, ours, waiting))), most=6)
        return
    with served(product, url) as ours, served(hand_written, url) as by_itself:
        acts = list(prepared(door, ours, waiting))
        first, acts = acts[: 8 * _ROUND], acts[8 * _ROUND :]
        for port, part in ((ours, first[::2]), (by_itself, first[1::2])):
            at_once(port, part)  # until every connection of either knows its statements, as after any morning
        print(f"{len(acts)} signatures wait")
        middle = len(acts) // 2
        _compare("alone", *_in_turns(sign, (ours, by_itself), acts[:middle], _ROUND))
        _compare("eight at once", *_in_turns(at_once, (ours, by_itself), acts[middle:], 4 * _ROUND))


def _in_turns(
    how: Callable[[int, Sequence[Signature]], list[float]],
    ports: tuple[int, int],
    acts: Sequence[Signature],
    size: int,
) -> list[list[float]]:
    """How long each act took at each port: a machine is not as fast a minute later."""
    times: dict[int, list[float]] = {port: [] for port in ports}
    for start, port in zip(range(0, len(acts), size), cycle(ports), strict=False):
        times[port] += how(port, acts[start : start + size])
    return list(times.values())


def hand_written(url: str) -> Flask:
    """The act alone, written by hand."""
    return by_hand.make(url.replace("+psycopg", ""), SECRET, COOKIE_KEY, LATER)


def _compare(how: str, ours: Sequence[float], by_itself: Sequence[float]) -> None:
    _tell(f"{how} on postgres", ours, most=3)
    print(f"{how}, by hand: {median(by_itself):.1f} ms, p99 {quantiles(by_itself, n=100)[-1]:.1f} ms")
    goals.at_least(0.5, f"an act, of the same by hand, {how} on postgres", mean(by_itself) / mean(ours))


def _tell(how: str, times: Sequence[float], *, most: float) -> None:
    middle, last = median(times), quantiles(times, n=100)[-1]
    print(f"{how}: {middle:.1f} ms, p99 {last:.1f} ms")
    goals.at_most(most, f"an act, p99 of p50, {how}", last / middle)


if __name__ == "__main__":
    main()
