"""How large a committee may be, so that its votes come to a result, and how many seats are taken."""

from collections.abc import Sequence
from datetime import date

from workflow.rules.verdict import Verdict, met, not_met

SMALLEST = 3


def size_fits(size: int, *, allows_thirds: bool) -> Verdict:
    """Whether a body of so many full seats may be appointed: at least three, odd, no multiple of three.

    An odd size makes a tie rare; at a multiple of three two thirds are no clear majority. A body that
    `allows_thirds` has said that it can live with the latter.
    """
    if size < SMALLEST or size % 2 == 0:
        return not_met("committee_seats", seats=size)
    if size % 3 == 0 and not allows_thirds:
        return not_met("seats_in_thirds", seats=size)
    return met("size_fits", seats=size)


def most_at_once(terms: Sequence[tuple[date, date]]) -> int:
    """The most seats that are taken on one day, by terms of office given as first and last day."""
    return max((sum(first <= day <= last for first, last in terms) for day, _ in terms), default=0)
