"""The committee room: the ballot is opened, cast, changed, counted and explained on the page of the vote."""

import pytest

from tests.company import MEMBERS, Company
from tests.web.browsing import Page
from tests.web.conftest import BrowserFor
from tests.workflow.test_agenda import two_before_the_committee
from tests.workflow.votes import YES, cast, convened_case, recuse, voting_case
from workflow.models import BallotPaper
from workflow.vocabulary import Stage, TaskKind


def vote_of(browser_for: BrowserFor, number: str, case: int, status: int = 200) -> Page:
    return browser_for(number).open(f"/cases/{case}/vote", status)


def test_the_chair_opens_the_ballot(company: Company, browser_for: BrowserFor) -> None:
    (case,) = convened_case(company)
    chair = browser_for("M1")
    done = chair.send(chair.open(f"/cases/{case}/vote"), "Open the ballot")
    assert done.alert == "The ballot is open; everybody with a vote is asked."
    assert "7 members have a vote" in done.words
    assert len(company.open_tasks(case, TaskKind.CAST_BALLOT)) == 7


def test_until_then_members_read_that_the_chair_opens_it(company: Company, browser_for: BrowserFor) -> None:
    (case,) = convened_case(company)
    assert "The ballot is not open yet. The chair opens it." in vote_of(browser_for, "M2", case).words


def test_a_case_out_of_turn_asks_why_each_better_placed_one_is_passed_over(
    company: Company, browser_for: BrowserFor
) -> None:
    first, second = two_before_the_committee(company)
    chair = browser_for("M1")
    page = chair.open(f"/cases/{second}/vote")
    assert "Better placed cases are not decided yet" in page.words
    refused = chair.send(page, "Open the ballot", status=422)
    assert company.open_tasks(second, TaskKind.CAST_BALLOT) == []
    typed = {"deviation.0.reason": "Has no licence for the region."}
    done = chair.send(refused, "Open the ballot", **typed)
    assert "Passed over by this vote" in done.words
    assert "Has no licence for the region." in vote_of(browser_for, "M2", first).words


def test_a_member_votes_and_may_change_the_ballot_until_the_close(
    company: Company, browser_for: BrowserFor
) -> None:
    (case,) = voting_case(company)
    member = browser_for("M2")
    page = member.open(f"/cases/{case}/vote")
    done = member.send(page, "Cast the ballot", choice="yes", reason="Keeps promises.")
    assert done.alert == "Your ballot is in the box."
    assert "You may change your ballot until the close" in done.words
    member.send(done, "Change my ballot", choice="no")
    with company.reading() as db:
        assert [paper.choice for paper in db.query(BallotPaper)] == ["no"]


def test_how_somebody_has_voted_stands_nowhere_on_the_page(company: Company, browser_for: BrowserFor) -> None:
    (case,) = voting_case(company)
    member = browser_for("M2")
    done = member.send(member.open(f"/cases/{case}/vote"), "Cast the ballot", choice="defer", reason="Wait.")
    assert "checked" not in done.answer.text
    assert "Wait." not in done.answer.text


def test_a_member_sees_the_own_ballot_on_a_page_of_its_own_and_changes_it_there(
    company: Company, browser_for: BrowserFor
) -> None:
    (case,) = voting_case(company)
    member = browser_for("M2")
    voted = member.send(member.open(f"/cases/{case}/vote"), "Cast the ballot", choice="defer", reason="Wait.")
    page = member.open(voted.link("Show my ballot"))
    assert "You have voted: Defer" in page.words
    assert "Only you see this" in page.words
    changed = member.send(page, "Change my ballot", choice="yes")
    assert "You have voted: Yes" in changed.words
    assert "Wait." in changed.words
    browser_for("M3").open(f"/cases/{case}/ballot", status=404)


def test_whoever_finds_an_open_browser_does_not_see_how_its_owner_votes(
    company: Company, browser_for: BrowserFor
) -> None:
    (case,) = voting_case(company)
    member = browser_for("M2")
    member.send(member.open(f"/cases/{case}/vote"), "Cast the ballot", choice="defer")
    company.later(minutes=16)
    asked = member.open(f"/cases/{case}/ballot", status=403)
    assert asked.path.startswith("/prove")
    assert "Defer" not in asked.words


def test_with_few_members_the_page_says_why_it_takes_no_reason(
    company: Company, browser_for: BrowserFor
) -> None:
    (case,) = voting_case(company)
    recuse(company, case, *MEMBERS[4:])
    page = vote_of(browser_for, "M2", case)
    assert "a reason would tell who wrote it" in page.words
    assert page.form("Cast the ballot").find("textarea") is None


def test_a_ballot_without_a_choice_is_refused_and_the_reason_stays(
    company: Company, browser_for: BrowserFor
) -> None:
    (case,) = voting_case(company)
    member = browser_for("M2")
    page = member.open(f"/cases/{case}/vote")
    refused = member.send(page, "Cast the ballot", status=422, reason="Keeps promises.")
    assert "Keeps promises." in refused.form("Cast the ballot").get_text()


def test_whoever_steps_aside_does_not_see_the_case_again(company: Company, browser_for: BrowserFor) -> None:
    (case,) = voting_case(company)
    member = browser_for("M2")
    page = member.open(f"/cases/{case}/vote")
    done = member.send(page, "Declare an interest and step aside", reason="We are friends.")
    assert (done.path, done.alert) == ("/inbox", "You have stepped aside.")
    member.open(f"/cases/{case}/vote", status=404)
    assert "Kept out of this case declared" in vote_of(browser_for, "M3", case).words


def test_the_chair_reads_the_reasons_and_signs_the_decision(
    company: Company, browser_for: BrowserFor
) -> None:
    (case,) = voting_case(company)
    for number in MEMBERS:
        member = browser_for(number)
        member.send(member.open(f"/cases/{case}/vote"), "Cast the ballot", choice="yes", reason=f"{number}!")
    chair = browser_for("M1")
    page = chair.open(f"/cases/{case}/vote")
    assert all(f"{number}!" in page.words for number in MEMBERS)
    assert "The count says: carried." in page.words
    done = chair.send(page, "Sign the decision", text="The committee was convinced.")
    assert done.alert == "The decision is signed."
    assert company.case(case).stage is Stage.NOTICE


def test_the_candidate_reads_what_the_vote_came_to_only_after_the_decision(
    company: Company, browser_for: BrowserFor
) -> None:
    (case,) = voting_case(company)
    vote_of(browser_for, "C", case, status=403)
    cast(company, case, YES, *MEMBERS)
    chair = browser_for("M1")
    chair.send(chair.open(f"/cases/{case}/vote"), "Sign the decision", text="Convinced.")
    page = vote_of(browser_for, "C", case)
    assert "Only the result is told" in page.words
    assert "Kept out" not in page.words


def test_hr_refers_the_case_to_another_committee(company: Company, browser_for: BrowserFor) -> None:
    (case,) = convened_case(company)
    hr = browser_for("H1")
    assert "Refer to another" not in hr.open(f"/cases/{case}/vote").words
    seats = {"members": ["T1", "J1", "J2", "J3", "X1"], "from_on": "2026-03-02", "until_on": "2027-03-01"}
    made = {"name": "Ad hoc", "chair": "T1", "is_standing": False, **seats}
    headers = {"Idempotency-Key": "seats-an-ad-hoc-one", "Sec-Fetch-Site": "same-origin"}
    assert hr.client.post("/api/v1/committees", json=made, headers=headers).status_code == 201
    done = hr.send(hr.open(f"/cases/{case}/vote"), "Refer to another committee")
    assert done.alert == "The case is before the other committee."
    assert "Ad hoc" in done.words


@pytest.mark.parametrize("stranger", ["X1", "J1"])
def test_for_whoever_may_not_see_the_case_there_is_no_such_page(
    company: Company, browser_for: BrowserFor, stranger: str
) -> None:
    (case,) = voting_case(company)
    vote_of(browser_for, stranger, case, status=404)


@pytest.mark.parametrize("reader", ["M1", "M2", "H1", "A1"])
def test_the_page_of_a_vote_costs_twenty_one(
    company: Company, browser_for: BrowserFor, statements: list[str], reader: str
) -> None:
    (case,) = voting_case(company)
    browser = browser_for(reader)
    browser.open(f"/cases/{case}/vote")
    statements.clear()
    browser.open(f"/cases/{case}/vote")
    assert len(statements) <= 21, "\n".join(" ".join(one.split())[:110] for one in statements)
