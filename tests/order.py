"""The order in which tests are begun, so that no worker is left alone with a long one at the end."""

from collections.abc import Sequence
from itertools import chain, islice

import pytest


def slow_first(items: Sequence[pytest.Item], *, workers: int) -> list[pytest.Item]:
    """The tests in runs, one for each worker, with the slow ones dealt out to the heads of the runs.

    `--dist worksteal` hands every worker one run of neighbours; who is idle takes from another's tail.
    """
    slow = [item for item in items if item.get_closest_marker("slow")]
    others = iter([item for item in items if not item.get_closest_marker("slow")])
    runs: list[list[pytest.Item]] = [[] for _ in range(workers)]
    for position, item in enumerate(slow):
        # There and back, for neighbours are often one test on two databases, of which one takes longer.
        turn = position % (2 * workers)
        runs[min(turn, 2 * workers - 1 - turn)].append(item)
    left = len(items)
    for number, run in enumerate(runs):
        length = left // (workers - number)
        run.extend(islice(others, max(0, length - len(run))))
        left -= length
    return [*chain.from_iterable(runs), *others]
