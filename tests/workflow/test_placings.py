"""The order of merit HR signs: ties at the cut with their reasons, and who goes where."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import (
    a_competition,
    decide_competition,
    judged_criteria,
    score_all,
    seat_judges,
)
from tests.company import JUDGES, Company
from tests.workflow.contests import (
    entry_of,
    hand_in,
    in_contest,
    places,
    put_forward,
    round_reached,
    stages,
)
from workflow import placings
from workflow.errors import Invalid
from workflow.journal import verify
from workflow.models import Entry, JournalEntry, JournalText
from workflow.placings import Ties
from workflow.vocabulary import Stage, TieOrder

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def judged(company: Company, *scores: float, seats: int = 1) -> tuple[int, list[int]]:
    contest = a_competition(company, seats=seats)
    made = put_forward(company, *(f"N{number}" for number in range(len(scores))))
    seat_judges(company, contest)
    score_all(company, contest, dict(zip(made, scores, strict=True)))
    return contest, made


def decide(company: Company, contest: int, **ties: Any) -> None:
    in_contest(company, contest, placings.decide, "H1", reason="By merit.", ties=Ties(**ties))


def perform(company: Company, contest: int, **values: float) -> None:
    """What the performance of entrants gave, as if it were on file."""
    with company.door.acting(now=company.now) as act:
        for entry in act.db.scalars(select(Entry).where(Entry.competition_id == contest)):
            number = company.number(company.case(entry.case_id).candidate_id)
            values_of = entry.build_up["values"] | {"performance": values[number]}
            entry.build_up = entry.build_up | {"values": values_of}


def test_a_tie_at_the_cut_is_signed_with_a_reason_for_each(company: Company) -> None:
    contest, made = judged(company, 4, 4, 3)
    with pytest.raises(Invalid) as refused:
        decide(company, contest)
    assert refused.value.facts == {"reason": "tie_reasons_missing", "cases": made[:2]}
    with pytest.raises(Invalid, match="tie_reasons_missing"):
        decide(company, contest, reasons={made[0]: "Better plan.", made[1]: " "})
    decide(company, contest, reasons={made[0]: "Equal.", made[1]: "Equal."})
    assert stages(company, made) == [Stage.COMMITTEE, Stage.COMMITTEE, Stage.RESERVE]


def test_the_reason_is_kept_with_the_entry_and_in_the_journal(company: Company) -> None:
    contest, made = judged(company, 4, 4)
    decide(company, contest, reasons=dict.fromkeys(made, "Equal in every respect."))
    assert entry_of(company, made[0]).tie_reason == "Equal in every respect."
    with company.reading() as db:
        texts = select(JournalText.text).join(JournalEntry, JournalEntry.id == JournalText.entry_id)
        placed = texts.where(JournalEntry.action == "competition_placed")
        assert set(db.scalars(placed)) == {"Equal in every respect."}
        assert list(verify(db)) == []


def test_a_reason_for_somebody_outside_the_band_is_refused(company: Company) -> None:
    contest, made = judged(company, 5, 3)
    with pytest.raises(Invalid, match="not_in_the_tie_band"):
        decide(company, contest, reasons={made[1]: "No tie."})


def test_inside_the_band_hr_may_order_by_the_secondary_criteria(company: Company) -> None:
    contest, made = judged(company, 4, 4, 4)
    perform(company, contest, N0=60, N1=80, N2=70)
    decide(company, contest, order=TieOrder.SECONDARY, reasons=dict.fromkeys(made, "By performance."))
    assert places(company, contest) == [3, 1, 2]
    assert stages(company, made) == [Stage.RESERVE, Stage.COMMITTEE, Stage.RESERVE]
    assert entry_of(company, made[1]).separated_by == "performance"


def test_whom_nothing_separates_goes_on_together(company: Company) -> None:
    contest, made = judged(company, 4, 4, 4)
    perform(company, contest, N0=60, N1=80, N2=80)
    decide(company, contest, order=TieOrder.SECONDARY, reasons=dict.fromkeys(made, "By performance."))
    assert places(company, contest) == [3, 1, 1]
    assert stages(company, made) == [Stage.RESERVE, Stage.COMMITTEE, Stage.COMMITTEE]


def test_all_scores_equal_sends_all_to_the_committee(company: Company) -> None:
    contest, made = judged(company, 4, 4, 4)
    decide_competition(company, contest)
    assert stages(company, made) == [Stage.COMMITTEE] * 3


def test_whoever_is_below_the_floor_takes_no_place_from_the_others(company: Company) -> None:
    contest, made = judged(company, 2, 4, 3.5)
    decide_competition(company, contest)
    assert places(company, contest) == [None, 1, 2]
    assert stages(company, made) == [Stage.DECLINED, Stage.COMMITTEE, Stage.RESERVE]


def test_judges_who_differ_make_a_band_around_the_cut(company: Company) -> None:
    contest = a_competition(company)
    made = put_forward(company, "N0", "N1")
    seat_judges(company, contest)
    marks = {"J1": (5, 3.2), "J2": (3, 4.6), "J3": (4, 4)}
    for _ in range(2):
        for judge in JUDGES:
            for case, mark in zip(made, marks[judge], strict=True):
                hand_in_all_equal(company, contest, judge, case, mark)
    assert [entry_of(company, case).is_tied for case in made] == [True, True]


def hand_in_all_equal(company: Company, contest: int, judge: str, case: int, mark: float) -> None:
    asked = judged_criteria(round_reached(company, contest))
    hand_in(company, contest, judge, case, **dict.fromkeys(asked, mark))
