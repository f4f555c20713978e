"""The page of a customer: one form, two languages, no script, and nothing typed is lost."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from api.signing import signed
from tests.builders import a_case, fill_in_all
from tests.company import Company
from tests.customers import begin_all, customer_answers, customers, links, list_contacts
from tests.web.conftest import SECRET
from workflow import cases, raters
from workflow import customers as customer_verbs
from workflow.models import PromotionCase, ReviewOutcome, ReviewRequest, SealedForm
from workflow.vocabulary import RequestState, Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
HOSTILE = '<script>alert("x")</script>{{7*7}}\'"><img src=x onerror=alert(1)>'


class Shape(HTMLParser):
    """What a browser would see of a page: tags with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture
def case_id(company: Company) -> int:
    list_contacts(company, *customers(9))
    case_id = a_case(company, at=Stage.REVIEW)
    begin_all(company, case_id)
    return case_id


@pytest.fixture
def new_path(company: Company) -> str:
    list_contacts(company, *customers(9))
    return f"/r/{signed(SECRET, links(company, a_case(company, at=Stage.REVIEW))[0])}"


@pytest.fixture
def path(company: Company, case_id: int) -> str:
    return f"/r/{signed(SECRET, links(company, case_id)[0])}"


def form(value: str = "4", **more: str) -> dict[str, str]:
    return {**{f"answer-{item}": value for item in customer_answers()}, **more}


def state(company: Company, path: str) -> RequestState:
    with company.reading() as db:
        request = db.scalars(select(ReviewRequest).where(ReviewRequest.link == path[3:35])).one()
        return request.state


def test_the_page_asks_six_questions_and_says_first_who_will_see_the_answers(
    client: FlaskClient, path: str
) -> None:
    page = client.get(path)
    text = page.get_data(as_text=True)
    shape = Shape(text)
    assert page.status_code == 200
    assert len(shape.named("fieldset")) == 6
    radios = [one for one in shape.named("input") if one["type"] == "radio"]
    assert len(radios) == 6 * 6
    assert text.index("at least 5 customers") < text.index("<fieldset")
    assert "one of 8 customers" in text
    assert text.count("I cannot judge this") == 6
    assert "Removes the cause for good" in text


def test_the_page_runs_no_script_and_loads_nothing_from_elsewhere(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    text = page.get_data(as_text=True)
    assert not re.search(r"<script|<style|style=|\son\w+=|https?://", text)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    with client.get("/static/page.css") as style:
        assert style.mimetype == "text/css"


def test_the_page_speaks_the_customers_language_and_the_other_on_request(
    company: Company, client: FlaskClient, path: str, case_id: int
) -> None:
    assert Shape(client.get(path).get_data(as_text=True)).named("html") == [{"lang": "en"}]
    other = client.get(f"{path}?lang=zh_Hans").get_data(as_text=True)
    assert Shape(other).named("html") == [{"lang": "zh-Hans"}]
    assert "谁会看到您的回答" in other
    answer = client.post(f"{path}?lang=zh_Hans", data=form("9"))
    assert "您已填写的内容都已保留" in answer.get_data(as_text=True)
    assert client.get(f"{path}?lang=xx").status_code == 200


def test_a_customer_alone_with_his_language_is_warned(company: Company, client: FlaskClient) -> None:
    list_contacts(company, *customers(7), replace(customers(8)[-1], locale="zh_Hans"))
    case_id = a_case(company, at=Stage.REVIEW)
    told = [
        client.get(f"/r/{signed(SECRET, link)}").get_data(as_text=True) for link in links(company, case_id)
    ]
    assert sum("可能被认出" in text for text in told) == 1
    assert not any("could be recognised" in text for text in told)


def test_reading_changes_nothing(company: Company, client: FlaskClient, path: str, case_id: int) -> None:
    before = company.case(case_id).version
    for _ in range(3):
        client.get(path)
        client.head(path)
    assert state(company, path) is RequestState.ASKED
    assert company.case(case_id).version == before


def test_whoever_follows_the_link_reads_what_is_asked_and_begins_by_a_button(
    client: FlaskClient, new_path: str
) -> None:
    cover = client.get(new_path).get_data(as_text=True)
    assert "<fieldset" not in cover
    assert "one of 8 customers" in cover
    assert "stays open for three days" in cover
    assert "I would rather not answer" in cover
    begun = client.post(f"{new_path}/opening?lang=zh_Hans", follow_redirects=True).get_data(as_text=True)
    assert begun.count("<fieldset") == 6
    assert "提交评价" in begun


def test_a_form_sent_before_it_was_begun_leads_back_to_what_is_asked(
    company: Company, client: FlaskClient, new_path: str
) -> None:
    answer = client.post(new_path, data=form(), follow_redirects=True)
    assert "Show me the questions" in answer.get_data(as_text=True)
    assert state(company, new_path) is RequestState.ASKED


def test_a_link_works_for_three_days_once_its_form_was_opened(
    company: Company, client: FlaskClient, new_path: str
) -> None:
    company.later(hours=80)
    begun = client.post(f"{new_path}/opening", follow_redirects=True)
    assert "can be answered until 8 Mar 2026" in begun.get_data(as_text=True)
    company.later(hours=72)
    client.post(f"{new_path}/opening")  # opening it again gives no more time
    assert client.get(new_path).status_code == 200
    company.later(hours=24)  # and the day that the page has named is over
    for answer in (client.get(new_path), client.post(new_path, data=form())):
        assert answer.status_code == 410
        assert "time for answering is over" in answer.get_data(as_text=True)


def test_a_form_is_handed_in_and_thanked_for(company: Company, client: FlaskClient, path: str) -> None:
    answer = client.post(path, data=form(comment="Always on time."), follow_redirects=True)
    assert answer.status_code == 200
    assert "Thank you" in answer.get_data(as_text=True)
    assert state(company, path) is RequestState.SUBMITTED
    with company.reading() as db:
        assert b"Always" not in (db.scalars(select(SealedForm.sealed)).one() or b"")


def test_what_was_typed_comes_back_with_the_unanswered_questions_marked(
    company: Company, client: FlaskClient, path: str
) -> None:
    (first, second, *rest) = customer_answers()
    given = {f"answer-{first}": "2", f"answer-{second}": "none", "comment": HOSTILE}
    answer = client.post(path, data=given)
    text = answer.get_data(as_text=True)
    shape = Shape(text)
    assert answer.status_code == 422
    checked = [(one["name"], one["value"]) for one in shape.named("input") if "checked" in one]
    assert checked == [(f"answer-{first}", "2"), (f"answer-{second}", "none")]
    assert [one.get("aria-describedby") for one in shape.named("fieldset")] == [
        None,
        None,
        *(f"missing-{item}" for item in rest),
    ]
    assert "at least 5 of the 6 questions" in text
    assert HOSTILE in unescape(text)
    assert not shape.named("script")
    assert not shape.named("img")
    assert state(company, path) is RequestState.ASKED


def test_a_comment_that_is_too_long_comes_back_whole(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data=form(comment="x" * 5001))
    text = answer.get_data(as_text=True)
    assert (answer.status_code, "x" * 5001 in text) == (422, True)
    assert "longer than 5000 characters" in text


def test_what_no_database_can_keep_is_left_out(company: Company, client: FlaskClient, case_id: int) -> None:
    for link in links(company, case_id):
        client.post(f"/r/{signed(SECRET, link)}", data=form(comment="On\0 time\x1b, always.\r\n谢谢👨‍👩‍👧"))
    fill_in_all(company, case_id)
    with company.reading() as db:
        shown = db.scalars(select(ReviewOutcome)).one().shown
    assert set(shown["comments"]["_overall"]) == {"On time, always.\n谢谢👨‍👩‍👧"}


def test_a_link_is_used_once(company: Company, client: FlaskClient, path: str) -> None:
    client.post(path, data=form())
    with company.reading() as db:
        before = db.scalars(select(SealedForm.sealed)).all()
    for again in (client.get(path), client.post(path, data=form("1"))):
        text = again.get_data(as_text=True)
        assert "have been handed in" in text
        assert "Person C" not in text
    with company.reading() as db:
        assert db.scalars(select(SealedForm.sealed)).all() == before


def test_a_customer_may_decline_and_somebody_else_is_asked(
    company: Company, client: FlaskClient, path: str, case_id: int
) -> None:
    before = set(links(company, case_id))
    answer = client.post(f"{path}/refusal", follow_redirects=True)
    assert "chosen not to answer" in answer.get_data(as_text=True)
    assert state(company, path) is RequestState.DECLINED
    assert len(set(links(company, case_id)) - before) == 1
    assert client.post(f"{path}/refusal").status_code == 200


def test_a_link_that_is_over_says_why_and_nothing_of_the_case(
    company: Company, client: FlaskClient, case_id: int
) -> None:
    replaced, withdrawn = (f"/r/{signed(SECRET, link)}" for link in links(company, case_id)[:2])
    with company.on(case_id) as (act, case):
        request = next(one for one in raters.requests_of(act, case) if one.link == replaced[3:35])
        raters.drop(act, case, request, RequestState.REPLACED)
    company.do(cases.withdraw, case_id, "C", reason="")
    for path, words in ((replaced, "in your place"), (withdrawn, "time for answering is over")):
        for answer in (client.get(path), client.post(path, data=form()), client.post(f"{path}/refusal")):
            text = answer.get_data(as_text=True)
            assert (answer.status_code, words in text) == (410, True)
            assert "Person C" not in text


def test_a_link_ends_with_its_time_even_before_the_clock_closes_the_review(
    company: Company, client: FlaskClient, path: str
) -> None:
    company.later(days=30)
    assert client.get(path).status_code == 410
    assert client.post(path, data=form()).status_code == 410
    assert state(company, path) is RequestState.ASKED


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 64, "é" * 64, "a.b.c"])
def test_an_unknown_link_answers_with_a_page_that_is_the_same_for_all(
    client: FlaskClient, token: str
) -> None:
    unknown = client.get("/r/nothing")
    assert "There is nothing here" in unknown.text
    assert "此处没有" in client.get("/r/nothing?lang=zh_Hans").text
    assert "frame-ancestors 'none'" in unknown.headers["Content-Security-Policy"]
    for answer in (client.get(f"/r/{token}"), client.post(f"/r/{token}", data=form())):
        assert (answer.status_code, answer.mimetype, answer.data) == (404, "text/html", unknown.data)


def test_what_is_refused_before_a_page_looks_at_it_is_said_on_a_page(
    app: Flask, client: FlaskClient, path: str
) -> None:
    too_much = client.post(path, data=form(comment="x" * 300_000))
    assert (too_much.status_code, too_much.mimetype) == (413, "text/html")
    no_provider = client.get("/sign-in/callback")
    assert (no_provider.status_code, no_provider.mimetype) == (404, "text/html")
    limits = app.extensions["jinsheng limits"]
    limits.by_address = 1
    calls = [client.get("/password") for _ in range(3)]
    assert (calls[-1].status_code, calls[-1].mimetype) == (429, "text/html")
    assert calls[-1].headers["Retry-After"] in calls[-1].text


def test_a_link_signed_with_another_secret_opens_nothing(
    company: Company, client: FlaskClient, case_id: int
) -> None:
    link = links(company, case_id)[0]
    assert client.get(f"/r/{signed('another secret', link)}").status_code == 404
    assert client.get(f"/r/{link}").status_code == 404
    assert client.get(f"/r/{signed(SECRET, link)[:-1]}").status_code == 404


def test_the_api_opens_the_same_form(company: Company, client: FlaskClient, case_id: int) -> None:
    one, other = (f"/api/v1/review-links/{signed(SECRET, link)}" for link in links(company, case_id)[:2])
    told = client.get(one).get_json()
    assert (told["candidate"], len(told["items"]), told["threshold"], told["group"]) == ("Person C", 6, 5, 8)
    assert set(told["audience"]) == {"en", "zh_Hans"}
    few = client.put(one, json={"answers": {}})
    assert (few.status_code, few.get_json()["code"]) == (422, "form_incomplete")
    assert client.put(one, json={"answers": {"masters_tools": 3}}).status_code == 422
    assert client.put(one, json={"answers": customer_answers(), "comment": "Good."}).status_code == 204
    used = client.get(one)
    assert (used.status_code, used.get_json()["code"]) == (410, "review_link_over")
    assert "handed in" in used.get_json()["messages"]["en"]
    assert client.post(f"{other}/refusal", json={}).status_code == 204
    assert client.put(other, json={"answers": customer_answers()}).status_code == 410


def test_the_api_shows_the_questions_once_the_form_is_begun(client: FlaskClient, new_path: str) -> None:
    link = new_path.replace("/r/", "/api/v1/review-links/")
    told = client.get(link).get_json()
    assert (told["is_begun"], told["items"], told["group"]) == (False, [], 8)
    assert client.post(f"{link}/opening").status_code == 204
    begun = client.get(link).get_json()
    assert (begun["is_begun"], len(begun["items"])) == (True, 6)
    assert begun["due_at"] < told["due_at"]


def test_a_customers_form_leaves_no_trace_of_its_time(
    company: Company, client: FlaskClient, path: str
) -> None:
    with company.reading() as db:
        before = [(case.version, case.journal_sequence) for case in db.scalars(select(PromotionCase))]
    client.post(path, data=form())
    with company.reading() as db:
        after = [(case.version, case.journal_sequence) for case in db.scalars(select(PromotionCase))]
    assert before == after


def test_customers_count_once_enough_have_answered(company: Company, case_id: int) -> None:
    for link in links(company, case_id):
        company.do(customer_verbs.submit, case_id, link=link, answers=customer_answers(3))
    fill_in_all(company, case_id)
    with company.reading() as db:
        sources = db.scalars(select(ReviewOutcome)).one().shown["sources"]
    assert [(one["source"], one["weight"]) for one in sources] == [
        ("superior", 30),
        ("peer", 45),
        ("customer", 25),
    ]
