"""Over HTTP: objections that name nobody to others, letters of one's own, and the months of mentoring."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from notifications.messages import announce
from notifications.models import Channel, Delivery
from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, mentor_a_case
from tests.company import Company
from workflow import mentoring, notices, objections
from workflow.act import Act
from workflow.models import Employee
from workflow.store import Door
from workflow.vocabulary import Stage

SECRET = "The appraisal of May is forged."
OTHERS = ("C", "L1", "D1")


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


@pytest.fixture
def on_notice(company: Company) -> int:
    return a_case(company, at=Stage.NOTICE)


def raise_one(calls: Calls, case: int, by: str = "P8") -> int:
    """Somebody who may not see the case reads of it among the notices and objects."""
    assert case in [notice["case"] for notice in calls.get(by, "/notices")["items"]]
    made = calls.post(by, f"/cases/{case}/objections", status=201, text=SECRET)
    assert (made["objector"]["number"], made["state"]) == (by, "open")
    key: int = made["id"]
    return key


def test_an_objection_is_decided_by_hr_and_its_author_reads_the_answer(
    company: Company, calls: Calls, on_notice: int
) -> None:
    key = raise_one(calls, on_notice)
    (task,) = calls.inbox("H2", "decide_objection")
    assert (task["case"], task["objection"]) == (on_notice, key)
    assert "decide_objection" in calls.get("H2", f"/cases/{on_notice}")["acts"]
    path = f"/cases/{on_notice}/objections/{key}/decision"
    calls.post("H2", path, decision="uphold", reason="So.", status=422)
    calls.post("H2", path, decision="dismiss", step="review", reason="So.", status=422)
    calls.post("H2", path, decision="uphold", step="notice", reason="So.", status=422)
    assert calls.post("H1", path, decision="dismiss", reason="So.", status=403)["code"] == (
        "conflict_of_interest"
    )
    assert calls.post("H2", path, decision="dismiss", reason="It is not.")["stage"] == "notice"
    (own,) = calls.get("P8", f"/cases/{on_notice}/objections")["items"]
    assert (own["state"], own["reason"], own["decided_by"]["number"]) == ("dismissed", "It is not.", "H2")


def test_nobody_but_hr_and_auditors_learns_who_has_objected_and_why(
    company: Company, calls: Calls, on_notice: int
) -> None:
    key = raise_one(calls, on_notice)
    raise_one(calls, on_notice, by="P7")
    for reader in ("H1", "H2", "A1"):
        found = calls.get(reader, f"/cases/{on_notice}/objections")["items"]
        assert [one["objector"]["number"] for one in found] == ["P8", "P7"]
        (line, _) = [
            line
            for line in calls.get(reader, f"/cases/{on_notice}")["timeline"]
            if line["action"] == "objection_raised"
        ]
        assert (line["actor"]["number"], line["text"]) == ("P8", SECRET)
    body = {"decision": "uphold", "step": "review", "reason": f"True: {SECRET}"}
    told = [_told(calls, reader, on_notice) for reader in OTHERS]
    calls.post("H2", f"/cases/{on_notice}/objections/{key}/decision", **body)
    for text in (*told, *(_told(calls, reader, on_notice) for reader in OTHERS)):
        assert SECRET not in text
        assert "P8" not in text
        assert "objection_" not in text.replace("no_open_objection", "").replace("objection_open", "")
    for reader in OTHERS:
        calls.get(reader, f"/cases/{on_notice}/objections", status=403)
    assert "case_reopened" in _told(calls, "C", on_notice)
    (own,) = calls.get("P7", f"/cases/{on_notice}/objections")["items"]
    assert (own["objector"]["number"], own["state"]) == ("P7", "lapsed")


def test_the_candidate_reads_only_that_an_objection_holds_the_effect(
    company: Company, calls: Calls, on_notice: int
) -> None:
    raise_one(calls, on_notice)
    guards = calls.get("C", f"/cases/{on_notice}/checklist")["guards"]
    (guard,) = [guard for guard in guards if guard["guard"] == "no_open_objection"]
    assert (guard["answer"], guard["reason"], guard["facts"]) == ("not_met", "objection_open", {})


def test_a_case_that_is_not_on_notice_is_not_there_for_an_objector(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.REVIEW, candidate="P1")
    unseen = calls.raw("T1", "POST", f"/cases/{case}/objections", {"text": "No."})
    unknown = calls.raw("T1", "POST", f"/cases/{case + 99}/objections", {"text": "No."})
    assert (unseen.status_code, unseen.data) == (404, unknown.data)
    calls.post("D1", f"/cases/{case}/objections", text="No.", status=403)
    assert calls.post("P1", f"/cases/{case}/objections", text="No.", status=403)["code"] == "own_case"


def test_an_objector_sees_no_more_of_the_case_than_before(
    company: Company, calls: Calls, on_notice: int
) -> None:
    raise_one(calls, on_notice)
    calls.get("P8", f"/cases/{on_notice}", status=404)
    calls.get("P7", f"/cases/{on_notice}/objections", status=404)
    assert calls.get("P8", "/cases")["items"] == []
    calls.post("P8", f"/cases/{on_notice}/objections", text="Again.", status=409)


def test_the_answer_goes_by_mail_to_the_objector_and_by_webhook_to_nobody(
    company: Company, on_notice: int
) -> None:
    telling = Door(company.door.engine, announce=announce)
    with telling.changing(on_notice, now=company.now, by=company.ids["P8"]) as (act, case):
        key = objections.object_to(act, case, text=SECRET).id
    with telling.changing(on_notice, now=company.now, by=company.ids["H2"]) as (act, case):
        objections.uphold(act, case, key, step=Stage.REVIEW, reason="True.")
    with company.reading() as db:
        sent = db.scalars(select(Delivery).where(Delivery.channel == Channel.MAIL)).all()
    told = {(company.number(one.person_id), one.kind) for one in sent}
    assert told == {("P8", "objection_upheld"), ("C", "case_reopened"), ("L1", "case_reopened")}


def test_the_candidate_reads_and_acknowledges_his_letters_and_nobody_else_does(
    company: Company, calls: Calls, on_notice: int
) -> None:
    (task,) = calls.inbox("C", "acknowledge_letter")
    (letter,) = calls.get("C", f"/cases/{on_notice}/letters")["items"]
    assert (letter["id"], letter["kind"], letter["acknowledged_at"]) == (task["letter"], "promoted", None)
    path = f"/cases/{on_notice}/letters/{letter['id']}/acknowledgement"
    assert "acknowledge_letter" in calls.get("C", f"/cases/{on_notice}")["acts"]
    for reader, status in (("H1", 200), ("A1", 200), ("L1", 403), ("P1", 404)):
        calls.get(reader, f"/cases/{on_notice}/letters", status=status)
    for by, status in (("H1", 403), ("L1", 403), ("P1", 404)):
        calls.post(by, path, status=status)
    assert calls.post("C", path)["acknowledged_at"] is not None
    assert calls.post("C", path, status=409)["code"] == "task_closed"
    assert calls.inbox("C", "acknowledge_letter") == []
    calls.post("C", f"/cases/{on_notice}/letters/999/acknowledgement", status=404)


def test_a_letter_to_acknowledge_makes_nobody_the_holder_of_the_case(
    company: Company, calls: Calls, on_notice: int
) -> None:
    told = calls.get("C", f"/cases/{on_notice}")
    assert told["holders"] == []
    (line,) = calls.get("C", "/cases")["items"]
    assert line["due_at"] == told["due_at"]


def test_the_months_of_mentoring_over_http(company: Company, calls: Calls, on_notice: int) -> None:
    company.later(days=10)
    company.do(notices.take_effect, on_notice)
    base = f"/cases/{on_notice}/mentorship"
    duties = calls.get("C", f"{base}/duties")
    assert (len(duties["duties"]), duties["acknowledged_at"]) == (3, None)
    assert set(duties["duties"][0]) == {"en", "zh_Hans"}
    calls.post("C", f"{base}/duties/acknowledgement")
    found = calls.get("H1", f"{base}/proposals")["items"]
    assert {"person", "department", "level", "post", "free"} == set(found[0])
    calls.get("L1", f"{base}/proposals", status=403)
    assert "M2" in [one["person"]["number"] for one in found]
    calls.post("H1", base, mentor="M2", status=201)
    calls.post("M2", f"{base}/refusal", reason="No time this year.", status=204)
    calls.get("M2", f"/cases/{on_notice}", status=404)
    assert calls.get("C", base)["mentor"] is None
    calls.post("H1", base, mentor="T1", status=201)
    due_on = calls.get("C", base)["starts_on"]
    items = [{"kind": "training", "title": "Offers", "due_on": due_on}]
    calls.put("T1", f"{base}/plan", plan="Lead.", items=items)
    calls.put("C", f"{base}/plan", plan="Lead.")
    (item,) = calls.get("T1", base)["items"]
    calls.post("C", f"{base}/items/{item['id']}/progress", feedback="Attended.", done_on=due_on)
    week = calls.inbox("L1", "performance_check")[0]["week"]
    calls.post("L1", f"{base}/performance-checks/{week}", rating=6, note="Good.", status=422)
    calls.post("L1", f"{base}/performance-checks/{week}", rating=4, note="Good.")
    calls.post("C", f"{base}/performance-checks/{week}", rating=4, note="Good.", status=403)
    read = calls.get("C", base)
    assert (read["items"][0]["feedback"], read["items"][0]["done_on"]) == ("Attended.", due_on)
    check = read["performance_checks"][0]
    assert (check["rating"], check["note"], check["written_by"]["number"]) == (4, "Good.", "L1")


def test_only_somebody_who_is_returned_gets_another_post(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.MENTORING)
    mentor_a_case(company, case)
    path = f"/cases/{case}/mentorship/conclusion"
    calls.post("D1", path, decision="confirm", reason="Good.", post="technician", status=422)
    refused = calls.post("D1", path, decision="revert", reason="Too large.", post="technician", status=422)
    assert refused["facts"] == {"reason": "post_not_held_at_this_level", "post": "technician"}
    back = {"decision": "revert", "reason": "Too large.", "post": "service_engineer"}
    assert calls.post("D1", path, **back)["stage"] == "reverted"
    assert calls.get("C", f"/cases/{case}/mentorship")["conclusion"] == "Too large."


def test_why_a_mentor_hands_back_is_not_for_the_mentee(company: Company, calls: Calls) -> None:
    case = a_case(company, at=Stage.MENTORING)
    with company.on(case, "H1") as (act, found):
        mentoring.name_mentor(act, found, _person(act, company, "T1"))
    calls.post("T1", f"/cases/{case}/mentorship/refusal", reason="We do not get along.", status=204)
    assert "We do not get along." not in _told(calls, "C", case)
    assert "We do not get along." in _told(calls, "H1", case)


def _person(act: Act, company: Company, number: str) -> Employee:
    return act.db.get_one(Employee, company.ids[number])


def _told(calls: Calls, reader: str, case: int) -> str:
    whole: Any = calls.get(reader, f"/cases/{case}")
    return json.dumps(whole, ensure_ascii=False)
