"""What a batch of messages needs is read at once, and each is still looked at when it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from office import Office
from test_outbox import Post

from notifications.channels import SENT, Channels, Mail, Outcome, Verdict
from notifications.models import DeliveryState
from notifications.outbox import deliver_due
from workflow.vocabulary import Role


@dataclass
class Meanwhile(Post):
    """Does something with the first mail, after so much time."""

    does: Callable[[], None] = int
    answer: Outcome = SENT

    def send_mail(self, mail: Mail) -> Outcome:
        if not self.mails:
            self.does()
            self.answers.append(self.answer)
        return super().send_mail(mail)


def two_digests(office: Office) -> list[int]:
    tasks = [office.a_task(office.a_person()) for _ in range(2)]
    office.sweeps()
    return tasks


def became(office: Office) -> list[str | None]:
    return [one.error or one.state for one in office.deliveries()]


def delivered(office: Office, channels: Channels, now: Callable[[], datetime] | None = None) -> None:
    deliver_due(office.engine, channels, now or (lambda: office.now), "one")


@pytest.mark.parametrize(
    ("answer", "later"), [(SENT, timedelta(seconds=1)), (Outcome(Verdict.LATER, "busy"), timedelta())]
)
def test_what_is_known_is_read_anew_after_a_second_and_after_each_that_was_not_sent(
    office: Office, answer: Outcome, later: timedelta
) -> None:
    person, other = office.a_person(), office.a_person()
    cases = [office.a_case(one) for one in (person, other)]
    for case in cases:
        office.happens("effect_taken", case)

    def other_leaves() -> None:
        office.has_left(other)
        office.now += later

    post = Meanwhile(does=other_leaves, answer=answer)
    delivered(office, post.channels)
    assert became(office) == [answer.reason or DeliveryState.SENT, "person_has_left"]


def test_a_digest_is_looked_at_when_its_own_turn_comes(office: Office) -> None:
    _, second = two_digests(office)
    post = Meanwhile(does=lambda: office.done(second))
    delivered(office, post.channels)
    assert became(office) == [DeliveryState.SENT, "nothing_open"]


def test_once_a_receiver_is_gone_the_rest_of_the_batch_is_not_sent_there(office: Office) -> None:
    office.a_subscription(office.a_person(role=Role.HR))
    case = office.a_case(office.a_person())
    for _ in range(3):
        office.happens("case_opened", case)
    post = Post(answers=[Outcome(Verdict.GONE, "410")])
    delivered(office, post.channels)
    assert len(post.hooks) == 1
    told_of_it = "pending"
    assert became(office) == ["410", "subscription_is_off", "subscription_is_off", told_of_it]


def test_ten_mails_are_read_about_in_as_many_statements_as_one(office: Office, statements: list[str]) -> None:
    reads = []
    for many in (1, 10):
        for _ in range(many):
            office.happens("effect_taken", office.a_case(office.a_person()))
        statements.clear()
        delivered(office, Post().channels)
        reads.append([one for one in statements if one.startswith("SELECT") and "delivery" not in one])
    assert len(reads[0]) == len(reads[1]) == 6
    assert len(office.deliveries(state=DeliveryState.SENT)) == 11


def test_a_receiver_that_hangs_takes_the_time_of_one_message_and_not_of_all(office: Office) -> None:
    for name in ("slow", "quick"):
        office.a_subscription(office.a_person(role=Role.HR), f"https://{name}.example.com/")
    case = office.a_case(office.a_person())
    for _ in range(2):
        office.happens("case_opened", case)
    post = Post(answers=[Outcome(Verdict.LATER, "ReadTimeout")])
    delivered(office, post.channels)
    assert sorted(became(office)) == ["ReadTimeout", "receiver_silent", "sent", "sent"]
    (held,) = office.deliveries(error="receiver_silent")
    assert (held.attempts, held.next_at) == (0, office.now + timedelta(minutes=1))
    delivered(office, post.channels, lambda: office.now + timedelta(minutes=1, seconds=6))
    assert became(office) == ["sent"] * 4


def test_a_digest_that_is_tried_again_at_night_waits_for_its_readers_morning(office: Office) -> None:
    office.a_task(office.a_person())
    office.sweeps()
    post = Post(answers=[Outcome(Verdict.LATER, "ConnectionRefusedError", timedelta(hours=11))])
    delivered(office, post.channels)
    office.happens("effect_taken", office.a_case(office.a_person()))
    morning = office.now + timedelta(days=1)
    office.now += timedelta(hours=13)  # half past ten in the evening
    delivered(office, post.channels)
    assert became(office) == ["quiet_hours", "sent"]
    (digest,) = office.deliveries(error="quiet_hours")
    assert (digest.attempts, digest.next_at, digest.trouble is not None) == (1, morning, True)
    office.now = morning
    delivered(office, post.channels)
    assert became(office) == ["sent"] * 2


def test_a_digest_that_is_tried_again_on_a_day_off_waits_for_the_next_working_day(office: Office) -> None:
    office.now += timedelta(days=3)  # Friday
    office.a_task(office.a_person())
    office.sweeps()
    post = Post(answers=[Outcome(Verdict.LATER, "451 try later", timedelta(days=1))])
    for days in (0, 2):
        delivered(office, post.channels, lambda days=days: office.now + timedelta(days=days))
    (digest,) = office.deliveries(error="quiet_hours")
    assert digest.next_at == office.now + timedelta(days=3)


def test_a_mail_that_was_held_meanwhile_says_nothing_of_a_server_that_hangs(office: Office) -> None:
    silences, minute = Post().channels.silences, timedelta(minutes=1)
    silences.note(None, Outcome(Verdict.LATER, "TimeoutError"), office.now)
    silences.note(None, Outcome(Verdict.HELD, "quiet_hours", minute), office.now)
    assert silences.held(None, office.now) == Outcome(Verdict.HELD, "receiver_silent", minute)
    silences.note(None, SENT, office.now)
    assert silences.held(None, office.now) is None


def test_however_long_a_pause_a_receiver_asks_for_it_is_tried_again_within_the_hour(office: Office) -> None:
    silences, hour = Post().channels.silences, timedelta(hours=1)
    silences.note(1, Outcome(Verdict.LATER, "503", timedelta(days=7)), office.now)
    assert silences.held(1, office.now) == Outcome(Verdict.HELD, "503", hour)
    assert silences.held(2, office.now) is None
    assert silences.held(1, office.now + hour) is None


def test_whether_a_receiver_is_back_one_message_finds_out_and_the_others_wait_for_it(office: Office) -> None:
    silences, again = Post().channels.silences, office.now + timedelta(minutes=1)
    silences.note(None, Outcome(Verdict.LATER, "TimeoutError"), office.now)
    assert silences.held(None, again) is None
    assert silences.held(None, again) == Outcome(Verdict.HELD, "receiver_silent", timedelta(minutes=1))
    silences.note(None, SENT, again)
    assert silences.held(None, again) is None
    assert silences.held(None, again) is None
