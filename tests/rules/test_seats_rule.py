"""How many seats of a committee are taken at once, by the terms of those who hold them."""

from datetime import date, timedelta

from workflow.rules.seats import most_at_once

JANUARY = date(2026, 1, 1)


def term(first: int, last: int) -> tuple[date, date]:
    return JANUARY + timedelta(days=first), JANUARY + timedelta(days=last)


def test_no_term_takes_no_seat() -> None:
    assert most_at_once([]) == 0


def test_terms_one_after_the_other_take_one_seat() -> None:
    assert most_at_once([term(0, 9), term(10, 19), term(20, 29)]) == 1


def test_a_long_term_across_two_short_ones_takes_two_seats_and_not_three() -> None:
    assert most_at_once([term(0, 29), term(0, 9), term(10, 29)]) == 2


def test_the_last_day_is_part_of_the_term() -> None:
    assert most_at_once([term(0, 10), term(10, 20)]) == 2
