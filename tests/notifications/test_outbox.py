"""Claiming, delivering and settling: nothing is lost, nothing is sent twice under two names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from office import Office
from receivers import as_read

from notifications import outbox
from notifications.channels import SENT, Channels, Mail, Outcome, Verdict
from notifications.channels.chat import Message
from notifications.channels.email import message_id
from notifications.ledger import Attempt, settle
from notifications.models import Channel, Delivery, DeliveryState, Receiver
from notifications.outbox import deliver_due, release
from workflow.database import writing
from workflow.vocabulary import Role, TaskKind

LATER = Outcome(Verdict.LATER, "busy")
NEVER = Outcome(Verdict.NEVER, "550 no such person")


@dataclass
class Post:
    """Stands for both ways out: remembers what it got and gives the answers it is told, then SENT."""

    answers: list[Outcome | BaseException] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    hooks: list[tuple[str, str]] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)

    def send_mail(self, mail: Mail) -> Outcome:
        self.mails.append(mail)
        return self._answer()

    def send_hook(self, url: str, _secrets: Sequence[str], key: str, _payload: dict[str, Any]) -> Outcome:
        self.hooks.append((url, key))
        return self._answer()

    def say(self, message: Message) -> Outcome:
        self.said.append(message)
        return self._answer()

    def _answer(self) -> Outcome:
        answer = self.answers.pop(0) if self.answers else SENT
        if isinstance(answer, BaseException):
            raise answer
        return answer

    @property
    def channels(self) -> Channels:
        return Channels(
            mail=_Mail(self),
            webhook=_Hook(self),
            sender="hr@example.com",
            base_url="https://p.example.com",
            mail_key="secret/{}".format,
            review_link=lambda handle: f"https://p.example.com/r/{handle}",
            reset_link=lambda handle, _: f"https://p.example.com/password/{handle}",
            end_link=lambda person: f"https://p.example.com/digests/{person}",
        )


@dataclass
class _Mail:
    post: Post

    def send(self, mail: Mail) -> Outcome:
        return self.post.send_mail(mail)


@dataclass
class _Hook:
    post: Post

    def send(self, url: str, secrets: Sequence[str], key: str, payload: dict[str, Any]) -> Outcome:
        return self.post.send_hook(url, secrets, key, payload)

    def say(self, kind: Receiver, url: str, secret: str, message: Message) -> Outcome:
        return self.post.say(message)


@pytest.fixture
def post() -> Post:
    return Post()


def _deliver(
    office: Office, post: Post, after: timedelta = timedelta(), worker: str = "one", limit: int = 10
) -> int:
    return deliver_due(office.engine, post.channels, lambda: office.now + after, worker, limit)


def _digest(office: Office, **person: Any) -> int:
    reader = office.a_person(**person)
    task = office.a_task(reader)
    office.sweeps()
    return task


def text_of(mail: Mail) -> str:
    body = as_read(mail).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def _only(office: Office) -> Delivery:
    (delivery,) = office.deliveries()
    return delivery


def test_what_is_due_is_sent_once(office: Office, post: Post) -> None:
    _digest(office)
    assert [_deliver(office, post), _deliver(office, post)] == [1, 0]
    assert [mail.id for mail in post.mails] == [message_id(f"secret/{_only(office).key}", "hr@example.com")]
    assert (_only(office).state, _only(office).sent_at) == (DeliveryState.SENT, office.now)


def test_looking_into_an_empty_outbox_writes_nothing(
    office: Office, post: Post, statements: list[str]
) -> None:
    assert _deliver(office, post) == 0
    assert len(statements) == 1


def test_a_crash_between_sending_and_noting_repeats_the_mail_under_the_same_id(
    office: Office, post: Post
) -> None:
    _digest(office)
    post.answers.append(KeyboardInterrupt())  # no handler of ours stops it, like a kill
    with pytest.raises(KeyboardInterrupt):
        _deliver(office, post)
    assert _deliver(office, post, timedelta(minutes=1), worker="two") == 0
    assert _deliver(office, post, timedelta(minutes=3), worker="two") == 1
    first, second = post.mails
    assert first.id == second.id
    assert _only(office).state is DeliveryState.SENT


def test_a_restarted_process_takes_over_at_once(office: Office, post: Post) -> None:
    _digest(office)
    outbox._claim(office.engine, office.now, "one", 10)
    assert release(office.engine, ["one"]) == 1
    assert _deliver(office, post, worker="one") == 1


def test_two_workers_never_hold_the_same_delivery(office: Office) -> None:
    for _ in range(6):
        office.a_task(office.a_person())
    office.sweeps()
    first = outbox._claim(office.engine, office.now, "one", 4)
    second = outbox._claim(office.engine, office.now, "two", 4)
    assert len(first) == 4
    assert len(second) == 2
    assert not {delivery.id for delivery in first} & {delivery.id for delivery in second}


def test_who_has_lost_the_lease_writes_nothing(office: Office, post: Post) -> None:
    _digest(office)
    (late,) = outbox._claim(office.engine, office.now, "one", 10)
    assert _deliver(office, post, timedelta(minutes=3), worker="two") == 1
    with writing(office.engine) as db:
        settle(db, [Attempt(late, NEVER, office.now)])
    assert _only(office).state is DeliveryState.SENT


def test_a_worker_starts_nothing_that_its_lease_may_not_cover(office: Office, post: Post) -> None:
    for _ in range(2):
        office.a_task(office.a_person())
    office.sweeps()
    ticks = iter([0, 0, 0, 0, 110, 110])
    now = lambda: office.now + timedelta(seconds=next(ticks))  # noqa: E731 -- a clock that jumps
    deliver_due(office.engine, post.channels, now, "one")
    assert len(post.mails) == 1
    assert _deliver(office, post, timedelta(minutes=3)) == 1


def test_a_failure_is_tried_again_after_the_pause(office: Office, post: Post) -> None:
    _digest(office)
    post.answers.append(LATER)
    _deliver(office, post)
    waiting = _only(office)
    assert (waiting.state, waiting.error, waiting.attempts) == (DeliveryState.PENDING, "busy", 1)
    assert timedelta(minutes=1) <= waiting.next_at - office.now <= timedelta(seconds=66)
    assert _deliver(office, post, timedelta(seconds=30)) == 0
    assert _deliver(office, post, timedelta(minutes=2)) == 1
    assert (_only(office).state, _only(office).error) == (DeliveryState.SENT, None)


def test_a_mail_is_given_up_after_about_three_days(office: Office, post: Post) -> None:
    office.happens("effect_taken", office.a_case(office.a_person()))
    post.answers += [LATER] * 100
    hours = 0
    while _only(office).state is DeliveryState.PENDING:
        _deliver(office, post, timedelta(hours=hours))
        hours += 1
    assert _only(office).state is DeliveryState.DEAD
    assert 72 < hours < 96


def test_what_can_never_arrive_is_dead_at_once(office: Office, post: Post) -> None:
    _digest(office)
    post.answers.append(NEVER)
    _deliver(office, post)
    assert (_only(office).state, _only(office).error) == (DeliveryState.DEAD, "550 no such person")


def test_an_error_of_the_program_stops_no_other_delivery(office: Office, post: Post) -> None:
    for _ in range(2):
        office.a_task(office.a_person())
    office.sweeps()
    post.answers.append(ZeroDivisionError())
    assert _deliver(office, post) == 2
    assert [delivery.state for delivery in office.deliveries()] == [DeliveryState.PENDING, DeliveryState.SENT]
    assert office.deliveries()[0].error == "ZeroDivisionError"


def test_a_digest_is_dropped_when_all_is_done_by_then(office: Office, post: Post) -> None:
    office.done(_digest(office))
    _deliver(office, post)
    assert (_only(office).state, _only(office).error) == (DeliveryState.DROPPED, "nothing_open")
    assert post.mails == []


@pytest.mark.parametrize(
    ("person", "reason"),
    [({"email": None}, "no_address"), ({"email": "a@b.example\nBcc: c@d.example"}, "bad_address")],
)
def test_nothing_is_sent_without_a_good_address(
    office: Office, post: Post, person: dict[str, Any], reason: str
) -> None:
    _digest(office, **person)
    _deliver(office, post)
    assert (_only(office).state, _only(office).error) == (DeliveryState.DROPPED, reason)


def test_nothing_is_sent_to_people_who_left_meanwhile(office: Office, post: Post) -> None:
    person = office.a_person()
    office.a_task(person)
    office.sweeps()
    office.has_left(person)
    _deliver(office, post)
    assert _only(office).error == "person_has_left"


def test_after_a_long_outage_only_the_latest_digest_goes_out(office: Office, post: Post) -> None:
    person = office.a_person()
    for days in range(3):
        office.a_task(person)
        office.sweeps(office.now + timedelta(days=days))
    _deliver(office, post, timedelta(days=2))
    assert [delivery.error for delivery in office.deliveries()] == ["later_digest", "later_digest", None]
    assert len(post.mails) == 1


def test_news_that_waited_through_a_long_outage_come_and_say_of_which_day_they_are(
    office: Office, post: Post
) -> None:
    office.happens("effect_taken", office.a_case(office.a_person()))
    _deliver(office, post, timedelta(days=30))
    assert _only(office).state is DeliveryState.SENT
    assert "This news is of 24 Nov 2026" in text_of(post.mails[0])


def test_a_digest_that_waited_through_a_long_outage_tells_what_is_open_now(
    office: Office, post: Post
) -> None:
    task = _digest(office)
    office.a_task(office.deliveries()[0].person_id, kind=TaskKind.CONFIRM)
    office.done(task)
    _deliver(office, post, timedelta(days=7))
    assert _only(office).state is DeliveryState.SENT
    assert "This news is of" not in text_of(post.mails[0])


def test_a_subscription_switched_off_meanwhile_gets_nothing(office: Office, post: Post) -> None:
    _a_webhook(office)
    post.answers.append(Outcome(Verdict.GONE, "410"))
    _deliver(office, post)
    assert not office.subscription(1).is_active
    (hook,) = office.deliveries(channel=Channel.WEBHOOK)
    assert hook.state is DeliveryState.DEAD


def test_webhooks_still_queued_for_a_subscription_that_is_off_are_dropped(office: Office, post: Post) -> None:
    _a_webhook(office)
    with writing(office.engine) as db:
        db.merge(office.subscription(1)).is_active = False
    _deliver(office, post)
    assert (_only(office).state, _only(office).error) == (DeliveryState.DROPPED, "subscription_is_off")
    assert post.hooks == []


def test_a_failing_receiver_warns_its_owner_after_a_day_and_is_off_after_five(
    office: Office, post: Post
) -> None:
    case = _a_webhook(office)
    post.answers += [LATER] * 20
    _deliver(office, post)
    assert office.subscription(1).failing_since == office.now
    for day in (1, 2):
        _deliver(office, post, timedelta(days=day))
    warnings = [delivery for delivery in office.deliveries() if delivery.kind == "webhook_failing"]
    assert [warning.person_id for warning in warnings] == [1]
    office.happens("vote_closed", case)
    _deliver(office, post, timedelta(days=5))
    assert not office.subscription(1).is_active


def test_an_answer_ends_the_count_of_failures(office: Office, post: Post) -> None:
    _a_webhook(office)
    post.answers.append(LATER)
    _deliver(office, post)
    _deliver(office, post, timedelta(minutes=1))
    assert office.subscription(1).failing_since is None
    assert len({key for _, key in post.hooks}) == 1


def _a_webhook(office: Office) -> int:
    office.a_subscription(office.a_person(role=Role.HR))
    case = office.a_case(office.a_person())
    office.happens("case_opened", case)
    return case
