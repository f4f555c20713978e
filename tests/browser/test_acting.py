"""Acting at a real browser: by keys alone, without scripts, and two at once on the same case."""

from playwright.sync_api import expect

from tests.api.test_standing_in import for_technicians
from tests.browser.people import PHONE, House
from tests.builders import a_case, raters, sitting
from tests.company import Company
from workflow import committees
from workflow.models import ReviewRequest
from workflow.vocabulary import RequestState, Stage, TaskKind


def test_an_approver_approves_by_keys_alone(house: House, company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    approver = house.person("D1")
    approver.open("/inbox")
    approver.page.keyboard.press("j")
    approver.page.evaluate("document.querySelector('main').setAttribute('data-old', '')")
    approver.page.keyboard.press("a")
    approver.settle()
    assert approver.told.strip() == "Approved."
    assert company.open_tasks(case_id)[0].role == "hr"


def test_an_approver_returns_by_keys_alone(house: House, company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    approver = house.person("D1")
    approver.open("/inbox")
    for key in ("j", "r"):
        approver.page.keyboard.press(key)
    approver.page.keyboard.type("Name the customers.")
    approver.page.keyboard.press("Tab")
    approver.page.evaluate("document.querySelector('main').setAttribute('data-old', '')")
    approver.page.keyboard.press("Enter")
    approver.settle()
    assert company.open_tasks(case_id)[0].kind is TaskKind.REVISE_NOMINATION


def test_a_member_votes_by_keys_alone(house: House, company: Company) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    (task,) = company.open_tasks(case_id, TaskKind.OPEN_BALLOT)
    company.do(committees.open_ballot, case_id, company.number(task.assignee_id))
    before = sitting(company, case_id)
    member = house.person(before[0])
    member.open(f"/cases/{case_id}/vote")
    member.page.locator("input[name=choice]").first.focus()
    member.page.keyboard.press("Space")
    member.page.locator("button", has_text="Cast the ballot").focus()
    member.page.evaluate("document.querySelector('main').setAttribute('data-old', '')")
    member.page.keyboard.press("Enter")
    member.settle()
    assert sitting(company, case_id) == before[1:]


def test_the_keys_are_shown(house: House) -> None:
    person = house.person("D1")
    person.open("/inbox")
    person.page.keyboard.press("?")
    assert person.page.locator("dialog#keys").is_visible()


def test_without_scripts_an_approver_approves(house: House, company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    approver = house.person("D1", has_scripts=False, size=PHONE)
    approver.open("/inbox")
    approver.page.get_by_role("button", name="Approve", exact=True).click()
    assert approver.told.strip() == "Approved."
    assert company.open_tasks(case_id)[0].role == "hr"


def test_without_scripts_a_rater_hands_in_his_form(house: House, company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    number = next(one for one in raters(company, case_id) if one != "C")
    rater = house.person(number, has_scripts=False)
    rater.open(f"/cases/{case_id}/form")
    for item in rater.page.locator('input[type=radio][value="3"]').all():
        item.check()
    rater.page.get_by_role("button", name="Hand in").first.click()
    with company.reading() as db:
        states = {one.state for one in db.query(ReviewRequest).filter_by(rater_id=company.ids[number])}
    assert states == {RequestState.SUBMITTED}


def test_of_two_at_once_the_later_is_told_what_the_first_has_done(house: House, company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    first, second = house.person("D1"), house.person("D1")
    for person in (first, second):
        person.open(f"/cases/{case_id}")
    first.press("page.approval.approve")
    second.press("page.approval.decline_do", reason="Too early.")
    assert "has signed" in second.told or "already" in second.told, second.told


def test_a_form_is_kept_while_it_is_written_and_a_lost_connection_is_said(
    house: House, company: Company
) -> None:
    case_id = a_case(company, at=Stage.DRAFT)
    author = house.person("L1")
    author.open(f"/cases/{case_id}/nomination")
    author.page.context.set_offline(True)
    author.page.locator("[name=statement]").fill("Solves what others cannot.")
    state = author.page.locator("[data-draft-state]")
    expect(state).to_contain_text("The connection is lost", timeout=10_000)
    author.page.context.set_offline(False)
    expect(state).to_have_text("kept", timeout=10_000)
    assert company.case(case_id).statement == "Solves what others cannot."
    author.press("page.do.submit")
    assert company.case(case_id).stage is Stage.NOMINATED
    assert author.page.url == f"{author.address}/cases/{case_id}"
    author.faults.clear()  # the browser complains of the lost connection


def test_a_key_acts_on_the_marked_row_alone_and_once(house: House, company: Company) -> None:
    cases = for_technicians(company, "P1", "P2")
    approver = house.person("D1")
    approver.open("/inbox")
    approver.page.keyboard.press("a")
    assert [len(company.open_tasks(case, TaskKind.APPROVE)) for case in cases] == [1, 1]
    assert approver.page.locator("[data-row]").count() == len(cases)
    approver.page.keyboard.press("j")
    approver.page.evaluate("document.querySelector('main').setAttribute('data-old', '')")
    for _ in range(3):
        approver.page.keyboard.down("a")
    approver.page.keyboard.up("a")
    approver.settle()
    assert approver.page.locator("[data-row]").count() == 1


def test_with_scripts_too_a_form_waits_for_a_new_sign_in(house: House, company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    approver = house.person("D1")
    approver.open(f"/cases/{case_id}")
    approver.page.context.clear_cookies()
    approver.press("page.approval.return_do", reason="Name the customers, and what each gained.")
    assert "what you entered is kept" in approver.words
    assert "Name the customers" in approver.page.locator("[name=_kept]").first.input_value()
    assert company.open_tasks(case_id)[0].kind is TaskKind.APPROVE


def test_an_act_without_a_connection_says_so(house: House, company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    approver = house.person("D1")
    approver.open("/inbox")
    approver.page.context.set_offline(True)
    approver.page.get_by_role("button", name="Approve", exact=True).click()
    expect(approver.page.locator("#lost")).to_be_visible()
    approver.page.context.set_offline(False)
    approver.press("page.approval.approve")
    assert company.open_tasks(case_id)[0].role == "hr"
    approver.faults.clear()  # the browser complains of the lost connection
