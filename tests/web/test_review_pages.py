"""The form of a rater and the result of a review on pages, with what is told and what is not."""

import pytest

from tests.builders import a_case, answers, fill_in_all, raters
from tests.company import Company
from tests.web.browsing import Page, filled
from tests.web.conftest import BrowserFor
from tests.workflow.test_review_outcomes import short as case_below_a_floor
from workflow import reviews
from workflow.models import SealedForm
from workflow.vocabulary import Stage

COMPLETE = {f"answers.{key}": "4" for key in answers()}


@pytest.fixture
def case(company: Company) -> int:
    """A case in review."""
    return a_case(company, at=Stage.REVIEW)


def first_peer(company: Company, case: int) -> str:
    return next(number for number in raters(company, case) if number.startswith("P"))


def forms_kept(company: Company) -> list[tuple[bool, bool]]:
    with company.reading() as db:
        return [(one.sealed is not None, one.draft is not None) for one in db.query(SealedForm)]


def test_a_rater_reads_who_will_see_what_before_the_first_question(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    words = browser_for(first_peer(company, case)).open(f"/cases/{case}/form").words
    assert words.index("Who will see what") < words.index("Your answers are confidential")
    assert words.index("Your answers are confidential") < words.index("Question 1 of 24")
    superior = browser_for("L1").open(f"/cases/{case}/form")
    assert "Your review is given by name." in superior.words


def test_a_rater_hands_in_and_may_replace_it_until_the_close(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    rater = browser_for(first_peer(company, case))
    done = rater.send(rater.open(f"/cases/{case}/form"), "Hand in", **COMPLETE)
    assert (done.path, done.alert) == ("/inbox", "Your form is handed in.")
    again = rater.open(f"/cases/{case}/form")
    assert "You may replace it until the review closes" in again.words
    assert again.soup.select_one("input[name='answers.learns'][value='4'][checked]") is not None
    rater.send(again, "Hand in again", **{"answers.learns": "2"})
    assert forms_kept(company) == [(True, False)]


def test_whoever_has_handed_in_finds_his_form_again_until_the_review_closes(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    peer, superior = browser_for(first_peer(company, case)), browser_for("L1")
    assert "Handed in" not in peer.open("/inbox").words
    assert superior.open(f"/cases/{case}").link("Fill in the review form") == f"/cases/{case}/form"
    for rater in (peer, superior):
        rater.send(rater.open(f"/cases/{case}/form"), "Hand in", **COMPLETE)
        page = rater.open("/inbox")
        assert "Person C" in page.words
        assert page.link("Change my answers") == f"/cases/{case}/form"
    assert superior.open(f"/cases/{case}").link("Change my answers") == f"/cases/{case}/form"
    fill_in_all(company, case)
    assert "Change my answers" not in superior.open(f"/cases/{case}").words + peer.open("/inbox").words


def test_what_is_handed_in_stands_on_the_first_page_of_the_inbox_alone(
    company: Company, browser_for: BrowserFor
) -> None:
    for candidate in ("C", "P1"):
        a_case(company, at=Stage.REVIEW, candidate=candidate)
    superior = browser_for("L1")
    waiting = superior.client.get("/api/v1/inbox?kind=review&limit=1").get_json()
    form = f"/cases/{waiting['items'][0]['case']}/form"
    superior.send(superior.open(form), "Hand in", **COMPLETE)
    assert "Handed in" in superior.open("/inbox").words
    further = superior.open(f"/inbox?cursor={waiting['next']}").words
    assert "Fill in a review form" in further
    assert "Handed in" not in further


def test_whoever_has_declined_to_review_is_offered_no_form(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    number = first_peer(company, case)
    company.do(reviews.decline_request, case, number, reason="I hardly know him.")
    assert "Change my answers" not in browser_for(number).open("/inbox").words


def test_a_best_mark_without_what_was_seen_is_refused_at_its_question_and_nothing_is_lost(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    rater = browser_for(first_peer(company, case))
    typed = COMPLETE | {"answers.learns": "5", "evidence.diagnoses": "Found it <i>at once</i>."}
    refused = rater.send(rater.open(f"/cases/{case}/form"), "Hand in", status=422, **typed)
    marked = refused.soup.select("fieldset.missing")
    assert len(marked) == 1
    assert marked[0].select_one("details[open]") is not None
    fields = filled(refused.soup, refused.form("Hand in"))
    assert (fields["answers.learns"], fields["evidence.diagnoses"]) == ("5", "Found it <i>at once</i>.")
    assert "<i>at once" not in refused.answer.text
    rater.send(refused, "Hand in", **{"evidence.learns": "Learned inverter commissioning alone."})
    assert forms_kept(company) == [(True, False)]


def test_what_is_missing_is_listed_above_the_form_with_a_way_to_each_question(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    rater = browser_for(first_peer(company, case))
    page = rater.open(f"/cases/{case}/form")
    refused = rater.send(page, "Hand in", status=422, **{"answers.learns": "5"})
    assert "1 of 24 questions are answered; at least 17 are needed." in refused.alert
    assert "Question 22 of 24 : A rating of 1 or 5 needs evidence." in refused.alert
    place = refused.link("Question 22 of 24").removeprefix("#")
    assert refused.soup.select_one(f"fieldset.missing#{place}") is not None


def test_whoever_judges_himself_is_not_told_of_a_review_of_somebody(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    page = browser_for("C").open(f"/cases/{case}/form")
    assert "Your self-assessment" in page.words
    assert "Your review of" not in page.words


def test_an_unfinished_form_is_kept_as_a_draft_by_its_button(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    number = first_peer(company, case)
    rater = browser_for(number)
    page = rater.open(f"/cases/{case}/form")
    button = next(one for one in page.soup.find_all("button") if "Keep as a draft" in one.get_text())
    fields = filled(page.soup, page.form("Keep as a draft")) | {
        "answers.learns": "none",
        "_said": "draft_kept",
    }
    done = rater.post(str(button["formaction"]), fields)
    assert done.alert == "The draft is kept. You find it here again."
    again = rater.open(f"/cases/{case}/form")
    assert "This is your draft. Only you can read it" in again.words
    assert again.soup.select_one("input[name='answers.learns'][value='none'][checked]") is not None
    assert forms_kept(company) == [(False, True)]
    assert number in raters(company, case)


def test_a_draft_keeps_itself_while_it_is_written_even_with_nothing_chosen_yet(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    rater = browser_for(first_peer(company, case))
    page = rater.open(f"/cases/{case}/form")
    form = page.form("Hand in")
    fields = filled(page.soup, form) | {"evidence.learns": "So far.", "_quietly": "true", "_method": "PUT"}
    answer = rater.client.post(str(form["data-draft-to"]), data=fields)
    assert (answer.status_code, answer.data) == (204, b"")
    assert "So far." in rater.open(f"/cases/{case}/form").words


def test_a_rater_declines_with_a_reason_and_somebody_else_is_asked(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    number = first_peer(company, case)
    rater = browser_for(number)
    done = rater.send(rater.open(f"/cases/{case}/form"), "Decline to review", reason="We never met.")
    assert done.alert == "You have declined; somebody else is asked."
    rater.open(f"/cases/{case}/form", status=404)
    assert number not in raters(company, case)


def test_whoever_is_not_asked_finds_no_form(company: Company, browser_for: BrowserFor, case: int) -> None:
    for number in ("H1", "X1"):
        browser_for(number).open(f"/cases/{case}/form", status=404)


def result(browser_for: BrowserFor, number: str, case: int, status: int = 200) -> Page:
    return browser_for(number).open(f"/cases/{case}/review", status)


def test_before_the_close_hr_reads_numbers_that_point_at_nobody(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    rater = first_peer(company, case)
    company.do(reviews.submit_form, case, rater, answers=answers(), evidence={})
    page = result(browser_for, "H1", case)
    assert "Peers 5 too few to tell" in page.words
    assert rater not in page.words
    result(browser_for, "C", case, status=403)


def test_the_result_is_shown_as_it_was_released_and_a_superior_by_name(
    company: Company, browser_for: BrowserFor, case: int
) -> None:
    fill_in_all(company, case)
    page = result(browser_for, "M2", case)
    assert "of 100, from" in page.words
    assert "3.5–4.5" in page.words
    assert "By name: Person L1" in page.words
    assert "Where too few have answered nothing is shown" in page.words
    columns = [one.get_text() for one in page.soup.select("section[aria-labelledby=items] thead th")]
    assert columns == ["Question", "Peers"]
    assert len(page.soup.select("svg.scale")) > 24
    fills = {float(str(one["width"])) for one in page.soup.select("svg.scale .fill")}
    assert fills == {80.0}  # four of five


def test_hr_signs_from_the_inbox_that_a_floor_is_missed(company: Company, browser_for: BrowserFor) -> None:
    short = case_below_a_floor(company)
    hr = browser_for("H1")
    (task,) = hr.client.get("/api/v1/inbox?kind=write_decision").get_json()["items"]
    page = hr.open(f"/tasks/{task['id']}")
    assert "Widen the circle" not in page.words
    done = hr.send(page, "Sign that a floor is missed", text="Customers are not served well enough yet.")
    assert done.alert == "The decision is signed."
    assert company.case(short).stage is Stage.DECLINED


def test_the_form_costs_nine_and_the_result_thirteen(
    company: Company, browser_for: BrowserFor, case: int, statements: list[str]
) -> None:
    rater = browser_for(first_peer(company, case))
    rater.open(f"/cases/{case}/form")
    statements.clear()
    rater.open(f"/cases/{case}/form")
    assert len(statements) <= 9, "\n".join(" ".join(one.split())[:110] for one in statements)
    fill_in_all(company, case)
    member = browser_for("M2")
    member.open(f"/cases/{case}/review")
    statements.clear()
    member.open(f"/cases/{case}/review")
    assert len(statements) <= 13, "\n".join(" ".join(one.split())[:110] for one in statements)
