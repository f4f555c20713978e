"""`python -m benchmarks.growth`: an act, an inbox and a case among 3,000,000 cases, beside 60,000."""

import argparse
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from http.client import HTTPConnection
from statistics import median
from time import perf_counter

from benchmarks import goals, past
from benchmarks.approvals import nominate
from benchmarks.drafts import fresh
from benchmarks.signing import Signature, prepared, product, served, sign
from notifications.messages import announce
from workflow.store import Door

_SIZES = {"small": (60_000, 1_000), "large": (3_000_000, 1_000_000)}
_ROUND = 20
Times = dict[str, list[float]]
"""Of the smaller one first."""


def main() -> None:
    """Fill two companies, then sign and read in turns in one and the other, and print ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--acts", type=int, default=300)
    parser.add_argument("--part", type=int, default=1, help="of the cases of the large one: one in so many")
    given = parser.parse_args()
    with ExitStack() as stack:
        companies = {}
        for name, (cases, open_tasks) in _SIZES.items():
            part = given.part if name == "large" else 1
            begun = perf_counter()
            companies[name] = _company(
                stack, given.database, name, cases // part, open_tasks // part, given.acts
            )
            print(f"{name}: {cases // part:,} cases on {given.database}, in {perf_counter() - begun:.0f} s")
        on = given.database
        tell(1.2, f"an act among 3 M cases, of 60 k, {on}", in_turns(companies, sign))
        tell(1.5, f"an inbox among 1 M open tasks, of 1 k, {on}", in_turns(companies, _reading("/inbox")))
        tell(1.2, f"a case among 3 M, of 60 k, {on}", in_turns(companies, _reading("/cases/{}")))


def _company(
    stack: ExitStack, database: str, name: str, cases: int, open_tasks: int, acts: int
) -> tuple[int, list[Signature]]:
    """The port of a process that serves it, and what waits for a signature."""
    engine = fresh(database, name)
    door = Door(engine, announce=announce)
    waiting = nominate(
        door, people=1470, cases=acts, meanwhile=lambda: past.fill(engine, cases=cases, open_tasks=open_tasks)
    )
    port = stack.enter_context(served(product, engine.url.render_as_string(hide_password=False)))
    return port, list(prepared(door, port, waiting))


def in_turns(
    companies: dict[str, tuple[int, list[Signature]]], work: Callable[[int, Sequence[Signature]], list[float]]
) -> Times:
    """The work in one, then in the other, a little each time."""
    times: Times = {name: [] for name in companies}
    for start in range(0, min(len(acts) for _, acts in companies.values()), _ROUND):
        for name, (port, acts) in companies.items():
            times[name] += work(port, acts[start : start + _ROUND])
    return times


def _reading(path: str) -> Callable[[int, Sequence[Signature]], list[float]]:
    def read(port: int, acts: Sequence[Signature]) -> list[float]:
        line = HTTPConnection("127.0.0.1", port)
        times = []
        for one in acts:
            begun = perf_counter()
            line.request("GET", path.format(one.case_id), headers={"Cookie": one.cookie})
            answer = line.getresponse()
            answer.read()
            times.append((perf_counter() - begun) * 1000)
            assert answer.status == 200, answer.status
        return times

    return read


def tell(most: float, what: str, times: Times) -> None:
    """Print what it takes in the large one, as a multiple of what it takes in the small one."""
    small, large = (median(taken) for taken in times.values())
    print(f"{what}: {large:.1f} ms of {small:.1f} ms")
    goals.at_most(most, what, large / small)


if __name__ == "__main__":
    main()
