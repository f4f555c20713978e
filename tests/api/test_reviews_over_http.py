"""The review over HTTP: drafts, audience, contacts, objections, widening, and who may know of what."""

import json
from typing import Any

import pytest
from sqlalchemy import update

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, a_contested_case, answers, fill_in_all, let_time_run_out, raters
from tests.company import PEERS, Company
from tests.customers import customer_answers, customers, links, list_contacts
from workflow import customers as customer_verbs
from workflow import reviews
from workflow.models import Employee
from workflow.vocabulary import Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def a_peer(company: Company, case: int) -> str:
    return min(set(raters(company, case)) & set(PEERS))


def test_a_draft_is_kept_for_its_author_and_never_counted(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.REVIEW)
    peer = a_peer(company, case)
    draft = {"answers": {"learns": 2}, "evidence": {"learns": "Not yet sure."}}
    calls.put(peer, f"/cases/{case}/review/draft", **draft, status=204)
    form = calls.get(peer, f"/cases/{case}/review/form")
    assert {name: form[name] for name in ("answers", "evidence", "is_draft")} == {**draft, "is_draft": True}
    assert form["request"]["state"] == "asked"
    for other in set(raters(company, case)) - {peer}:
        assert calls.get(other, f"/cases/{case}/review/form")["answers"] == {}
        company.do(reviews.submit_form, case, other, answers=answers(), evidence={})
    let_time_run_out(company, case)
    calls.clients.clear()
    outcome = calls.get("H1", f"/cases/{case}/review")["outcome"]
    assert next(one["n"] for one in outcome["sources"] if one["source"] == "peer") == 4
    calls.get(peer, f"/cases/{case}/review/form", status=404)
    calls.put(peer, f"/cases/{case}/review/draft", answers={}, status=404)


def test_a_form_handed_in_is_read_and_changed_by_its_author_until_the_close(
    company: Company, calls: Calls
) -> None:
    case = a_case(company, at=Stage.REVIEW)
    peer = a_peer(company, case)
    calls.put(peer, f"/cases/{case}/review/form", answers=answers(3), status=204)
    form = calls.get(peer, f"/cases/{case}/review/form")
    assert (form["answers"], form["is_draft"], form["request"]["state"]) == (answers(3), False, "submitted")
    calls.put(peer, f"/cases/{case}/review/draft", answers={"learns": 2}, status=204)
    assert calls.get(peer, f"/cases/{case}/review/form")["is_draft"]
    fill_in_all(company, case)
    outcome = calls.get("H1", f"/cases/{case}/review")["outcome"]
    assert next(one["n"] for one in outcome["sources"] if one["source"] == "peer") == 5


def test_a_draft_with_unknown_items_is_refused(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.REVIEW)
    refused = calls.put("L1", f"/cases/{case}/review/draft", answers={"height": 3}, status=422)
    assert (refused["code"], refused["facts"]["faults"][0]["item"]) == ("form_incomplete", "height")
    calls.put("L2", f"/cases/{case}/review/draft", answers={}, status=404)


def test_the_audience_stands_before_the_questions_with_the_size_of_the_group(
    company: Company, calls: Calls
) -> None:
    case = a_case(company, at=Stage.REVIEW)
    form = calls.get(a_peer(company, case), f"/cases/{case}/review/form")
    assert (form["group"], form["threshold"], form["warning"]) == (5, 4, None)
    assert "one of 5 people asked" in form["audience"]["en"]
    assert list(form).index("audience") < list(form).index("items")


def test_who_is_alone_with_his_language_is_warned(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.REVIEW)
    peers = sorted(set(raters(company, case)) & set(PEERS))
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == peers[0]).values(locale="en"))
    alone, others = peers[0], peers[1:]
    assert set(calls.get(alone, f"/cases/{case}/review/form")["warning"]) == {"en", "zh_Hans"}
    assert {calls.get(one, f"/cases/{case}/review/form")["warning"] for one in others} == {None}
    assert calls.get("L1", f"/cases/{case}/review/form")["warning"] is None


def test_hr_sees_how_many_customers_have_answered_from_the_threshold_on(
    company: Company, calls: Calls
) -> None:
    list_contacts(company, *customers(9))
    case = a_case(company, at=Stage.REVIEW)
    for count, link in enumerate(links(company, case)[:6], start=1):
        company.do(customer_verbs.submit, case, link=link, answers=customer_answers())
        (progress,) = [
            one for one in calls.get("H1", f"/cases/{case}/review")["progress"] if one["source"] == "customer"
        ]
        assert progress == {"source": "customer", "asked": 8, "submitted": count if count >= 5 else None}


def test_hr_keeps_the_list_of_a_person(company: Company, calls: Calls) -> None:
    path = "/employees/C/contacts"
    items = [
        {"source": "superior", "person": "L2"},
        {"source": "customer", "name": "Li Na", "email": "li@example.com", "locale": "en"},
    ]
    put = calls.put("H1", path, items=items)
    assert calls.get("H2", path) == put
    assert [one["person"] for one in put["items"]] == ["L2", None]
    assert put["people"] == [{"number": "L2", "name": "Person L2"}]
    assert calls.put("H1", path, items=items[:1])["items"][0]["person"] == "L2"
    faulty = [{"source": "customer", "name": "Li Na"}, {"source": "peer", "person": "C"}]
    refused = calls.put("H1", path, items=faulty, status=422)
    assert [fault["reason"] for fault in refused["facts"]["faults"]] == [
        "customer_without_address",
        "own_contact",
    ]
    calls.put("H1", path, items=[{"source": "peer", "person": "L2", "is_listed": True}], status=422)
    calls.get("H1", "/employees/NOBODY/contacts", status=404)


@pytest.mark.parametrize("by", ["C", "L1", "D1", "A1", "X1", "P1"])
def test_nobody_but_hr_knows_the_list(company: Company, calls: Calls, by: str) -> None:
    calls.get(by, "/employees/C/contacts", status=403)
    calls.put(by, "/employees/C/contacts", items=[], status=403)


def test_nobody_of_hr_keeps_his_own_list(company: Company, calls: Calls) -> None:
    assert calls.get("H1", "/employees/H1/contacts", status=403)["code"] == "own_case"
    assert calls.put("H1", "/employees/H1/contacts", items=[], status=403)["code"] == "own_case"


def test_nobody_of_hr_reads_or_keeps_the_list_of_a_rival(company: Company, calls: Calls) -> None:
    a_contested_case(company, at=Stage.NOMINATED)
    with company.door.acting(now=company.now) as act:
        person = act.db.get_one(Employee, company.ids["H2"])
        person.level = act.db.get_one(Employee, company.ids["C"]).level
    a_contested_case(company, at=Stage.NOMINATED, candidate="H2", by="H2")
    assert calls.get("H2", "/employees/C/contacts", status=403)["code"] == "own_case"
    assert calls.put("H2", "/employees/C/contacts", items=[], status=403)["code"] == "own_case"
    calls.get("H1", "/employees/C/contacts")


def test_a_candidate_objects_and_hr_decides(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    path = f"/cases/{case}/rater-objections"
    assert "object_to_rater" in calls.get("C", f"/cases/{case}")["acts"]
    calls.post("C", path, person="P5", reason="An old quarrel.", status=201)
    assert calls.post("C", path, person="NOBODY", reason="x", status=422)["code"] == "invalid"
    (task,) = calls.inbox("H1", "decide_rater_objection")
    assert task["case"] == case
    assert "decide_rater_objection" in calls.get("H1", f"/cases/{case}")["acts"]
    calls.post("H1", f"{path}/1/decision", decision="perhaps", reason="x", status=422)
    calls.post("H1", f"{path}/2/decision", decision="uphold", reason="x", status=404)
    decided = calls.post("H1", f"{path}/1/decision", decision="dismiss", reason="Long ago.")
    (line,) = decided["items"]
    assert (line["person"]["number"], line["state"], line["decision_reason"]) == (
        "P5",
        "dismissed",
        "Long ago.",
    )
    assert calls.get("C", path) == calls.get("A1", path) == decided


def test_nobody_else_learns_of_an_objection(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.NOMINATED)
    readers = ("L1", "D1")
    before = [_seen(calls, reader, case) for reader in readers]
    calls.post("C", f"/cases/{case}/rater-objections", person="H2", reason="An old quarrel.", status=201)
    assert [_seen(calls, reader, case) for reader in readers] == before
    calls.post("H1", f"/cases/{case}/rater-objections/1/decision", decision="uphold", reason="So be it.")
    assert [_seen(calls, reader, case) for reader in readers] == before
    for reader in readers:
        calls.get(reader, f"/cases/{case}/rater-objections", status=403)
        calls.post(reader, f"/cases/{case}/rater-objections", person="P1", reason="x", status=403)
    calls.get("P5", f"/cases/{case}/rater-objections", status=404)
    calls.post("H1", f"/cases/{case}/rater-objections", person="P1", reason="x", status=403)
    assert calls.get("H2", f"/cases/{case}/rater-objections") == {"items": []}
    assert "quarrel" not in json.dumps(calls.get("H2", f"/cases/{case}"))
    actions = [line["action"] for line in calls.get("C", f"/cases/{case}")["timeline"]]
    assert actions[-2:] == ["rater_objection_filed", "rater_objection_decided"]


def test_whom_one_objects_to_answers_alike_in_a_pool_and_outside(company: Company, calls: Calls) -> None:
    told = []
    for candidate, unwanted in (("C", "P5"), ("P1", "T1")):
        case = a_case(company, at=Stage.NOMINATED, candidate=candidate)
        path = f"/cases/{case}/rater-objections"
        (line,) = calls.post(candidate, path, person=unwanted, reason="x", status=201)["items"]
        told.append({**line, "person": None})
    assert told[0] == told[1]


def test_hr_widens_a_review_without_a_score(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.REVIEW)
    let_time_run_out(company, case)
    calls.clients.clear()
    path = f"/cases/{case}/review/widening"
    assert calls.post("H1", path, reason="", status=422)["code"] == "reason_missing"
    calls.post("D1", path, reason="x", status=403)
    calls.post("C", path, reason="x", status=403)
    calls.post("P1", path, reason="x", status=403)
    calls.post("T1", path, reason="x", status=404)
    assert calls.post("H1", path, reason="The branch is small.")["stage"] == "review"
    assert calls.get("H1", f"/cases/{case}")["round"] == 2
    for reader, is_told in (("H1", True), ("C", False)):
        actions = {line["action"] for line in calls.get(reader, f"/cases/{case}")["timeline"]}
        assert ("review_widened" in actions) is is_told
    let_time_run_out(company, case)
    calls.clients.clear()
    refused = calls.post("H1", path, reason="Once more.", status=422)
    assert (refused["code"], refused["facts"]["trigger"]) == ("guards_not_met", "widen")


def _seen(calls: Calls, reader: str, case: int) -> list[Any]:
    paths = (f"/cases/{case}", "/cases", f"/cases/{case}/checklist", f"/cases/{case}/timeline", "/inbox")
    return [calls.get(reader, path) for path in paths]
