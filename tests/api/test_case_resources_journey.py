"""One case over HTTP through every stage, by the people concerned."""

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, a_contested_case, answers, close_entries, raters
from tests.company import JUDGES, MEMBERS, Company
from workflow import notices
from workflow.vocabulary import Stage


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def test_a_case_goes_from_nomination_to_the_committee(company: Company, calls: Calls) -> None:
    target = {"track": "professional", "level": "senior", "post": "senior_service_engineer"}
    case = calls.post("L1", "/cases", status=201, candidate="C", statement="Able.", **target)["id"]
    calls.put("L1", f"/cases/{case}/nomination", statement="Very able.", evidence={"skill": "Done."})
    assert calls.post("L1", f"/cases/{case}/submission")["stage"] == "nominated"
    calls.post("D1", f"/cases/{case}/approvals", decision="return", reason="Say more.")
    calls.post("L1", f"/cases/{case}/submission")
    calls.post("D1", f"/cases/{case}/approvals", decision="approve")
    assert calls.post("H1", f"/cases/{case}/approvals", decision="approve")["stage"] == "review"
    steps = calls.get("C", f"/cases/{case}/approvals")["items"]
    assert [step["seat"] for step in steps if step["state"] == "returned"] == ["department_head"]
    for rater in raters(company, case):
        assert calls.get(rater, "/reviews")["items"][0]["case"] == case
        calls.put(rater, f"/cases/{case}/review/form", answers=answers(), status=204)
    assert calls.get("H1", f"/cases/{case}")["stage"] == "committee"


def test_a_committee_votes_and_its_chair_signs(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.COMMITTEE)
    calls.post("M1", f"/cases/{case}/votes", status=201)
    calls.post("M7", f"/cases/{case}/recusals", reason="An old friend.", status=204)
    for member in MEMBERS[:-1]:
        calls.put(member, f"/cases/{case}/ballot", choice="no" if member == "M2" else "yes", status=204)
    told = calls.post("M1", f"/cases/{case}/decision", text="Carried.", internal_reason="Close to the line.")
    assert told["stage"] == "notice"
    vote = calls.get("C", f"/cases/{case}/vote")
    assert (vote["ballots"][0]["shown"]["yes"], vote["recusals"], vote["register"]) == (5, [], [])
    assert [notice["case"] for notice in calls.get("P1", "/notices")["items"]] == [case]


def test_mentoring_ends_with_a_confirmation(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOTICE)
    company.later(days=10)
    company.do(notices.take_effect, case)
    calls.post("C", f"/cases/{case}/mentorship/duties/acknowledgement")
    calls.post("H1", f"/cases/{case}/mentorship", mentor="T1", status=201)
    for person in ("T1", "C"):
        calls.put(person, f"/cases/{case}/mentorship/plan", plan="Lead two projects.")
    day = calls.inbox("T1", "check_in")[0]["day"]
    for person in ("T1", "C"):
        calls.post(person, f"/cases/{case}/mentorship/check-ins/{day}", note="Going well.")
    company.later(days=170)
    calls.clients.clear()
    end = {"decision": "confirm", "reason": "Grown into the post."}
    assert calls.post("D1", f"/cases/{case}/mentorship/conclusion", **end)["stage"] == "completed"
    mentorship = calls.get("C", f"/cases/{case}/mentorship")
    assert mentorship["check_ins"][0]["mentor_note"] == "Going well."
    assert mentorship["mentor"]["number"] == "T1"


def test_a_competition_sends_the_best_to_the_committee(company: Company, calls: Calls) -> None:
    best, other = (a_contested_case(company, candidate=number) for number in ("C", "P1"))
    dates = {"opens_on": "2026-03-02", "closes_on": "2026-03-02"}
    target = {"track": "management", "level": "senior", "post": "regional_manager"}
    contest = calls.post("H1", "/competitions", status=201, name="Manager", **dates, **target)["id"]
    close_entries(company, contest)
    calls.clients.clear()
    calls.post("H1", f"/competitions/{contest}/panel", judges=list(JUDGES))
    for _ in calls.get("C", f"/competitions/{contest}")["rounds"]:
        criteria = calls.get("J1", f"/competitions/{contest}")["criteria"]
        for judge in JUDGES:
            for case, points in ((best, 5), (other, 3)):
                sheet = {criterion["key"]: points for criterion in criteria}
                calls.put(judge, f"/competitions/{contest}/entries/{case}/sheet", scores=sheet, status=204)
    order = {
        entry["case"]: entry["place"] for entry in calls.get("H1", f"/competitions/{contest}")["entries"]
    }
    assert order == {best: 1, other: 2}
    calls.post("H1", f"/competitions/{contest}/decision", reason="By merit.")
    assert calls.get("C", f"/cases/{best}")["stage"] == "committee"
    assert calls.get("P1", f"/cases/{other}")["stage"] == "reserve"


def test_an_approver_declines_and_the_candidate_reads_why(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    calls.post("D1", f"/cases/{case}/approvals", decision="decline", reason="", status=422)
    said = calls.post("D1", f"/cases/{case}/approvals", decision="decline", reason="Too early.")
    assert said["stage"] == "declined"
    outcome = calls.get("C", f"/cases/{case}")["outcome"]
    assert (outcome["text"], outcome["decided_by"]["number"]) == ("Too early.", "D1")


def test_a_candidate_withdraws_and_others_need_a_reason(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    calls.post("H1", f"/cases/{case}/withdrawal", reason=" ", status=422)
    assert calls.post("C", f"/cases/{case}/withdrawal")["stage"] == "withdrawn"
    assert calls.get("C", f"/cases/{case}")["acts"] == []


def test_hr_waives_a_rule_that_holds_a_signed_case(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED, candidate="P1")
    rule = calls.get("H1", f"/cases/{case}/eligibility")["items"][0]["rule"]
    calls.post("H1", f"/cases/{case}/waivers", rule=rule, reason="Met already.", status=404)
    calls.post("H1", f"/cases/{case}/refusal", reason="Not eligible.", status=404)
    assert calls.post("H1", f"/cases/{case}/eligibility")["stage"] == "nominated"


def test_a_rater_declines_and_somebody_else_is_asked(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.REVIEW)
    rater = next(number for number in raters(company, case) if number.startswith("P"))
    before = set(raters(company, case))
    calls.post(rater, f"/cases/{case}/review/refusal", reason="We share a house.", status=204)
    assert rater not in raters(company, case)
    assert set(raters(company, case)) - before
    calls.get(rater, f"/cases/{case}/review/form", status=404)
