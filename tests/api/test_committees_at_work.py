"""Committees over HTTP: seats, agenda, votes out of turn, reasons, referral, call-up, and who may."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api.calls import Calls
from tests.api.worlds import world
from tests.builders import vote_all
from tests.company import MEMBERS, Company
from tests.workflow.begun import nothing
from tests.workflow.cycles import a_case_of, a_cycle, decide
from tests.workflow.test_agenda import in_reserve, two_before_the_committee
from tests.workflow.votes import convened_case, voting_case
from workflow import sweeps
from workflow.vocabulary import Choice

World = tuple[Company, Calls, tuple[int, ...]]
YEAR = {"from_on": "2026-03-02", "until_on": "2027-03-01"}


@pytest.fixture
def merit(tmp_path: Path) -> Iterator[World]:
    with world("sqlite", tmp_path / "merit", two_before_the_committee) as opened:
        yield opened


@pytest.fixture
def convened(tmp_path: Path) -> Iterator[World]:
    with world("sqlite", tmp_path / "convened", convened_case) as opened:
        yield opened


@pytest.fixture
def voting(tmp_path: Path) -> Iterator[World]:
    with world("sqlite", tmp_path / "voting", voting_case) as opened:
        yield opened


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[World]:
    with world("sqlite", tmp_path / "empty", nothing) as opened:
        yield opened


def reason_of(refused: dict[str, Any]) -> str:
    assert set(refused["messages"]) == {"en", "zh_Hans"}
    return str(refused["facts"]["reason"])


def test_hr_seats_an_ad_hoc_committee_with_alternates(empty: World) -> None:
    _, calls, _ = empty
    body = {"name": "Ad hoc", "chair": "T1", "members": ["T1", "J1", "J2", "J3", "X1"], "alternates": ["H2"]}
    made = calls.post("H1", "/committees", status=201, is_standing=False, **body, **YEAR)
    assert (made["size"], made["is_standing"]) == (5, False)
    assert [seat["is_alternate"] for seat in made["seats"]] == [False] * 5 + [True]
    body |= {"name": "Third", "members": ["T1", "J1", "J2"]}
    refused = calls.post("H1", "/committees", status=422, **body, **YEAR)
    assert reason_of(refused) == "seats_in_thirds"


def test_hr_changes_who_sits(empty: World) -> None:
    _, calls, _ = empty
    assert reason_of(calls.put("H1", "/committees/1/seats/T1", status=422, **YEAR)) == "no_vacant_seat"
    changed = calls.put("H1", "/committees/1/seats/T1", in_place_of="M7", **YEAR)
    assert {seat["member"]["number"] for seat in changed["seats"]} == {*MEMBERS[:-1], "T1"}
    changed = calls.put("H1", "/committees/1/seats/M2", is_chair=True, **YEAR)
    assert [seat["member"]["number"] for seat in changed["seats"] if seat["is_chair"]] == ["M2"]
    assert calls._checked(calls.raw("H1", "DELETE", "/committees/1/seats/M1"), 200)["size"] == 7
    assert calls.raw("H1", "DELETE", "/committees/1/seats/M2").status_code == 422
    assert calls.raw("H1", "DELETE", "/committees/1/seats/J3").status_code == 404
    calls.put("H1", "/committees/9/seats/T1", status=404, **YEAR)
    for stranger in ("C", "M2", "A1", "X1"):
        calls.put(stranger, "/committees/1/seats/T1", status=403, **YEAR)
        assert calls.raw(stranger, "DELETE", "/committees/1/seats/M3").status_code == 403


def test_the_agenda_shows_the_cases_of_a_post_in_order_of_merit(merit: World) -> None:
    _, calls, (first, second) = merit
    (post,) = calls.get("M3", "/committees/1/agenda")["items"]
    assert (post["post"], post["seats"]) == ("regional_manager", 1)
    shown = [(one["case"], one["place"], one["vote"], one["is_its_turn"]) for one in post["cases"]]
    assert shown == [(first, 1, "waiting", True), (second, 1, "waiting", False)]
    one = post["cases"][0]
    assert one["eligibility"]
    assert one["review"]["score"] is not None
    assert 0 <= one["composite"] <= 100


def test_the_agenda_is_read_page_by_page(merit: World) -> None:
    _, calls, (first, second) = merit
    page = calls.get("M3", "/committees/1/agenda?limit=1")
    pages = [page]
    while page["next"]:
        page = calls.get("M3", f"/committees/1/agenda?limit=1&cursor={page['next']}")
        pages.append(page)
    cases = [one["case"] for page in pages for post in page["items"] for one in post["cases"]]
    assert cases == [first, second]


def test_the_agenda_says_how_far_each_vote_is(merit: World) -> None:
    company, calls, (first, second) = merit
    calls.post("M1", f"/cases/{first}/votes", status=201)
    assert votes_of(calls) == {first: "open", second: "waiting"}
    vote_all(company, first)
    assert votes_of(calls) == {first: "counted", second: "waiting"}
    calls.post("M1", f"/cases/{first}/decision", text="Carried.")
    assert votes_of(calls) == {second: "waiting"}
    sweeps.run(company.door, now=company.now)
    assert calls.get("M3", "/committees/1/agenda") == {"items": [], "next": None}


def votes_of(calls: Calls) -> dict[int, str]:
    posts = calls.get("H1", "/committees/1/agenda")["items"]
    return {one["case"]: one["vote"] for post in posts for one in post["cases"]}


def test_the_agenda_is_for_members_hr_and_auditors_and_hides_whats_not_theirs(merit: World) -> None:
    _, calls, (first, second) = merit
    calls.post("M3", f"/cases/{first}/recusals", reason="We are friends.", status=204)
    (post,) = calls.get("M3", "/committees/1/agenda")["items"]
    assert [one["case"] for one in post["cases"]] == [second]
    calls.get("A1", "/committees/1/agenda")
    for stranger in ("C", "L1", "X1", "T1"):
        calls.get(stranger, "/committees/1/agenda", status=403)
    calls.get("H1", "/committees/9/agenda", status=404)


def test_nothing_of_age_gender_photo_or_pay_is_on_the_agenda(merit: World) -> None:
    _, calls, _ = merit
    (post,) = calls.get("M3", "/committees/1/agenda")["items"]
    assert set(post["cases"][0]) == {
        "case",
        "candidate",
        "edition",
        "vote",
        "is_its_turn",
        "statement",
        "evidence",
        "eligibility",
        "review",
        "build_up",
        "composite",
        "place",
        "is_tied",
    }


def test_whoever_is_passed_over_reads_why_once_both_decisions_are_told(merit: World) -> None:
    company, calls, (first, second) = merit
    refused = calls.post("M1", f"/cases/{second}/votes", status=422)
    assert (reason_of(refused), refused["facts"]["cases"]) == ("not_its_turn", [first])
    deviation = [{"case": first, "reason": "Has no licence for the region."}]
    calls.post("M1", f"/cases/{second}/votes", deviation=deviation, status=201)
    (passing,) = calls.get("M2", f"/cases/{second}/vote")["passes_over"]
    assert (passing["case"], passing["candidate"]["number"]) == (first, "C")
    assert calls.get("M2", f"/cases/{first}/vote")["passed_over_because"] == [deviation[0]["reason"]]
    vote_all(company, second)
    calls.post("M1", f"/cases/{second}/decision", text="Carried.")
    calls.get("C", f"/cases/{first}/vote", status=403)
    with company.on(first) as (_, case):
        case.released_at = company.now
    assert calls.get("C", f"/cases/{first}/vote")["passed_over_because"] == [deviation[0]["reason"]]
    assert calls.get("P1", f"/cases/{second}/vote")["passes_over"] == []


def test_reasons_go_to_the_chair_alone(voting: World) -> None:
    _, calls, (case,) = voting
    for member in MEMBERS:
        calls.put(member, f"/cases/{case}/ballot", choice="yes", reason=f"Says {member}.", status=204)
    told = calls.get("M1", f"/cases/{case}/vote/reasons")["reasons"]
    assert sorted(told) == [f"Says {member}." for member in MEMBERS]
    for reader, status in (("M2", 403), ("H1", 403), ("A1", 403), ("C", 403), ("T1", 404)):
        calls.get(reader, f"/cases/{case}/vote/reasons", status=status)
    calls.post("M1", f"/cases/{case}/decision", text="Carried.")
    everything = [
        calls.raw(r, "GET", f"/cases/{case}").get_data(as_text=True) for r in ("M1", "H1", "A1", "C")
    ]
    assert not any("Says M" in text for text in everything)


def test_a_reason_in_a_small_body_is_refused_in_clear_words(voting: World) -> None:
    _, calls, (case,) = voting
    for member in MEMBERS[4:]:
        calls.post(member, f"/cases/{case}/recusals", reason="We are friends.", status=204)
    refused = calls.put("M1", f"/cases/{case}/ballot", choice="yes", reason="Because.", status=422)
    assert reason_of(refused) == "reasons_not_collected"
    assert "4 members have a vote" in str(refused["messages"]["en"])
    calls.put("M1", f"/cases/{case}/ballot", choice="yes", status=204)


def test_hr_refers_a_case_and_nobody_else(convened: World) -> None:
    _, calls, (case,) = convened
    body = {"name": "Ad hoc", "chair": "T1", "members": ["T1", "J1", "J2", "J3", "X1"]}
    other = calls.post("H1", "/committees", status=201, is_standing=False, **body, **YEAR)["id"]
    for stranger in ("C", "M1", "L1"):
        calls.post(stranger, f"/cases/{case}/committee", committee=other, status=403)
    calls.post("T1", f"/cases/{case}/committee", committee=other, status=404)
    assert "refer_to_committee" in calls.get("H1", f"/cases/{case}")["acts"]
    calls.post("H1", f"/cases/{case}/committee", committee=other)
    assert calls.inbox("T1", "open_ballot")
    assert calls.inbox("M1", "open_ballot") == []
    calls.post("H1", f"/cases/{case}/committee", committee=99, status=404)
    calls.post("T1", f"/cases/{case}/votes", status=201)
    assert "refer_to_committee" not in calls.get("H1", f"/cases/{case}")["acts"]
    assert calls.post("H1", f"/cases/{case}/committee", committee=1, status=409)["code"] == "ballot_closed"


def test_hr_calls_up_from_the_reserve_of_a_cycle(empty: World) -> None:
    company, calls, _ = empty
    cycle = a_cycle(company, quota=1)
    case, other = a_case_of(company, cycle), a_case_of(company, cycle, candidate="P1")
    in_reserve(company, case)
    decide(company, other)
    refused = calls.post("H1", f"/cases/{case}/call-up", reason="A place is free.", status=422)
    assert reason_of(refused) == "quota_used"
    assert "call_up" in calls.get("H1", f"/cases/{case}")["acts"]
    calls.post("C", f"/cases/{case}/call-up", reason="I am ready.", status=403)
    calls.post("P1", f"/cases/{other}/withdrawal")
    told = calls.post("H1", f"/cases/{case}/call-up", reason="A place is free.")
    assert told["stage"] == "committee"


def test_the_second_ballot_is_opened_by_the_chair_after_the_discussion(voting: World) -> None:
    _, calls, (case,) = voting
    choices = [*[Choice.YES] * 3, *[Choice.NO] * 3, Choice.ABSTAIN]
    for member, choice in zip(MEMBERS, choices, strict=True):
        calls.put(member, f"/cases/{case}/ballot", choice=choice.value, status=204)
    (task,) = calls.inbox("M1", "open_ballot")
    assert task["detail"] == "second_ballot"
    assert calls.get("M2", f"/cases/{case}/vote")["ballots"][0]["shown"] == {"result": "repeat"}
    calls.post("M1", f"/cases/{case}/votes", status=201)
    assert calls.inbox("M7", "cast_ballot")
