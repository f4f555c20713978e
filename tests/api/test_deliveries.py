"""Who reads what was sent to whom, and how a message gets its second chance."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from notifications import outbox, replays, robot_words
from notifications.channels.chat import Message
from notifications.deliveries import CONFIDENTIAL, SOUGHT
from notifications.letters import Dropped
from notifications.models import Channel, Delivery, DeliveryState, Receiver, WebhookSubscription
from notifications.reminders import DIGEST
from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.builders import a_case, a_contested_case
from tests.company import Company
from tests.workflow.test_mails_about_asking import telling
from workflow import cases, journal
from workflow.models import JournalEntry, RoleHolding
from workflow.vocabulary import Role, Stage


@pytest.fixture(autouse=True)
def told(company: Company) -> None:
    """What happens is told by mail."""
    telling(company)


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def a_withdrawn_case(company: Company, candidate: str = "C") -> int:
    """Its end is told to its candidate and its nominator."""
    case = a_case(company, at=Stage.NOMINATED, candidate=candidate)
    company.do(cases.withdraw, case, "H1", reason="The post was cut.")
    return case


def a_mail(company: Company, kind: str, to: str = "P1", state: DeliveryState = DeliveryState.PENDING) -> int:
    with company.door.acting(now=company.now) as act:
        mail = Delivery(
            key=f"test/{kind}/{to}",
            channel=Channel.MAIL,
            kind=kind,
            created_at=act.now,
            next_at=act.now,
            person_id=company.ids[to],
            state=state,
            error="550 no such person" if state is DeliveryState.DEAD else None,
        )
        return act.add(mail).id


def a_chat_message(company: Company, kind: str) -> None:
    """A message by a robot that H2 has connected."""
    with company.door.acting(now=company.now) as act:
        robot = {"url": "https://chat.example.com/", "secret": "", "receiver": Receiver.SLACK}
        act.add(WebhookSubscription(owner_id=company.ids["H2"], created_at=act.now, **robot))
        when = {"created_at": act.now, "next_at": act.now}
        act.add(Delivery(key="f", channel=Channel.CHAT, kind=kind, subscription_id=1, **when))


def listed(calls: Calls, by: str, search: str = "") -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = calls.get(by, f"/deliveries?limit=200{search}")["items"]
    return lines


def counted(calls: Calls, by: str) -> dict[tuple[str, str], int]:
    lines = calls.get(by, "/delivery-counts")["items"]
    return {(line["kind"], line["state"]): line["deliveries"] for line in lines}


def test_hr_reads_to_whom_mails_about_a_case_went(company: Company, calls: Calls) -> None:
    case = a_withdrawn_case(company)
    lines = [line for line in listed(calls, "H1") if line["kind"] == "case_withdrawn"]
    assert {(line["case"], line["person"]["number"]) for line in lines} == {(case, "C"), (case, "L1")}
    assert {(line["state"], line["attempts"], line["sent_at"]) for line in lines} == {("pending", 0, None)}


def test_an_administrator_reads_of_no_case(company: Company, calls: Calls) -> None:
    a_withdrawn_case(company)
    a_mail(company, "password_changed")
    assert {(line["kind"], line["case"]) for line in listed(calls, "X1")} == {("password_changed", None)}
    assert counted(calls, "X1") == {("of_cases", "pending"): 2}
    assert counted(calls, "H1") == {}


def test_hr_reads_nothing_of_its_own_case_and_its_rivals(company: Company, calls: Calls) -> None:
    for candidate in ("P1", "P2"):
        case = a_contested_case(company, at=Stage.NOMINATED, candidate=candidate)
        company.do(cases.withdraw, case, "H1", reason="The post was cut.") if candidate == "P2" else None
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["P2"], role=Role.HR))
    assert listed(calls, "P2") == []
    assert listed(calls, "H1") != []


def test_every_kind_of_mail_is_listed_or_counted() -> None:
    assert set(outbox.known_mails()) <= {*SOUGHT, *CONFIDENTIAL}


@pytest.mark.parametrize("kind", sorted(CONFIDENTIAL))
def test_what_points_at_people_is_a_number(company: Company, calls: Calls, kind: str) -> None:
    mail = a_mail(company, kind)
    for reader in ("H1", "X1"):
        assert listed(calls, reader) == []
        assert counted(calls, reader) == {(kind, "pending"): 1}
        calls.post(reader, f"/deliveries/{mail}/cancellation", status=404)


def test_what_only_a_newer_version_can_send_waits_as_a_number_or_with_that_reason(
    company: Company, calls: Calls
) -> None:
    a_mail(company, "sent_by_pigeon")
    a_chat_message(company, "case.flown")
    with company.reading() as db:
        assert db.scalars(outbox.due(company.now)).all() == []
    for reader in ("H1", "X1"):
        (line,) = listed(calls, reader)
        assert (line["kind"], line["state"], line["attempts"]) == ("case.flown", "pending", 0)
        assert line["trouble"]["en"].startswith("Only a newer version knows")
        assert counted(calls, reader) == {("of_a_newer_version", "pending"): 1}


def test_webhooks_are_listed_with_their_subscriber_and_no_address(company: Company, calls: Calls) -> None:
    with company.door.acting(now=company.now) as act:
        url, owner = "https://hooks.example.com/secret-path", company.ids["H2"]
        act.add(WebhookSubscription(owner_id=owner, url=url, secret="whsec_", created_at=act.now))
    case = a_withdrawn_case(company)
    for reader, of_case in (("H1", case), ("X1", None)):
        lines = [line for line in listed(calls, reader) if line["channel"] == "webhook"]
        hooks = {(line["case"], line["person"]["number"], line["subscription"]) for line in lines}
        assert hooks == {(of_case, "H2", 1)}
        assert "secret-path" not in str(lines)


def test_the_list_is_narrowed_to_a_state(company: Company, calls: Calls) -> None:
    a_mail(company, "password_changed")
    dead = a_mail(company, "token_made", state=DeliveryState.DEAD)
    (line,) = listed(calls, "X1", "&state=dead")
    assert (line["id"], line["error"]) == (dead, "550 no such person")
    assert line["trouble"]["zh_Hans"] == "邮件服务器拒收：550 no such person"


def test_the_list_is_narrowed_by_way_kind_person_and_days_where_the_reader_lives(
    company: Company, calls: Calls
) -> None:
    first, second = a_mail(company, "password_changed"), a_mail(company, "token_made", "P2")
    company.later(days=1)
    third = a_mail(company, "second_factor_set", "P2")
    today, before = company.now.date(), company.now.date() - timedelta(days=1)
    for search, found in (
        ("&channel=webhook", set()),
        ("&channel=mail", {first, second, third}),
        ("&kind=token_made", {second}),
        ("&person=P2", {second, third}),
        (f"&from={today}", {third}),
        (f"&to={before}&person=P1", {first}),
        ("&person=nobody", set()),
    ):
        assert {line["id"] for line in listed(calls, "X1", search)} == found, search
    calls.get("X1", "/deliveries?channel=pigeon", status=422)


def test_a_test_of_a_webhook_stands_in_the_list_though_it_is_of_no_case(
    company: Company, calls: Calls
) -> None:
    with company.door.acting(now=company.now, by=company.ids["H2"]) as act:
        fields = {"url": "https://hooks.example.com/", "secret": "whsec_", "created_at": act.now}
        hook = act.add(WebhookSubscription(owner_id=company.ids["H2"], **fields))
        replays.test(act, hook)
    for reader in ("H1", "X1"):
        assert [line["kind"] for line in listed(calls, reader)] == ["ping"]


@pytest.mark.parametrize("state", [DeliveryState.DEAD, DeliveryState.DROPPED])
def test_what_was_not_sent_is_sent_again_from_the_beginning(
    company: Company, calls: Calls, state: DeliveryState
) -> None:
    mail = a_mail(company, "substitute_named", state=state)
    with company.door.acting(now=company.now) as act:
        act.execute(update(Delivery).values(attempts=17))
    company.later(hours=1)
    again = calls.post("H1", f"/deliveries/{mail}/retry")
    assert (again["state"], again["attempts"], again["error"]) == ("pending", 0, None)
    assert again["next_at"] == company.now.isoformat()
    assert noted(company, "delivery_retried") == ["H1"]


def test_what_somebody_sends_again_is_said_however_old_it_is(company: Company, calls: Calls) -> None:
    a_chat_message(company, "ping")
    company.later(days=30)

    def said() -> Message:
        with company.reading() as db:
            news, robot = db.scalars(select(Delivery)).one(), db.scalars(select(WebhookSubscription)).one()
            return robot_words.write(db, news, robot, base_url="https://x.example", now=company.now)

    with pytest.raises(Dropped, match="stale"):
        said()
    with company.door.acting(now=company.now) as act:
        act.execute(update(Delivery).values(state=DeliveryState.DROPPED))
    (line,) = listed(calls, "X1")
    calls.post("X1", f"/deliveries/{line['id']}/retry")
    assert said().button


def test_what_waits_is_cancelled_and_may_be_sent_all_the_same(company: Company, calls: Calls) -> None:
    mail = a_mail(company, "substitute_named")
    gone = calls.post("X1", f"/deliveries/{mail}/cancellation")
    assert (gone["state"], gone["error"]) == ("dropped", "cancelled")
    assert calls.post("X1", f"/deliveries/{mail}/retry")["state"] == "pending"
    assert noted(company, "delivery_cancelled") == ["X1"]


@pytest.mark.parametrize("act", ["retry", "cancellation"])
@pytest.mark.parametrize("state", [DeliveryState.CLAIMED, DeliveryState.SENT])
def test_what_is_on_its_way_or_sent_stays_as_it_is(
    company: Company, calls: Calls, act: str, state: DeliveryState
) -> None:
    mail = a_mail(company, "substitute_named", state=state)
    refused = calls.post("H1", f"/deliveries/{mail}/{act}", status=409)
    assert refused["code"] == "delivery_in_state"
    assert state not in refused["messages"]["zh_Hans"]
    assert "{" not in "".join(refused["messages"].values())


@pytest.mark.parametrize("kind", ["roles_changed", "password_changed", "webhook_subscribed"])
def test_nobody_keeps_back_what_warns_of_him(company: Company, calls: Calls, kind: str) -> None:
    mail = a_mail(company, kind)
    calls.post("X1", f"/deliveries/{mail}/cancellation", status=409)


def test_what_there_is_not_is_not_found_like_what_is_not_told(company: Company, calls: Calls) -> None:
    unseen = calls.raw("X1", "POST", f"/deliveries/{a_mail(company, DIGEST)}/retry")
    unknown = calls.raw("X1", "POST", "/deliveries/999/retry")
    assert (unseen.status_code, unseen.data) == (404, unknown.data)


def noted(company: Company, action: str) -> list[str]:
    query = select(JournalEntry.actor_id).where(JournalEntry.action == action)
    with company.reading() as db:
        assert list(journal.verify(db)) == []
        return [company.number(person) for person in db.scalars(query)]
