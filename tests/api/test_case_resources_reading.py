"""What readers of cases, checklists, timelines and tasks are told."""

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import (
    a_case,
    a_competition,
    a_contested_case,
    close_entries,
    fill_in_all,
    score_all,
    seat_judges,
)
from tests.company import Company
from tests.workflow.contests import put_forward
from workflow.vocabulary import Stage


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def test_cases_come_in_pages_newest_first(company: Company, calls: Calls) -> None:
    opened = [a_case(company, candidate=number) for number in ("C", "P1", "P2")]
    first = calls.get("H1", "/cases?limit=2")
    rest = calls.get("H1", f"/cases?limit=2&cursor={first['next']}")
    listed = [line["id"] for page in (first, rest) for line in page["items"]]
    assert (listed, rest["next"]) == (opened[::-1], None)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [("candidate=C", 1), ("candidate=P9", 0), ("stage=draft", 1), ("stage=nominated", 1), ("mine=true", 0)],
)
def test_filters_narrow_the_list(company: Company, calls: Calls, wanted: str, count: int) -> None:
    a_case(company, at=Stage.NOMINATED)
    a_case(company, candidate="P1")
    assert len(calls.get("H1", f"/cases?{wanted}")["items"]) == count


def test_a_candidate_lists_his_own_cases(company: Company, calls: Calls) -> None:
    case = a_case(company)
    assert [line["id"] for line in calls.get("C", "/cases?mine=true")["items"]] == [case]


def test_a_case_tells_who_holds_it_until_when_and_what_is_possible(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    told = calls.get("D1", f"/cases/{case}")
    assert told["acts"] == ["add_signer", "approve", "copy", "hand_over"]
    (holder,) = told["holders"]
    assert (holder["person"]["number"], holder["kind"]) == ("D1", "approve")
    assert told["due_at"] == holder["due_at"]
    assert calls.get("C", f"/cases/{case}")["acts"] == ["nudge", "object_to_rater", "withdraw"]


@pytest.mark.parametrize("reader", ["C", "H1", "M1"])
@pytest.mark.parametrize("stage", [Stage.NOMINATED, Stage.REVIEW, Stage.COMMITTEE, Stage.MENTORING])
def test_a_case_is_due_in_the_list_when_it_is_due_itself(
    company: Company, calls: Calls, stage: Stage, reader: str
) -> None:
    case = a_case(company, at=stage)
    due = [line["due_at"] for line in calls.get(reader, "/cases")["items"]]
    assert due in ([], [calls.get("C" if not due else reader, f"/cases/{case}")["due_at"]])


def test_hr_is_shown_the_ways_on_of_a_competition_and_of_a_stuck_case(company: Company, calls: Calls) -> None:
    case = a_contested_case(company)
    assert calls.get("H1", f"/cases/{case}")["acts"] == ["copy", "nudge", "retry", "withdraw"]
    contest = a_competition(company)
    (other,) = put_forward(company, "N1")
    assert calls.get("H1", f"/cases/{case}")["acts"] == ["copy", "withdraw"]
    close_entries(company, contest)
    calls.clients.clear()
    assert calls.get("H1", f"/cases/{case}")["acts"] == ["copy", "run_competition", "withdraw"]
    seat_judges(company, contest)
    assert calls.get("H1", f"/cases/{case}")["acts"] == ["copy", "nudge", "withdraw"]
    score_all(company, contest, {case: 5, other: 4})
    assert calls.get("H1", f"/cases/{case}")["acts"] == ["copy", "run_competition", "withdraw"]
    assert [holder["kind"] for holder in calls.get("C", f"/cases/{case}")["holders"]] == [None]


def test_the_checklist_holds_every_guard_in_both_languages(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    checklist = calls.get("C", f"/cases/{case}/checklist")
    (move,) = checklist["moves"]
    assert (move["trigger"], move["to"]) == ("approve", "review")
    answers = {guard["guard"]: guard["answer"] for guard in checklist["guards"]}
    assert list(answers) == move["guards"]
    assert answers["approvals_are_signed"] == "not_met"
    assert all(set(guard["messages"]) == {"en", "zh_Hans"} for guard in checklist["guards"])


def test_the_timeline_pages_through_what_has_happened(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOTICE)
    whole = calls.get("C", f"/cases/{case}")["timeline"]
    page, lines = calls.get("C", f"/cases/{case}/timeline?limit=3"), []
    while page["next"]:
        lines += page["items"]
        page = calls.get("C", f"/cases/{case}/timeline?limit=3&cursor={page['next']}")
    assert lines + page["items"] == whole
    assert whole[0]["action"] == "case_opened"
    assert whole[0]["actor"]["number"] == "L1"


def test_eligibility_shows_what_was_on_file_beside_what_is_asked(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    findings = calls.get("C", f"/cases/{case}/eligibility")["items"]
    assert {finding["answer"] for finding in findings} == {"met"}
    assert all(finding["value"] and finding["source"] for finding in findings)


def test_the_superior_is_named_to_those_who_may_read_him(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.REVIEW)
    fill_in_all(company, case)
    (named,) = calls.get("M2", f"/cases/{case}/review")["superiors"]
    assert named["rater"]["number"] == "L1"
    assert {answer["value"] for answer in named["answers"]} == {4}
    calls.get("C", f"/cases/{case}/review", status=403)


def test_an_inbox_holds_what_is_needed_to_act(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    (task,) = calls.get("D1", "/inbox")["items"]
    assert (task["case"], task["kind"], task["candidate"]["number"]) == (case, "approve", "C")
    assert calls.get("D1", "/inbox?kind=review")["items"] == []


def test_an_unknown_person_in_a_body_is_named(company: Company, calls: Calls) -> None:
    target = {"track": "professional", "level": "senior", "post": "senior_service_engineer"}
    refused = calls.post("L1", "/cases", status=422, candidate="NOBODY", **target)
    assert (refused["code"], refused["facts"]["numbers"]) == ("invalid", ["NOBODY"])


def test_committees_are_listed_with_their_seats(company: Company, calls: Calls) -> None:
    body = {"name": "Second", "allows_thirds": True, "chair": "T1", "members": ["T1", "J1", "J2"]}
    term = {"from_on": "2026-01-01", "until_on": "2026-12-31"}
    made = calls.post("H1", "/committees", status=201, **body, **term)
    assert [seat["is_chair"] for seat in made["seats"]] == [True, False, False]
    assert [committee["name"] for committee in calls.get("P1", "/committees")["items"]][1] == "Second"


def test_a_case_is_read_in_brief_without_its_checklist_and_its_timeline(
    company: Company, calls: Calls
) -> None:
    case = a_case(company, at=Stage.REVIEW)
    whole, brief = calls.get("H1", f"/cases/{case}"), calls.get("H1", f"/cases/{case}?brief=true")
    assert whole["checklist"] is not None
    assert brief == {**whole, "checklist": None, "timeline": None, "withheld": None}
    assert calls.get("H1", f"/cases/{case}?timeline=false") == {**whole, "timeline": None}
    assert calls.get("H1", f"/cases/{case}?checklist=false") == {**brief, "timeline": whole["timeline"]}
    calls.get("H1", f"/cases/{case}?brief=maybe", status=422)
