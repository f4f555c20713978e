"""One line for each figure that has a goal; `python -m benchmarks` gathers them into a table."""

from collections.abc import Callable
from operator import ge, le

MARK = "| "


def at_most(bound: float, name: str, figure: float, unit: str = "") -> None:
    """Print a figure that should not be above its goal."""
    _tell(name, figure, "≤", bound, unit, le)


def at_least(bound: float, name: str, figure: float, unit: str = "") -> None:
    """Print a figure that should not be below its goal."""
    _tell(name, figure, "≥", bound, unit, ge)


def _tell(
    name: str, figure: float, sign: str, bound: float, unit: str, is_met: Callable[[float, float], bool]
) -> None:
    word = "met" if is_met(figure, bound) else "not met"
    print(
        f"{MARK}{name:<62} | {_short(figure)} {unit:<5} | {sign} {_short(bound)} {unit:<5} | {word:<7} |",
        flush=True,
    )


def _short(figure: float) -> str:
    return f"{figure:>8,.0f}" if figure >= 100 or figure == int(figure) else f"{figure:>8.2f}"
