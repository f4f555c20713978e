"""Competitions on pages: announced, judged in secret, decided by HR, each shown what he may know."""

import pytest
from sqlalchemy import select

from notifications import dates
from tests.builders import JUDGES, close_entries, score_all, score_round, seat_judges
from tests.company import Company
from tests.web.browsing import Page
from tests.web.conftest import BrowserFor
from tests.workflow.contests import three_entries, three_judged_entries
from tests.workflow.test_agenda import two_before_the_committee
from workflow import sweeps
from workflow.models import Competition, SealedScore
from workflow.rules.deadlines import add_months, local_day
from workflow.vocabulary import CompetitionState, Stage


def contest(company: Company) -> Competition:
    with company.reading() as db:
        return db.scalars(select(Competition)).one()


def sheets(company: Company) -> int:
    with company.reading() as db:
        return db.query(SealedScore).count()


def open_contest(browser_for: BrowserFor, number: str, key: int) -> Page:
    return browser_for(number).open(f"/competitions/{key}")


def test_hr_announces_a_competition_for_all_to_read(company: Company, browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    typed = {
        "name": "Manager <b>North</b>",
        "track": "management",
        "level": "senior",
        "post": "regional_manager",
    }
    page = hr.open("/competitions")
    refused = hr.send(page, "Announce a competition", opens_on="1999-01-01", **typed, status=422)
    assert "Manager &lt;b&gt;North" in refused.answer.text
    done = hr.send(refused, "Announce a competition", opens_on="2026-03-02", department="1", **typed)
    assert done.alert == "The competition is announced."
    page = browser_for("P8").open("/competitions")
    assert "Manager <b>North</b>" in page.words
    assert "Announce a competition" not in page.words
    page = browser_for("P8").open(page.link("Manager"))
    assert "Nominate somebody, or yourself, in time." in page.words
    assert "For Service" in page.words
    assert "What you can do" not in page.words


def test_what_is_wrong_with_a_field_is_said_under_its_name_on_the_page(browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    typed = {"name": "x" * 201, "track": "management", "level": "senior", "post": "regional_manager"}
    refused = hr.send(
        hr.open("/competitions"), "Announce a competition", opens_on="2026-03-02", status=422, **typed
    )
    assert "Competition : is too short or too long; allowed: 1–200" in refused.alert
    way = refused.soup.select_one("[role=alert] a")
    assert way is not None
    assert refused.soup.select_one(f"input{way['href']}[name=name][aria-invalid]") is not None
    assert refused.soup.select_one("[role=alert] code") is None


def test_hr_changes_the_closing_day_and_calls_it_off(company: Company, browser_for: BrowserFor) -> None:
    key, *_ = three_entries(company)
    hr = browser_for("H1")
    page = hr.open(f"/competitions/{key}")
    assert "Entries so far Candidate Stage Person" in page.words
    done = hr.send(page, "Change the closing day", closes_on="2026-03-20")
    assert done.alert == "The closing day is changed."
    done = hr.send(done, "Call it off", reason="The post is not needed.")
    assert "called off" in done.words
    assert contest(company).state is CompetitionState.CANCELLED


def test_hr_seats_the_panel_once_entries_are_closed(company: Company, browser_for: BrowserFor) -> None:
    key, *_ = three_entries(company)
    close_entries(company, key)
    hr = browser_for("H1")
    page = hr.open(f"/competitions/{key}")
    refused = hr.send(page, "Seat the panel", judges="J1, J2, P99", status=422)
    assert "Nobody has this employee number" in refused.alert
    done = hr.send(refused, "Seat the panel", judges="J1, J2, J3")
    assert done.alert == "The panel is drawn and asked for its sheets."
    assert "Person J2" in done.words


def test_a_judge_scores_and_may_replace_the_sheet_while_it_is_sealed(
    company: Company, browser_for: BrowserFor
) -> None:
    key, case, *_ = three_judged_entries(company)
    judge = browser_for("J1")
    page = judge.open(f"/competitions/{key}")
    assert "Nobody sees the scores of others until every sheet is in." in page.words
    sheet = judge.open(f"/competitions/{key}/entries/{case}")
    missing = judge.send(sheet, "Hand in the sheet", status=422, **{"scores.expertise": "4.5"})
    assert "The score is missing." in missing.words
    assert missing.soup.select_one("input[name='scores.expertise'][value='4.5'][checked]") is not None
    done = judge.send(missing, "Hand in the sheet", **{"scores.plan_for_the_post": "3"})
    assert (done.path, done.alert) == (f"/competitions/{key}", "Your sheet is sealed and in.")
    again = judge.open(f"/competitions/{key}/entries/{case}")
    assert again.soup.select_one("input[name='scores.expertise'][value='4.5'][checked]") is not None
    judge.send(again, "Replace the sheet", **{"scores.expertise": "2"})
    assert sheets(company) == 1


@pytest.mark.parametrize("number", ["J2", "H1", "C", "A1"])
def test_nobody_else_reads_a_sheet(company: Company, browser_for: BrowserFor, number: str) -> None:
    key, case, *_ = three_judged_entries(company)
    judge = browser_for("J1")
    typed = {"scores.expertise": "4.5", "scores.plan_for_the_post": "1.5"}
    judge.send(judge.open(f"/competitions/{key}/entries/{case}"), "Hand in the sheet", **typed)
    other = browser_for(number)
    path = f"/competitions/{key}/entries/{case}"
    if number == "J2":
        assert "checked" not in other.open(path).answer.text
    else:
        other.open(path, status=403)
    assert "4.5" not in other.open(f"/competitions/{key}").words


def test_a_judge_far_from_the_others_confirms(company: Company, browser_for: BrowserFor) -> None:
    key, *cases = three_judged_entries(company)
    score_round(company, key, dict.fromkeys(cases, 4), JUDGES[1:])
    score_round(company, key, {cases[0]: 1, cases[1]: 4, cases[2]: 5}, JUDGES[:1])
    judge = browser_for("J1")
    task = judge.client.get("/api/v1/inbox?kind=confirm_score").get_json()["items"][0]
    page = judge.open(f"/competitions/{key}/entries/{task['case']}")
    assert "Your sheet lies far from the others" in page.words
    done = judge.send(page, "Confirm", evidence="Could not explain his own plan.")
    assert done.alert == "Your sheet is confirmed."


def test_a_judge_with_a_stake_leaves_the_panel_and_hr_names_another(
    company: Company, browser_for: BrowserFor
) -> None:
    key, case, *_ = three_judged_entries(company)
    judge = browser_for("J1")
    page = judge.open(f"/competitions/{key}/entries/{case}")
    done = judge.send(page, "Declare an interest", reason="We are friends.")
    assert (done.path, done.alert) == ("/inbox", "You have stepped aside.")
    judge.open(f"/competitions/{key}/entries/{case}", status=404)
    hr = browser_for("H1")
    page = hr.open(f"/competitions/{key}")
    assert "missing; successor by" in page.words
    done = hr.send(page, "Replace", judge="T1")
    assert done.alert == "The judge is replaced."


def test_hr_signs_the_order_with_a_reason_for_each_tie(company: Company, browser_for: BrowserFor) -> None:
    key, first, second, third = three_entries(company)
    seat_judges(company, key)
    score_all(company, key, {first: 5, second: 5, third: 3})
    hr = browser_for("H1")
    page = hr.open(f"/competitions/{key}")
    assert "in the tie band" in page.words
    assert "Order of merit, not signed yet" in page.words
    assert "running order" not in page.words
    ties = {f"ties.{place}.reason": "Equal in every respect." for place in range(2)}
    done = hr.send(page, "Sign the order of merit", reason="By order of merit.", **ties)
    assert done.alert == "The order of merit is signed."
    assert "Equal in every respect." in done.words
    assert company.case(third).stage is Stage.RESERVE
    own = open_contest(browser_for, "P2", key)
    last_day = add_months(local_day(company.now, "Asia/Shanghai"), 12)
    assert f"in reserve until {dates.written(last_day, 'en')}" in own.words
    assert "Person C" not in own.words
    assert "The entries of others are not shown to you." in own.words
    assert "The entries of others" not in done.words
    assert "Call up the next in reserve" in done.words


def test_whoever_has_no_place_is_not_shown_the_running_order_as_his_place(
    company: Company, browser_for: BrowserFor
) -> None:
    key, first, second, third = three_entries(company)
    seat_judges(company, key)
    score_all(company, key, {first: 5, second: 4, third: 1})
    hr = browser_for("H1")
    hr.send(hr.open(f"/competitions/{key}"), "Sign the order of merit", reason="By order of merit.")
    assert company.case(third).stage is Stage.DECLINED
    place = open_contest(browser_for, "P2", key).soup.td
    assert place is not None
    assert (place["data-label"], place.get_text()) == ("Place", "–")


def test_hr_signs_from_the_inbox_that_a_place_in_reserve_is_over(
    company: Company, browser_for: BrowserFor
) -> None:
    two_before_the_committee(company)
    company.later(days=367)
    sweeps.run(company.door, now=company.now)
    hr = browser_for("H1")
    waiting = hr.client.get("/api/v1/inbox?kind=write_decision").get_json()["items"]
    task = next(one for one in waiting if one["detail"] == "reserve_expired")
    page = hr.open(f"/tasks/{task['id']}")
    assert page.path == f"/cases/{task['case']}"
    done = hr.send(page, "Sign the end of the place in reserve", text="No seat has become free.")
    assert done.alert == "The decision is signed."
    assert company.case(task["case"]).stage is Stage.DECLINED


def test_a_stranger_reads_the_announcement_and_no_entry(company: Company, browser_for: BrowserFor) -> None:
    two_before_the_committee(company)
    page = open_contest(browser_for, "P8", contest(company).id)
    assert "You see no entry here." in page.words
    assert not any(f"Person {number}" in page.words for number in ("C", "P1", "P2", *JUDGES))
    browser_for("P8").open("/competitions/99", status=404)


def test_the_page_of_a_competition_costs_seven_and_a_sheet_nine(
    company: Company, browser_for: BrowserFor, statements: list[str]
) -> None:
    key, case, *_ = three_judged_entries(company)
    judge = browser_for("J1")
    for path, most in ((f"/competitions/{key}", 7), (f"/competitions/{key}/entries/{case}", 9)):
        judge.open(path)
        statements.clear()
        judge.open(path)
        assert len(statements) <= most, "\n".join(" ".join(one.split())[:110] for one in statements)
