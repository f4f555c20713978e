"""`python -m benchmarks.cluster`: a whole cycle on two web, two clocks and two workers, killed at random."""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.cluster.cluster import Cluster
from benchmarks.cluster.outcome import outcome, too_many_repeats
from benchmarks.cycle.accounting import unaccounted
from benchmarks.cycle.edges import gone_by, not_driven
from benchmarks.cycle.journey import run_cycle
from benchmarks.cycle.repertoire import SMALL, STORIES
from benchmarks.cycle.report import table


def main() -> int:
    """Run the cycle, print its table; 1 if anything is unaccounted for or came too often."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cluster", description=__doc__)
    parser.add_argument("--small", action="store_true", help="a handful of cases, whatever edges they miss")
    parser.add_argument("--every", type=float, default=4.0, help="seconds between two kills; 0 kills nobody")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="jinsheng-cluster-"))
    print(f"database, clock and logs: {folder}", flush=True)

    def cluster(folder: Path, environment: dict[str, str]) -> Cluster:
        return Cluster(folder, environment, every=given.every)

    cycle = run_cycle("postgres", folder, SMALL if given.small else STORIES, server=cluster)
    problems = unaccounted(cycle) + too_many_repeats(cycle)
    if not given.small:
        problems += not_driven(gone_by(cycle.company.engine))
    print(table(cycle, problems))
    print(outcome(cycle))
    cycle.company.engine.dispose()
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
