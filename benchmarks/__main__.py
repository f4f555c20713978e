"""`make bench`: every benchmark in turn, and at the end a table of what has a goal."""

import subprocess
import sys
from time import perf_counter

from benchmarks.goals import MARK

_RUNS = (
    "sweep --database sqlite",
    "sweep --database postgres",
    "acts --database sqlite",
    "acts --database postgres",
    "growth --database sqlite",
    "growth --database postgres",
    "history --database sqlite",
    "history --database postgres",
    "meanwhile --database sqlite",
    "meanwhile --database postgres",
    "delivery --database sqlite",
    "delivery --database postgres",
    "pages",
    "drafts",
    "fairness",
    "start",
)


def main() -> None:
    """Run them, print what they print as it comes, and fail where one of them breaks down."""
    begun, lines, broken = perf_counter(), list[str](), list[str]()
    for run in _RUNS:
        print(f"\n{run}", flush=True)
        name, *options = run.split()
        command = [sys.executable, "-m", f"benchmarks.{name}", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout or ():
                print(line, end="", flush=True)
                if line.startswith(MARK):
                    lines.append(line)
        if process.returncode:
            broken.append(run)
    print(f"\nin {(perf_counter() - begun) / 60:.0f} minutes\n")
    print("".join(lines))
    if broken:
        sys.exit(f"broke down: {', '.join(broken)}")


if __name__ == "__main__":
    main()
