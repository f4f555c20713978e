"""Groups are told by robots that something has happened: by whom made, of what, when, and never too fast."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from office import Office
from sqlalchemy import update
from sqlalchemy.orm import Session
from test_outbox import Post

from notifications import replays, robots, subscriptions
from notifications.channels import Outcome, Verdict
from notifications.models import Channel, DeliveryState, Receiver, WebhookSubscription
from notifications.outbox import deliver_due
from notifications.robots import Topic
from workflow.models import Site
from workflow.vocabulary import Role


@pytest.fixture
def post() -> Post:
    return Post()


def a_robot(office: Office, maker: int | None = None, **fields: Any) -> int:
    usual: dict[str, Any] = {"receiver": Receiver.DINGTALK, "name": "HR", "locale": "en"}
    return office.a_subscription(maker or office.a_person(role=Role.HR), **(usual | fields))


def said(office: Office, post: Post, after: timedelta = timedelta()) -> list[tuple[str, str]]:
    deliver_due(office.engine, post.channels, lambda: office.now + after, "one", 100)
    return [(message.title, message.link) for message in post.said]


def states(office: Office) -> list[str]:
    return [one.state for one in office.deliveries(channel=Channel.CHAT)]


def test_a_group_is_told_the_number_of_a_case_and_nothing_else(office: Office, post: Post) -> None:
    a_robot(office)
    case = office.a_case(office.a_person("Zhao Min"))
    for action in ("stage_entered", "decision_recorded", "approval_signed", "review_closed"):
        office.happens(action, case)
    assert said(office, post) == [("Promotion case 1 has moved on", "https://p.example.com/cases/1")]
    (message,) = post.said
    assert "Zhao" not in str(message)


def test_a_robot_gets_no_webhook_and_a_program_no_message(office: Office) -> None:
    maker = office.a_person(role=Role.HR)
    robot, program = a_robot(office, maker), office.a_subscription(maker)
    office.happens("stage_entered", office.a_case(office.a_person()))
    assert {(one.channel, one.subscription_id) for one in office.deliveries()} == {
        (Channel.CHAT, robot),
        (Channel.WEBHOOK, program),
    }


def test_only_topics_that_were_asked_for_are_told(office: Office) -> None:
    a_robot(office, events=[Topic.NOTICE_POSTED])
    case = office.a_case(office.a_person())
    for action in ("stage_entered", "notice_posted"):
        office.happens(action, case)
    assert [one.kind for one in office.deliveries(channel=Channel.CHAT)] == ["notice.posted"]


def test_nothing_is_told_of_a_case_in_which_the_maker_has_a_stake_or_once_he_has_left(office: Office) -> None:
    maker = office.a_person(role=Role.HR)
    a_robot(office, maker)
    own, other = office.a_case(maker), office.a_case(office.a_person())
    office.happens("stage_entered", own)
    office.has_left(maker)
    office.happens("stage_entered", other)
    assert office.deliveries(channel=Channel.CHAT) == []


def test_messages_to_one_robot_wait_for_their_turn_and_none_is_lost(office: Office, post: Post) -> None:
    a_robot(office)
    case = office.a_case(office.a_person())
    for _ in range(4):
        office.happens("stage_entered", case)
    assert len(said(office, post)) == 1
    waiting = office.deliveries(state=DeliveryState.PENDING)
    assert [(one.error, one.attempts) for one in waiting] == [("held_back", 0)] * 3
    assert [round((one.next_at - office.now).total_seconds(), 1) for one in waiting] == [3.1, 6.2, 9.3]
    assert len(said(office, post, timedelta(seconds=4))) == 2
    assert len(said(office, post, timedelta(seconds=10))) == 4
    assert states(office) == ["sent"] * 4


def test_what_waited_through_an_outage_does_not_go_out_in_one_burst(office: Office, post: Post) -> None:
    a_robot(office)
    case = office.a_case(office.a_person())
    for _ in range(4):
        office.happens("stage_entered", case)
    said(office, post)
    office.now += timedelta(hours=1)
    assert len(said(office, post)) == 2
    waiting = office.deliveries(state=DeliveryState.PENDING)
    assert [round((one.next_at - office.now).total_seconds(), 1) for one in waiting] == [3.1, 6.2]


def test_for_a_turn_that_comes_in_a_moment_nothing_is_put_back(office: Office, post: Post) -> None:
    a_robot(office, receiver=Receiver.TEAMS)
    case = office.a_case(office.a_person())
    for _ in range(2):
        office.happens("stage_entered", case)
    began = time.monotonic()
    assert len(said(office, post)) == 2
    assert time.monotonic() - began >= 0.3


def test_what_comes_meanwhile_stands_behind_what_is_held_back(office: Office, post: Post) -> None:
    a_robot(office)
    case = office.a_case(office.a_person())
    for _ in range(2):
        office.happens("stage_entered", case)
    said(office, post)
    office.now += timedelta(seconds=1)
    office.happens("stage_entered", case)
    said(office, post)
    assert [one.next_at for one in office.deliveries(state=DeliveryState.PENDING)] == [
        office.now + timedelta(seconds=2.1),
        office.now + timedelta(seconds=5.2),
    ]


@pytest.mark.parametrize(("other", "at_once"), [("/robot", 1), ("/another", 2)])
def test_robots_wait_for_each_other_where_they_share_an_address(
    office: Office, post: Post, other: str, at_once: int
) -> None:
    for path in ("/robot", other):
        a_robot(office, url=f"https://chat.example.com{path}")
    office.happens("stage_entered", office.a_case(office.a_person()))
    assert len(said(office, post)) == at_once
    assert len(said(office, post, timedelta(seconds=3.1))) == 2


def test_a_robot_that_is_to_keep_silent_is_asked_to_say_nothing_more_for_so_long(
    office: Office, post: Post
) -> None:
    a_robot(office, receiver=Receiver.TEAMS)
    for _ in range(3):
        office.happens("stage_entered", office.a_case(office.a_person()))
    post.answers.append(Outcome(Verdict.LATER, "429", timedelta(minutes=10)))
    channels = post.channels
    for minutes in (0, 5):
        deliver_due(office.engine, channels, lambda m=minutes: office.now + timedelta(minutes=m), "one")
    assert len(post.said) == 1
    assert sorted((one.error, one.attempts) for one in office.deliveries()) == [
        ("429", 0),
        ("429", 0),
        ("429", 1),
    ]
    deliver_due(office.engine, channels, lambda: office.now + timedelta(minutes=12), "one")
    assert len(post.said) == 4


def test_a_robot_that_fails_for_five_days_is_off(office: Office, post: Post) -> None:
    robot = a_robot(office)
    case = office.a_case(office.a_person())
    post.answers += [Outcome(Verdict.LATER, "310000 sign not match")] * 3
    for days in (0, 2, 6):
        office.now += timedelta(days=days)
        office.happens("stage_entered", case)
        deliver_due(office.engine, post.channels, lambda: office.now, "one", 1)
        give_up(office)
    assert office.subscription(robot).failing_since is not None
    assert not office.subscription(robot).is_active


def give_up(office: Office) -> None:
    with office.acting() as act:
        for one in office.deliveries(state=DeliveryState.PENDING):
            act.db.merge(one).state = DeliveryState.DEAD


def test_what_nobody_wants_to_know_any_more_is_dropped(office: Office, post: Post) -> None:
    a_robot(office)
    office.happens("stage_entered", office.a_case(office.a_person()))
    said(office, post, timedelta(days=2))
    assert [one.error for one in office.deliveries(channel=Channel.CHAT)] == ["stale"]


def test_the_tasks_that_wait_are_counted_once_a_working_day(office: Office, post: Post) -> None:
    maker = office.a_person(role=Role.HR)
    a_robot(office, maker, events=[Topic.TASKS_WAITING])
    office.a_task(None, holders=(maker,), due_in=timedelta(days=-1))
    office.a_task(None, holders=(maker,))
    office.a_task(maker)
    counts = [swept(office, timedelta(minutes=minutes)) for minutes in (-1, 0, 5, 61, 24 * 60)]
    assert counts == [0, 1, 0, 0, 1]
    assert swept(office, timedelta(days=4)) == 0, "a Saturday"
    assert said(office, post)[0] == ("Promotion cases: 2 tasks of HR wait", "https://p.example.com/inbox")
    assert post.said[0].text == "Overdue: 1."


@pytest.mark.parametrize(("is_worked", "days", "count"), [(False, 1, 0), (True, 4, 1)])
def test_a_working_day_is_one_of_the_makers_site(
    office: Office, is_worked: bool, days: int, count: int
) -> None:
    maker = office.a_person(role=Role.HR)
    a_robot(office, maker, events=[Topic.TASKS_WAITING])
    on = (office.now + timedelta(days=days)).date()
    with office.acting() as act:
        act.db.get_one(Site, 1).own_days = {on.isoformat(): {"is_worked": is_worked, "name": "Own"}}
    assert swept(office, timedelta(days=days)) == count


def test_a_zone_that_does_not_exist_holds_nobody_up(office: Office) -> None:
    for zone in ("Mars/Olympus", "Asia/Shanghai"):
        a_robot(office, office.a_person(role=Role.HR, own_time_zone=zone), events=[Topic.TASKS_WAITING])
    assert swept(office, timedelta()) == 2


@pytest.mark.parametrize("note", [subscriptions.note_failure, subscriptions.note_gone])
def test_what_its_owner_has_ended_stays_ended_whatever_an_attempt_under_way_finds(
    office: Office, note: Callable[[Session, int, datetime], None]
) -> None:
    robot = a_robot(office)
    with office.acting() as act:
        subscriptions.end(act.db, robot)
    with office.acting() as act:
        note(act.db, robot, office.now)
    assert not office.subscription(robot).is_in_sight


def test_what_was_switched_off_stays_in_sight_though_a_late_answer_comes(office: Office) -> None:
    robot = a_robot(office)
    with office.acting() as act:
        subscriptions.note_gone(act.db, robot, office.now)
    with office.acting() as act:
        subscriptions.note_answer(act.db, robot)
    assert office.subscription(robot).is_in_sight


def test_a_new_secret_follows_the_one_another_has_just_made(office: Office) -> None:
    program = office.a_subscription(office.a_person(role=Role.HR))
    with office.acting() as act:
        act.db.get_one(WebhookSubscription, program)  # read before the other's was committed
        others = update(WebhookSubscription).values(secret="the other's")
        act.db.execute(others.execution_options(synchronize_session=False))
        subscriptions.rotate(act.db, program, "mine", office.now)
    assert office.subscription(program).secrets(office.now) == ("mine", "the other's")


def test_where_no_task_waits_nothing_is_said(office: Office, post: Post) -> None:
    a_robot(office)
    swept(office, timedelta())
    assert said(office, post) == []
    assert [one.error for one in office.deliveries(channel=Channel.CHAT)] == ["nothing_open"]


def test_a_robot_is_tried_out_in_the_language_of_its_group(office: Office, post: Post) -> None:
    robot = a_robot(office, locale="zh_Hans")
    with office.acting(1) as act:
        replays.test(act, act.db.get_one(WebhookSubscription, robot))
    assert said(office, post) == [("晋升系统已连接", "https://p.example.com")]


def test_late_mails_do_not_go_out_in_one_burst(office: Office, post: Post) -> None:
    for _ in range(2):
        office.happens("effect_taken", office.a_case(office.a_person()))
    began = time.monotonic()
    said(office, post, timedelta(hours=2))
    assert len(post.mails) == 2
    assert time.monotonic() - began >= 0.2


def swept(office: Office, after: timedelta) -> int:
    with office.acting() as act:
        act.now = office.now + after
        return robots.sweep(act)
