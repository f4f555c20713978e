"""My promotion, ladders, nominating, letters: as employees, managers and HR use the pages."""

import re
from datetime import timedelta

import pytest

from tests.builders import a_case
from tests.company import Company
from tests.web.browsing import filled
from tests.web.conftest import BrowserFor
from tests.workflow.seasons import a_cycle
from tests.workflow.test_waivers import falls_short
from web.my_promotion import by_kind
from workflow import nominations
from workflow.models import Cycle, Department, Letter, StageRound
from workflow.vocabulary import LetterKind, Stage

STEP = "track=professional&level=senior&post=senior_service_engineer"


def test_an_employee_sees_where_his_case_stands_and_what_the_next_steps_ask(
    company: Company, browser_for: BrowserFor
) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    page = browser_for("C").open("/my-promotion")
    assert page.link("Senior service engineer") == f"/cases/{case_id}"
    assert page.soup.select_one("li[aria-current=step]").get_text().startswith("Nominated")  # type: ignore[union-attr]
    assert "Months at the present level" in page.words


def test_any_department_can_be_chosen_however_many_there_are(
    company: Company, browser_for: BrowserFor
) -> None:
    with company.door.acting(now=company.now) as act:
        act.db.add_all([Department(name=f"Branch {place}") for place in range(201)])
    page = browser_for("L1").open(f"/nominate?candidate=C&{STEP}")
    offered = page.soup.select("select[name=department] option")
    assert offered[-1].get_text() == "Branch 200"


def test_an_open_cycle_can_be_chosen_however_many_came_before(
    company: Company, browser_for: BrowserFor
) -> None:
    long_ago = company.now.date() - timedelta(days=900)
    kept = {"edition_id": company.edition_id, "opens_on": long_ago, "closes_on": long_ago}
    before = [Cycle(name=f"Cycle {n}", opens_drafts=False, **kept) for n in range(200)]
    with company.door.acting(now=company.now) as act:
        act.db.add_all(before)
    a_cycle(company, "Spring")
    for path in (f"/nominate?candidate=C&{STEP}", "/cases"):
        offered = browser_for("L1").open(path).soup.select("select[name=cycle] option")
        assert offered[-1].get_text() == "Spring"


def test_whoever_has_no_case_is_told_how_one_begins(browser_for: BrowserFor) -> None:
    assert "You have no case at present." in browser_for("T1").open("/my-promotion").words


def test_whoever_has_a_case_for_a_post_is_led_to_it_instead_of_nominating_himself_again(
    company: Company, browser_for: BrowserFor
) -> None:
    case_id = a_case(company, at=Stage.DRAFT, by="C")
    page = browser_for("C").open("/my-promotion")
    assert page.link("To my case: Senior service engineer") == f"/cases/{case_id}"
    assert "Nominate myself: Senior service engineer" not in page.words


def test_the_last_outcome_stands_first_once_no_case_is_under_way(
    company: Company, browser_for: BrowserFor
) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    company.do(nominations.decline, case_id, "D1", reason="Too early for this post.")
    page = browser_for("C").open("/my-promotion")
    assert page.soup.select_one("main section h2").get_text().startswith("My last case")  # type: ignore[union-attr]
    assert "You have no case at present." not in page.words
    assert page.link("Letters") == f"/cases/{case_id}/letters"


def test_what_the_case_waits_for_is_said_once_a_kind_with_the_first_day(
    company: Company, browser_for: BrowserFor
) -> None:
    first, second = ({"number": number, "name": number} for number in ("L1", "D1"))
    asked = [
        {"role": None, "person": person, "kind": "acknowledge_duties", "due_at": day}
        for person, day in ((second, "2026-03-09"), (first, "2026-03-05"), (first, "2026-03-07"))
    ]
    whom = [{"role": None, "person": person} for person in (first, second)]
    assert by_kind(asked) == [{"kind": "acknowledge_duties", "due_at": "2026-03-05", "whom": whom}]
    a_case(company, at=Stage.REVIEW)
    holders = browser_for("C").open("/my-promotion").soup.select_one(".facts dd")
    assert holders is not None
    assert holders.get_text() == "Raters (confidential) (until 16 Mar 2026)"


def test_whoever_does_not_meet_a_rule_reads_that_exceptions_are_for_hr(
    company: Company, browser_for: BrowserFor
) -> None:
    falls_short(company)
    assert "Only HR can grant an exception" in browser_for("C").open("/my-promotion").words


def test_a_wrong_value_is_reported_from_where_it_stands(browser_for: BrowserFor) -> None:
    page = browser_for("C").open("/my-promotion")
    told = browser_for("C").open(page.link("wrong?"))
    assert filled(told.soup, told.form("Tell HR"))["rule"] == "months_in_level"


@pytest.mark.parametrize("number", ["C", "T1", "A1", "X1"])
def test_everybody_reads_the_ladders(browser_for: BrowserFor, number: str) -> None:
    page = browser_for(number).open("/ladders")
    for words in ("Professional track", "Senior service engineer", "360-degree review", "Median of the last"):
        assert words in page.words


def test_a_manager_nominates_step_by_step(company: Company, browser_for: BrowserFor) -> None:
    browser = browser_for("L1")
    looked = browser.send(browser.open("/nominate"), "Look up", candidate="C")
    ways = [str(one["href"]) for one in looked.soup.select("main a")]
    way = next(one for one in ways if "senior_service_engineer" in one)
    begun = browser.send(browser.open(way), "Open the draft")
    assert re.fullmatch(r"/cases/\d+/nomination", begun.path)
    case_id = int(begun.path.split("/")[2])
    written = {"statement": "Solves what others cannot.", "evidence__skill": "Nine of ten."}
    kept = browser.send(begun, "Save", **written)
    assert kept.alert == "Saved."
    assert company.case(case_id).evidence == {"skill": "Nine of ten."}
    sent = browser.send(kept, "Submit the nomination")
    assert (sent.path, company.case(case_id).stage) == (f"/cases/{case_id}", Stage.NOMINATED)
    assert sent.alert == "The nomination is on its way."


def test_whoever_nominates_a_colleague_reads_that_consent_comes_before_writing(
    company: Company, browser_for: BrowserFor
) -> None:
    peer = browser_for("P1")
    page = peer.send(peer.open(f"/nominate?candidate=C&{STEP}"), "Open the draft")
    assert page.alert == "The draft is open."
    assert "Person C is asked first whether to be nominated." in page.words
    assert "an approver has answered" not in page.words


def test_whoever_writes_a_returned_nomination_anew_reads_there_why_it_came_back(
    company: Company, browser_for: BrowserFor
) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    company.do(nominations.send_back, case_id, "D1", reason="Say which <b>repairs</b>.")
    words = browser_for("L1").open(f"/cases/{case_id}/nomination").words
    assert "Sent back by Person D1" in words
    assert "Say which <b>repairs</b>." in words


@pytest.mark.parametrize("candidate", ["nobody", "P99"])
def test_who_is_unknown_is_said_beside_the_field(browser_for: BrowserFor, candidate: str) -> None:
    page = browser_for("L1").open(f"/nominate?candidate={candidate}")
    assert f"Nobody is found for “{candidate}”." in page.words
    assert page.soup.find("input", {"name": "candidate", "aria-invalid": "true"}) is not None


def test_a_colleague_is_not_told_whether_somebody_is_eligible(browser_for: BrowserFor) -> None:
    words = browser_for("P1").open(f"/nominate?candidate=C&{STEP}").words
    assert "is told to the person, the superiors and HR" in words
    assert "personnel file" not in words


def test_a_second_nomination_for_the_same_is_refused_with_the_page_as_it_was(
    company: Company, browser_for: BrowserFor
) -> None:
    a_case(company, at=Stage.NOMINATED)
    browser = browser_for("L1")
    page = browser.open(f"/nominate?candidate=C&{STEP}")
    refused = browser.send(page, "Open the draft", manager="L2", status=409)
    assert refused.alert != ""
    assert filled(refused.soup, refused.form("Open the draft"))["manager"] == "L2"


def test_hr_waives_a_rule_with_a_reason(company: Company, browser_for: BrowserFor) -> None:
    case_id = falls_short(company)
    hr = browser_for("H2")
    done = hr.send(hr.open(f"/cases/{case_id}/eligibility"), "Waive this rule", reason="Led a team abroad.")
    assert "Led a team abroad." in done.words
    assert done.alert == "Waived; the reason stands on record."


def test_the_candidate_reads_his_letter_and_acknowledges_it(
    company: Company, browser_for: BrowserFor
) -> None:
    case_id = a_case(company, at=Stage.NOTICE)
    candidate = browser_for("C")
    page = candidate.open(f"/cases/{case_id}/letters")
    done = candidate.send(page, "I have read this letter")
    assert "acknowledged on" in done.words


def test_every_letter_is_shown_however_many_there_are(company: Company, browser_for: BrowserFor) -> None:
    case_id = a_case(company, at=Stage.NOTICE)
    with company.door.acting(now=company.now) as act:
        for number in range(2, 53):
            round_ = StageRound(case_id=case_id, stage=Stage.REVIEW, number=number, opened_at=company.now)
            act.add(round_)
            act.db.flush()
            facts = {"case_id": case_id, "round_id": round_.id, "locale": "en", "written_at": company.now}
            act.add(Letter(kind=LetterKind.DECLINED, text=f"Letter number {number}.", **facts))
    assert "Letter number 52." in browser_for("C").open(f"/cases/{case_id}/letters").words


@pytest.mark.parametrize("path", ["/my-promotion", "/ladders", "/nominate?candidate=C"])
def test_the_pages_take_few_statements(
    company: Company, browser_for: BrowserFor, statements: list[str], path: str
) -> None:
    a_case(company, at=Stage.NOMINATED)
    browser = browser_for("C")
    browser.open(path)
    statements.clear()
    browser.open(path)
    assert len(statements) <= 20, "\n".join(statements)
