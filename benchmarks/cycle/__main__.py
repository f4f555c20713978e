"""`python -m benchmarks.cycle`: drives a whole promotion cycle over HTTP and accounts for everything."""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.cycle.accounting import unaccounted
from benchmarks.cycle.edges import gone_by, not_driven
from benchmarks.cycle.journey import run_cycle
from benchmarks.cycle.repertoire import SMALL, STORIES
from benchmarks.cycle.report import table

_KILLS = 12


def main() -> int:
    """Run the cycle, print its table; 1 if anything is unaccounted for, or an edge was not gone by."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cycle", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--small", action="store_true", help="a handful of cases, whatever edges they miss")
    parser.add_argument("--kill", action="store_true", help="kill -9 the server now and then")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="jinsheng-cycle-"))
    print(f"database, clock and the server's log: {folder}", flush=True)
    stories = SMALL if given.small else STORIES
    cycle = run_cycle(given.database, folder, stories, kills=_KILLS if given.kill else 0)
    problems = unaccounted(cycle)
    if not given.small:
        problems += not_driven(gone_by(cycle.company.engine))
    print(table(cycle, problems))
    cycle.company.engine.dispose()
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
