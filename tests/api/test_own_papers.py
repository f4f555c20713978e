"""One's own ballot, form and sheet: whoever reads them gets the tag that changes them, done or not."""

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, answers, raters
from tests.company import MEMBERS, Company
from tests.workflow.contests import three_judged_entries
from tests.workflow.test_agenda import two_before_the_committee
from tests.workflow.votes import NO, cast, recuse, voting_case
from workflow.vocabulary import Stage

SCORES = {"expertise": 4.5, "plan_for_the_post": 3}


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def tag(calls: Calls, by: str, path: str) -> str | None:
    return calls.raw(by, "GET", path).headers.get("ETag")


def test_a_ballot_is_changed_by_the_tag_of_the_vote(company: Company, calls: Calls) -> None:
    (case,) = voting_case(company)
    for choice in ("yes", "no"):
        seen = tag(calls, "M2", f"/cases/{case}/vote")
        calls.put("M2", f"/cases/{case}/ballot", seen=seen, choice=choice, status=204)
    assert [tag(calls, reader, f"/cases/{case}/vote") for reader in ("H1", "A1")] == [None, None]


def test_a_member_alone_reads_the_own_ballot_and_nobody_once_the_vote_is_closed(
    company: Company, calls: Calls
) -> None:
    (case,) = voting_case(company)
    path = f"/cases/{case}/ballot"
    calls.get("M2", path, status=404)
    calls.put("M2", path, choice="no", reason="Too early.", status=204)
    mine = calls.get("M2", path)
    assert (mine["choice"], mine["reason"]) == ("no", "Too early.")
    calls.put("M2", path, seen=tag(calls, "M2", path), choice="yes", status=204)
    calls.put("M3", path, choice="no", status=204)
    assert [calls.get(by, path)["choice"] for by in ("M2", "M3")] == ["yes", "no"]
    unseen = [(reader, 403) for reader in ("H1", "A1", "C", "L1")] + [("X1", 404), ("M4", 404)]
    for reader, status in unseen:
        calls.get(reader, path, status=status)
    cast(company, case, NO, "M1", *MEMBERS[3:])
    for reader in MEMBERS:
        calls.get(reader, path, status=404)


def test_a_ballot_is_not_read_back_once_its_time_is_over(company: Company, calls: Calls) -> None:
    (case,) = voting_case(company)
    calls.put("M2", f"/cases/{case}/ballot", choice="no", status=204)
    company.later(days=30)
    calls.get("M2", f"/cases/{case}/ballot", status=404)


def test_a_form_is_replaced_by_the_tag_of_the_form(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.REVIEW)
    rater = next(number for number in raters(company, case) if number.startswith("P"))
    for value in (3, 4):
        seen = tag(calls, rater, f"/cases/{case}/review/form")
        calls.put(rater, f"/cases/{case}/review/form", seen=seen, answers=answers(value), status=204)
    assert set(calls.get(rater, f"/cases/{case}/review/form")["answers"].values()) == {4}


def test_a_judge_alone_reads_and_replaces_the_own_sheet(company: Company, calls: Calls) -> None:
    contest, case, *_ = three_judged_entries(company)
    path = f"/competitions/{contest}/entries/{case}/sheet"
    empty = calls.get("J1", path)
    assert (empty["scores"], empty["is_open"], empty["is_doubted"]) == ({}, True, False)
    assert [one["key"] for one in empty["criteria"]] == list(SCORES)
    for scores in (dict.fromkeys(SCORES, 2), SCORES):
        calls.put("J1", path, seen=tag(calls, "J1", path), scores=scores, status=204)
    assert calls.get("J1", path)["scores"] == SCORES
    assert calls.get("J2", path)["scores"] == {}
    for reader, status in (("H1", 403), ("A1", 403), ("C", 403), ("X1", 404)):
        calls.get(reader, path, status=status)
    calls.get("J1", f"/competitions/{contest + 9}/entries/{case}/sheet", status=404)


def test_the_vote_says_whether_it_takes_reasons_and_who_comes_first(company: Company, calls: Calls) -> None:
    first, second = two_before_the_committee(company)
    told = calls.get("M2", f"/cases/{second}/vote")
    assert [one["case"] for one in told["better_placed"]] == [first]
    assert (told["committee_id"], told["takes_reasons"]) == (1, None)
    calls.post("M1", f"/cases/{first}/votes", status=201)
    opened = calls.get("M2", f"/cases/{first}/vote")
    assert (opened["better_placed"], opened["takes_reasons"]) == ([], True)
    recuse(company, first, "M4", "M5", "M6", "M7")
    assert calls.get("M2", f"/cases/{first}/vote")["takes_reasons"] is False
