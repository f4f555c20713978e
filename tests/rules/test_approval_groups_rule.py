"""When a group of seats has said yes or no, and who of it is asked at all."""

from itertools import product

import pytest

from workflow.rules.approvals import Fate, Standing, fates, standing
from workflow.vocabulary import StepState

YES, NO, OPEN = StepState.SIGNED, StepState.DECLINED, StepState.OPEN
ADVICE, SPARED = StepState.ADVISED_AGAINST, StepState.NOT_NEEDED
ASKED, LEFT_OUT = Fate.ASKED, Fate.LEFT_OUT
BY_NOMINATING, OF_HR = Fate.SIGNED_BY_NOMINATING, Fate.ASKED_OF_HR
HR = None


@pytest.mark.parametrize(
    ("states", "need", "expected"),
    [
        # one after the other: a group of one
        ((OPEN,), 1, Standing.OPEN),
        ((YES,), 1, Standing.SIGNED),
        ((NO,), 1, Standing.REFUSED),
        # all
        ((YES, OPEN), 2, Standing.OPEN),
        ((YES, YES), 2, Standing.SIGNED),
        ((NO, OPEN), 2, Standing.REFUSED),
        ((YES, NO), 2, Standing.REFUSED),
        # any
        ((YES, OPEN), 1, Standing.SIGNED),
        ((NO, OPEN), 1, Standing.OPEN),
        ((NO, YES), 1, Standing.SIGNED),
        ((NO, NO), 1, Standing.REFUSED),
        # two of three
        ((YES, OPEN, OPEN), 2, Standing.OPEN),
        ((YES, YES, OPEN), 2, Standing.SIGNED),
        ((NO, OPEN, OPEN), 2, Standing.OPEN),
        ((NO, YES, OPEN), 2, Standing.OPEN),
        ((NO, YES, YES), 2, Standing.SIGNED),
        ((NO, NO, OPEN), 2, Standing.REFUSED),
        ((NO, NO, YES), 2, Standing.REFUSED),
        # advice does not count: the others must reach the number, or all of them must sign
        ((ADVICE,), 1, Standing.SIGNED),
        ((ADVICE, OPEN), 1, Standing.OPEN),
        ((ADVICE, OPEN), 2, Standing.OPEN),
        ((ADVICE, YES), 2, Standing.SIGNED),
        ((ADVICE, NO), 1, Standing.REFUSED),
        ((ADVICE, YES, OPEN), 2, Standing.OPEN),
        ((ADVICE, YES, NO), 2, Standing.REFUSED),
        # nor does a seat that is left out
        ((SPARED,), 1, Standing.SIGNED),
        ((SPARED, OPEN), 1, Standing.OPEN),
        ((SPARED, YES), 2, Standing.SIGNED),
    ],
)
def test_a_group_stands_as_its_signatures_say(
    states: tuple[StepState, ...], need: int, expected: Standing
) -> None:
    assert standing(states, need) is expected


@pytest.mark.parametrize("need", [1, 2, 3])
def test_the_order_of_the_seats_does_not_matter(need: int) -> None:
    for states in product((YES, NO, OPEN, ADVICE), repeat=3):
        assert standing(states, need) is standing(states[::-1], need)


@pytest.mark.parametrize("need", [1, 2, 3])
def test_what_is_settled_stays_so_whatever_the_open_seats_say(need: int) -> None:
    for states in product((YES, NO, OPEN), repeat=3):
        now = standing(states, need)
        if now is Standing.OPEN:
            continue
        for answer in (YES, NO):
            assert standing([answer if state is OPEN else state for state in states], need) is now


@pytest.mark.parametrize(
    ("people", "elsewhere", "nominator", "is_last", "expected"),
    [
        ([1], {2}, None, False, [ASKED]),
        ([HR], set(), None, True, [ASKED]),
        # one person in two seats signs once, at the later
        ([1], {1}, None, False, [LEFT_OUT]),
        ([1, 1], set(), None, True, [LEFT_OUT, ASKED]),
        ([HR], {HR}, None, False, [LEFT_OUT]),
        ([1, 2], {2}, None, False, [ASKED, LEFT_OUT]),
        # the nominator has signed by nominating, but is never the last
        ([1], {2}, 1, False, [BY_NOMINATING]),
        ([1, 2], {3}, 1, False, [BY_NOMINATING, ASKED]),
        ([1], set(), 1, True, [OF_HR]),
        ([1, HR], set(), 1, True, [LEFT_OUT, ASKED]),
        # whoever has signed already is not asked a second time; HR is, if nobody else is left
        ([1], {1}, None, True, [OF_HR]),
        ([1, 2], {1, 2}, None, True, [LEFT_OUT, OF_HR]),
    ],
)
def test_who_of_a_group_is_asked(
    people: list[int | None],
    elsewhere: set[int | None],
    nominator: int | None,
    is_last: bool,
    expected: list[Fate],
) -> None:
    assert fates(people, elsewhere=elsewhere, nominator=nominator, is_last=is_last) == expected


def test_the_last_group_always_asks_somebody_who_has_not_nominated() -> None:
    people: tuple[int | None, ...] = (1, 2, HR)
    for seats in product(people, repeat=3):
        for signed in ((), (1,), (1, 2)):
            found = fates(seats, elsewhere=signed, nominator=1, is_last=True)
            asked = [person for person, fate in zip(seats, found, strict=True) if fate is ASKED]
            assert asked or found[-1] is OF_HR
            assert 1 not in asked
