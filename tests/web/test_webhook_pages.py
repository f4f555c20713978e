"""One's own webhooks and chat robots on pages: tried out, sent again, ended; secrets shown once."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from notifications import subscriptions
from notifications.channels import guard
from notifications.models import Channel, Delivery, DeliveryState, WebhookSubscription
from tests.company import Company
from tests.web.conftest import BrowserFor

URL = "https://hooks.example/a"


@pytest.fixture(autouse=True)
def names_that_need_no_look_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every address is a good one here."""
    with monkeypatch.context() as patched:
        patched.setattr(guard, "checked", lambda url, _internal: url)
        yield


def a_hook(company: Company, owner: str = "H1") -> str:
    """The page of a subscription."""
    with company.door.acting(now=company.now) as act:
        fields = {"url": URL, "secret": "whsec_b2xkIHNlY3JldA==", "created_at": act.now}
        return f"/webhooks/{act.add(WebhookSubscription(owner_id=company.ids[owner], **fields)).id}"


def settle(company: Company, state: DeliveryState, error: str | None = None) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Delivery).values(state=state, error=error, attempts=3))


def test_a_test_is_sent_and_what_has_become_of_it_is_told_in_words(
    company: Company, browser_for: BrowserFor
) -> None:
    path, owner = a_hook(company), browser_for("H1")
    assert owner.send(owner.open(path), "Send a test").alert == "A test is on its way."
    settle(company, DeliveryState.DEAD, "503")
    page = owner.open(path)
    assert "A test ping" in page.words
    assert "failed attempts: 3 The receiver itself has failed (503)." in page.words
    assert owner.send(page, "Send again").alert == "It is sent again."
    assert "waiting" in owner.open(f"{path}?state=pending").words
    assert "No message here." in owner.open(f"{path}?state=dead").words


def test_its_owner_chooses_other_events(company: Company, browser_for: BrowserFor) -> None:
    path, owner = a_hook(company), browser_for("H1")
    saved = owner.send(owner.open(path), "Save", events="case.stuck")
    assert saved.alert == "From now on it is told of these events."
    ticked = saved.soup.select("input[name=events][checked]")
    assert [box["value"] for box in ticked] == ["case.stuck"]
    assert [box.find_parent("label").get_text(" ", strip=True) for box in ticked] == ["Held up case.stuck"]


def test_a_period_is_sent_again_and_how_much_it_was(company: Company, browser_for: BrowserFor) -> None:
    path, owner = a_hook(company), browser_for("H1")
    owner.send(owner.open(path), "Send a test")
    settle(company, DeliveryState.SENT)
    period = {"since": "2026-03-02T00:00", "until": "2026-03-03T00:00"}
    assert "Sent again: 1." in owner.send(owner.open(path), "Send again", nth=-1, **period).words
    turned = {"since": period["until"], "until": period["since"]}
    refused = owner.send(owner.open(path), "Send again", nth=-1, status=422, **turned)
    assert "The end of the period has to lie after its beginning." in refused.words
    assert 'value="2026-03-03T00:00"' in refused.answer.text


def test_an_instant_that_is_none_is_refused_and_kept(company: Company, browser_for: BrowserFor) -> None:
    path, owner = a_hook(company), browser_for("H1")
    period = {"since": "2026-13-01T00:00", "until": "2026-03-03T00:00"}
    refused = owner.send(owner.open(path), "Send again", nth=-1, status=422, **period)
    assert 'value="2026-13-01T00:00"' in refused.answer.text


def test_a_new_secret_is_shown_once_and_the_old_one_counts_for_a_day(
    company: Company, browser_for: BrowserFor
) -> None:
    path, owner = a_hook(company), browser_for("H1")
    shown = owner.send(owner.open(path), "Make a new secret")
    secret = shown.soup.select_one("main .note code")
    assert secret is not None
    assert secret.get_text().startswith("whsec_")
    again = owner.open(path)
    assert secret.get_text() not in again.answer.text
    assert "Messages are signed with the secret before as well, until" in again.words


def test_what_was_switched_off_is_switched_on_again(company: Company, browser_for: BrowserFor) -> None:
    path, owner = a_hook(company), browser_for("H1")
    with company.door.acting(now=company.now) as act:
        subscriptions.note_gone(act.db, 1, company.now)
    page = owner.open(path)
    assert "Send a test" not in page.words
    assert owner.send(page, "Switch it on again").alert == "It is switched on again."
    assert "working" in owner.open(path).words
    assert owner.send(owner.open(path), "End it").alert == "The subscription is ended."


def test_nobody_sees_the_webhook_of_somebody_else(company: Company, browser_for: BrowserFor) -> None:
    path = a_hook(company)
    for number in ("H2", "X1"):
        browser_for(number).open(path, status=404)
    browser_for("L1").open(path, status=403)


def test_a_robot_is_connected_tried_out_and_ended(company: Company, browser_for: BrowserFor) -> None:
    hr = browser_for("H1")
    fields = {"receiver": "feishu", "name": "人力资源群", "url": f"{URL}?token=topsecret", "secret": "s3cret"}
    page = hr.send(hr.open("/administration"), "Connect a robot", **fields, locale="zh_Hans", topics=[])
    assert page.alert == "Connected. Send a test to see whether it speaks."
    assert "人力资源群 Feishu working robot 1 · all topics" in page.words
    assert "topsecret" not in page.answer.text
    assert hr.send(page, "Send a test").alert == "A test is on its way."
    with company.reading() as db:
        assert db.scalars(select(Delivery.channel).where(Delivery.kind == "ping")).all() == [Channel.CHAT]
    page = hr.send(hr.open("/administration"), "Save", topics=["tasks.waiting", "notice.posted"])
    assert page.alert == "From now on the group is told of these topics."
    assert "robot 1 · A public notice, Tasks of HR, once a working day" in page.words
    ticked = page.form("Save").select("input[name=topics][checked]")
    assert [one["value"] for one in ticked] == ["notice.posted", "tasks.waiting"]
    assert hr.send(hr.open("/administration"), "End it").alert == "The robot says nothing more."
    assert "Your chat robots None yet." in hr.open("/administration").words


def test_robots_are_for_hr(browser_for: BrowserFor) -> None:
    assert "Your chat robots" not in browser_for("X1").open("/administration").words


def test_the_page_costs_the_same_however_much_was_sent(
    company: Company, browser_for: BrowserFor, statements: list[str]
) -> None:
    path, owner = a_hook(company), browser_for("H1")
    for _ in range(2):
        owner.send(owner.open(path), "Send a test")
        statements.clear()
        owner.open(path)
        assert len(statements) <= 6, "\n".join(" ".join(one.split())[:90] for one in statements)
