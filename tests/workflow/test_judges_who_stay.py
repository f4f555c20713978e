"""Nobody takes a seat, and sealed sheets, from a judge who is there, in time and without a stake."""

import pytest

from tests.builders import seat_judges
from tests.company import JUDGES, Company
from tests.workflow.contests import hand_in, in_contest, round_reached, rows, three_entries
from workflow import vacancies
from workflow.errors import JudgeNotMissing
from workflow.models import Employee, SealedScore

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def judged(company: Company) -> tuple[int, list[int]]:
    contest, *entrants = three_entries(company)
    seat_judges(company, contest)
    return contest, entrants


def replace(company: Company, contest: int, old: str, new: str = "T1") -> None:
    with company.reading() as db:
        people = [db.get_one(Employee, company.ids[number]) for number in (old, new)]
    in_contest(company, contest, vacancies.replace_judge, "H1", old=people[0], new=people[1])


@pytest.mark.parametrize("sheets", [0, 1, 3])
def test_a_judge_in_time_is_not_replaced_however_much_he_has_written(company: Company, sheets: int) -> None:
    contest, entrants = judged(company)
    for case_id in entrants[:sheets]:
        hand_in(company, contest, "J1", case_id)
    with pytest.raises(JudgeNotMissing) as refused:
        replace(company, contest, "J1")
    assert refused.value.facts["person"] == "J1"
    assert rows(company, SealedScore) == [sheets]


@pytest.mark.parametrize("is_late", [False, True])
def test_whoever_has_written_every_sheet_keeps_the_seat_gone_or_late(company: Company, is_late: bool) -> None:
    contest, entrants = judged(company)
    for case_id in entrants:
        hand_in(company, contest, "J1", case_id)
    if is_late:
        company.later(days=60)
    else:
        company.leaves("J1")
    with pytest.raises(JudgeNotMissing):
        replace(company, contest, "J1")
    for judge in JUDGES[1:]:
        for case_id in entrants:
            hand_in(company, contest, judge, case_id)
    assert round_reached(company, contest) == 2


@pytest.mark.parametrize("cause", ["gone", "late", "stake"])
def test_whoever_is_missing_or_has_a_stake_is_replaced_at_once_before_any_clock(
    company: Company, cause: str
) -> None:
    contest, entrants = judged(company)
    hand_in(company, contest, "J1", entrants[0])
    if cause == "gone":
        company.leaves("J1")
    elif cause == "late":
        company.later(days=60)
    else:
        with company.door.acting(now=company.now) as act:
            act.db.get_one(Employee, company.ids["C"]).manager_id = company.ids["J1"]
    replace(company, contest, "J1")
    for judge in ("T1", *JUDGES[1:]):
        for case_id in entrants:
            hand_in(company, contest, judge, case_id)
    assert round_reached(company, contest) == 2
