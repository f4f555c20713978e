"""Nothing a case shows tells how its review or its vote goes before the outcome is released."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, answers, fill_in_all, raters, vote
from tests.company import MEMBERS, Company
from tests.workflow.votes import TIED, recuse
from workflow import committees
from workflow.models import JournalEntry
from workflow.vocabulary import Choice, Stage

OUTSIDE = ("C", "L1")


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def told(calls: Calls, case: int) -> list[Any]:
    """What the candidate and his manager see in the case and in the list, but what they can do themselves."""
    calls.clients.clear()
    lists = [calls.get(reader, "/cases") for reader in OUTSIDE]
    return lists + [
        {**calls.get(reader, f"/cases/{case}"), "acts": None, "tasks": None} for reader in OUTSIDE
    ]


def test_the_close_of_a_review_that_does_not_go_on_shows_nowhere(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.REVIEW)
    before = told(calls, case)
    fill_in_all(company, case, value=1)
    assert calls.inbox("H1", "write_decision")
    assert told(calls, case) == before


@pytest.mark.parametrize("choices", [TIED, (Choice.NO,) * 7])
def test_no_step_of_a_vote_shows(company: Company, calls: Calls, choices: tuple[Choice, ...]) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    before = told(calls, case)
    recuse(company, case, "M7", "M6")
    company.do(committees.open_ballot, case, "M1")
    assert told(calls, case) == before
    recuse(company, case, "M5", "M4")
    vote(company, case, *choices[1:4])
    assert told(calls, case) == before
    company.later(days=30)
    company.do(committees.close_due, case)
    assert told(calls, case) == before


def test_why_a_vote_is_stuck_is_told_to_those_who_see_the_tally(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    recuse(company, case, *MEMBERS)
    for reader, reason in (("C", "hr_is_looking"), ("L1", "hr_is_looking"), ("H1", "everybody_recused")):
        seen, (line,) = calls.get(reader, f"/cases/{case}"), calls.get(reader, "/cases")["items"]
        assert {seen["stuck_reason"], line["stuck_reason"]} == {reason}
        assert set(seen["stuck_messages"]) == set(line["stuck_messages"]) == {"en", "zh_Hans"}
    stuck = [calls.get(reader, f"/cases/{case}/timeline")["items"][-1] for reader in ("C", "H1")]
    assert [line["action"] for line in stuck] == ["case_stuck", "case_stuck"]
    assert [line["facts"] for line in stuck] == [{}, {"reason": "everybody_recused"}]
    kinds = [calls.get(reader, f"/cases/{case}")["holders"][0]["kind"] for reader in ("C", "H1")]
    assert kinds == [None, "unblock"]


def test_lines_of_a_timeline_are_counted_without_gaps(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOTICE)
    for reader in ("C", "H1", "A1"):
        lines = calls.get(reader, f"/cases/{case}")["timeline"]
        assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
        assert not any("sequence" in line for line in lines)


@pytest.mark.parametrize("stage", [Stage.REVIEW, Stage.COMMITTEE])
def test_what_the_last_form_or_ballot_sets_off_names_nobody(
    company: Company, calls: Calls, stage: Stage
) -> None:
    case = a_case(company, at=stage)
    if stage is Stage.COMMITTEE:
        calls.post("M1", f"/cases/{case}/votes", status=201)
        for member in MEMBERS:
            calls.put(member, f"/cases/{case}/ballot", choice="yes", status=204)
    for rater in raters(company, case):
        calls.put(rater, f"/cases/{case}/review/form", answers=answers(), status=204)
    closing = {"review_closed", "vote_closed", "stage_entered", "committee_convened"}
    with company.reading() as db:
        query = select(JournalEntry).where(JournalEntry.case_id == case)
        written = db.scalars(query.order_by(JournalEntry.sequence)).all()
    closed = next(index for index, entry in enumerate(written) if entry.action == _CLOSE[stage])
    after = [entry for entry in written[closed:] if entry.action in closing]
    assert {(entry.actor_id, entry.request_id) for entry in after} == {(None, None)}


_CLOSE = {Stage.REVIEW: "review_closed", Stage.COMMITTEE: "vote_closed"}


def test_a_decision_stands_before_what_follows_from_it(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.COMPLETED)
    actions = [line["action"] for line in calls.get("C", f"/cases/{case}")["timeline"]]
    for decision in ("decision_recorded", "mentoring_confirmed"):
        assert actions[actions.index(decision) + 1] == "stage_entered"


def test_a_refusal_stands_before_the_end_of_the_case(company: Company, calls: Calls) -> None:
    refused, short = a_case(company, at=Stage.NOMINATED), a_case(company, at=Stage.REVIEW, candidate="P1")
    calls.post("D1", f"/cases/{refused}/approvals", decision="decline", reason="Too early.")
    fill_in_all(company, short, value=1)
    calls.post("H1", f"/cases/{short}/shortfall", text="Below the floor.")
    for case in (refused, short):
        actions = [line["action"] for line in calls.get("H1", f"/cases/{case}")["timeline"]]
        assert actions[-3:] == ["case_declined", "stage_entered", "letter_written"]


def test_whoever_must_wait_for_the_release_is_told_so(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    for part in ("review", "vote"):
        refused = calls.get("C", f"/cases/{case}/{part}", status=403)
        assert refused["code"] == "part_not_released"
        assert refused["messages"]["en"] == "These results are shown once the decision is released."


def test_the_form_of_the_candidate_tells_that_it_does_not_count(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.REVIEW)
    assert "C" in raters(company, case)
    audience = calls.get("C", f"/cases/{case}/review/form")["audience"]
    assert "weight is 0" in audience["en"]
    assert "权重为0" in audience["zh_Hans"]
