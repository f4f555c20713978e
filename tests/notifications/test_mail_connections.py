"""One connection for many mails: kept, opened anew when the server has hung up, and no mail lost by it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from office import Office
from receivers import MailServerForTests
from test_outbox import Post

from notifications.channels import Mail, Verdict
from notifications.channels.email import build
from notifications.channels.mail_server import MailServer, Security
from notifications.letters import Letter
from notifications.models import DeliveryState
from notifications.outbox import deliver_due

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)


def a_mail(key: str = "k") -> Mail:
    letter = Letter(to="wang@example.com", locale="en", subject="s", text="t", html="<p>t</p>")
    return build(letter, key=key, sender="hr@example.com", now=NOW)


class Scripted(threading.Thread):
    """Offers pipelining, and gives to each thing it hears the next of its answers."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.answers: list[bytes] = []
        self.heard: list[bytes] = []
        self.thinks = 0.0  # seconds, before its last answer

    def run(self) -> None:
        line, _ = self._door.accept()
        with line, self._door:
            line.sendall(b"220 scripted\r\n")
            line.recv(4096)
            line.sendall(b"250-scripted\r\n250 PIPELINING\r\n")
            for answer in self.answers:
                self.heard.append(line.recv(100_000))
                time.sleep(self.thinks if len(self.heard) == len(self.answers) else 0)
                line.sendall(answer)


@pytest.fixture
def a_scripted_server() -> Iterator[Scripted]:
    server = Scripted()
    server.start()
    yield server
    server.join(5)


@contextmanager
def line_to(server: MailServerForTests | Scripted, **fields: Any) -> Iterator[MailServer]:
    line = MailServer("127.0.0.1", server.port, Security.NONE, **fields)
    yield line
    line.hang_up()


def test_mails_that_follow_each_other_go_over_one_connection(mail_server: MailServerForTests) -> None:
    with line_to(mail_server) as line:
        assert [line.send(a_mail(str(number))).verdict for number in range(5)] == [Verdict.SENT] * 5
    assert (len(mail_server.mails), mail_server.connections) == (5, 1)


@pytest.mark.parametrize("offers", [(), ("PIPELINING",)])
def test_a_connection_carries_on_after_a_refusal(
    mail_server: MailServerForTests, offers: tuple[str, ...]
) -> None:
    mail_server.offers = offers
    mail_server.refusals += ["550 no such person", "451 later"]
    with line_to(mail_server) as line:
        verdicts = [line.send(a_mail(str(number))).verdict for number in range(3)]
        mail_server.refused_data = "554 spam"
        verdicts.append(line.send(a_mail("4")).verdict)
    assert verdicts == [Verdict.BOUNCED, Verdict.LATER, Verdict.SENT, Verdict.NEVER]
    assert (len(mail_server.mails), mail_server.connections) == (1, 1)


def test_a_server_that_allows_it_is_told_all_at_once(a_scripted_server: Scripted) -> None:
    a_scripted_server.answers = [b"250 a\r\n250 b\r\n354 c\r\n", b"250 taken\r\n"]
    with line_to(a_scripted_server) as line:
        assert line.send(a_mail()).verdict is Verdict.SENT
    envelope, mail = a_scripted_server.heard
    assert envelope.splitlines() == [b"MAIL FROM:<hr@example.com>", b"RCPT TO:<wang@example.com>", b"DATA"]
    assert mail.endswith(b"\r\n.\r\n")


def test_a_mail_for_which_nobody_is_left_is_not_said(a_scripted_server: Scripted) -> None:
    answers = [b"250 a\r\n550 no such person\r\n354 c\r\n", b"554 to nobody\r\n", b"250 reset\r\n"]
    a_scripted_server.answers = answers
    with line_to(a_scripted_server) as line:
        outcome = line.send(a_mail())
    assert (outcome.verdict, outcome.address) == (Verdict.BOUNCED, "wang@example.com")
    assert a_scripted_server.heard[1:] == [b".\r\n", b"rset\r\n"]


@pytest.mark.parametrize("after", [b"421 closing\r\n", b""])
def test_a_refusal_counts_though_the_server_hangs_up_after_it(
    a_scripted_server: Scripted, after: bytes
) -> None:
    a_scripted_server.answers = [b"250 a\r\n550 no such person\r\n" + after]
    with line_to(a_scripted_server) as line:
        outcome = line.send(a_mail())
        assert line._lines.idle == []
    assert (outcome.verdict, outcome.address) == (Verdict.BOUNCED, "wang@example.com")


def test_a_server_that_closes_after_a_mail_to_nobody_is_asked_nothing_more(
    a_scripted_server: Scripted,
) -> None:
    a_scripted_server.answers = [b"250 a\r\n550 no such person\r\n354 c\r\n", b"421 closing\r\n"]
    with line_to(a_scripted_server) as line:
        assert line.send(a_mail()).verdict is Verdict.BOUNCED
        assert line._lines.idle == []


def test_a_server_that_closes_after_a_mail_is_not_kept(a_scripted_server: Scripted) -> None:
    a_scripted_server.answers = [b"250 a\r\n250 b\r\n354 c\r\n", b"421 closing\r\n"]
    with line_to(a_scripted_server) as line:
        assert line.send(a_mail()).verdict is Verdict.LATER
        assert line._lines.idle == []


def test_a_server_may_take_longer_to_look_into_a_mail_than_to_hear_of_it(a_scripted_server: Scripted) -> None:
    a_scripted_server.answers = [b"250 a\r\n250 b\r\n354 c\r\n", b"250 taken\r\n"]
    a_scripted_server.thinks = 0.4
    with line_to(a_scripted_server, timeout=0.3) as line:
        assert line.send(a_mail()).verdict is Verdict.SENT


def test_a_server_that_speaks_byte_by_byte_holds_nobody_up() -> None:
    def drip(door: socket.socket) -> None:
        with suppress(OSError), door.accept()[0] as line:
            for byte in b"220 " + b"x" * 100:
                line.sendall(bytes([byte]))
                time.sleep(0.02)

    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=drip, args=(door,), daemon=True).start()
        began = time.monotonic()
        outcome = MailServer("127.0.0.1", door.getsockname()[1], Security.NONE, timeout=0.2).send(a_mail())
    assert outcome.verdict is Verdict.HELD
    assert time.monotonic() - began < 1


def test_whatever_goes_wrong_a_line_is_closed(a_scripted_server: Scripted) -> None:
    a_scripted_server.answers = [b""]
    with line_to(a_scripted_server) as line, pytest.raises(UnicodeEncodeError) as trouble:
        line.send(replace(a_mail(), sender="hr@b\u00fccher.example"))
    a_scripted_server.join(1)
    assert (trouble.value.encoding, a_scripted_server.heard) == ("ascii", [b""])


def test_a_line_of_a_text_that_is_a_dot_does_not_end_the_mail(mail_server: MailServerForTests) -> None:
    letter = Letter(to="wang@example.com", locale="en", subject="s", text="a\n.\n..b\nc", html="<p>t</p>")
    with line_to(mail_server) as line:
        line.send(build(letter, key="k", sender="hr@example.com", now=NOW))
    plain = mail_server.mails[0].get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines() == ["a", ".", "..b", "c"]


def test_a_connection_that_the_server_has_closed_is_opened_anew(mail_server: MailServerForTests) -> None:
    with line_to(mail_server) as line:
        assert line.send(a_mail("first")).verdict is Verdict.SENT
        mail_server.hang_up()
        assert line.send(a_mail("second")).verdict is Verdict.SENT
    assert [len(mail_server.mails), mail_server.connections] == [2, 2]


def test_a_server_that_wants_nobody_just_now_is_tried_again(mail_server: MailServerForTests) -> None:
    mail_server.refusals.append("421 closing")
    with line_to(mail_server) as line:
        first, second = line.send(a_mail()), line.send(a_mail())
    assert (first.verdict, first.reason) == (Verdict.LATER, "421 closing")
    assert second.verdict is Verdict.SENT
    assert len(mail_server.mails) == 1


def test_what_was_handed_over_without_an_answer_is_tried_again_under_its_id(
    mail_server: MailServerForTests,
) -> None:
    mail_server.closes_after_data = True
    with line_to(mail_server) as line:
        first = line.send(a_mail())
        mail_server.closes_after_data = False
        assert (first.verdict, line.send(a_mail()).verdict) == (Verdict.LATER, Verdict.SENT)
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 1


def test_a_server_that_hangs_is_left_after_the_time_for_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        line = MailServer("127.0.0.1", silent.getsockname()[1], Security.NONE, timeout=0.05)
        assert line.send(a_mail()).verdict is Verdict.HELD


def test_as_many_send_at_once_as_there_are_threads(mail_server: MailServerForTests) -> None:
    together = threading.Barrier(3)

    def send(number: int) -> None:
        together.wait()
        line.send(a_mail(str(number)))

    with line_to(mail_server) as line:
        threads = [threading.Thread(target=send, args=(number,)) for number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(mail_server.mails) == 3
    assert mail_server.connections <= 3


def test_after_a_day_without_a_server_everything_arrives_once(office: Office, free_port: int) -> None:
    person = office.a_person()
    office.a_task(person)
    office.happens("effect_taken", office.a_case(person))
    start, line = office.now, MailServer("127.0.0.1", free_port, Security.NONE)
    channels = replace(Post().channels, mail=line)
    for hour in range(0, 26, 2):
        office.now = start + timedelta(hours=hour)
        office.sweeps()
        deliver_due(office.engine, channels, lambda: office.now, "one")
    with MailServerForTests(free_port) as server:
        for _ in range(2):
            office.now += timedelta(hours=7)
            deliver_due(office.engine, channels, lambda: office.now, "one")
        line.hang_up()
    kinds = {delivery.kind: (delivery.state, delivery.attempts) for delivery in office.deliveries()}
    assert kinds == dict.fromkeys(("digest", "effect_taken"), (DeliveryState.SENT, 1))
    assert len({mail["Message-ID"] for mail in server.mails}) == len(server.mails) == 2


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("550 no such person", Verdict.BOUNCED),
        ("550 5.1.1 no such person", Verdict.BOUNCED),
        ("550 5.2.1 mailbox disabled", Verdict.BOUNCED),
        ("552 5.2.2 mailbox full", Verdict.LATER),
        ("552 storage exceeded", Verdict.LATER),
        ("550 5.1.8 sender address rejected: domain not found", Verdict.LATER),
        ("550 5.1.7 bad address of the sender", Verdict.LATER),
        ("550 sender verify failed", Verdict.LATER),
        ("550 relay not permitted", Verdict.LATER),
        ("553 not a mailbox", Verdict.BOUNCED),
        ("554 5.7.1 relay access denied", Verdict.LATER),
        ("550 5.7.1 blocked by policy", Verdict.LATER),
        ("530 5.7.0 sign in first", Verdict.LATER),
        ("503 bad sequence", Verdict.LATER),
        ("450 4.2.0 greylisted", Verdict.LATER),
    ],
)
def test_an_address_is_bad_only_where_the_server_speaks_of_the_address(
    mail_server: MailServerForTests, said: str, verdict: Verdict
) -> None:
    mail_server.refusals.append(said)
    with line_to(mail_server) as line:
        outcome = line.send(a_mail())
    assert (outcome.verdict, outcome.reason) == (verdict, said)
    assert outcome.address == ("wang@example.com" if verdict is Verdict.BOUNCED else None)


def test_a_wrong_password_is_tried_once_and_no_mail_loses_an_attempt_by_it(
    office: Office, mail_server: MailServerForTests
) -> None:
    for _ in range(3):
        office.happens("effect_taken", office.a_case(office.a_person()))
    with line_to(mail_server, user="u", password="wrong") as line:
        channels = replace(Post().channels, mail=line)
        for seconds in (0, 120, 299):
            at = office.now + timedelta(seconds=seconds)
            deliver_due(office.engine, channels, lambda at=at: at, "one")
    waiting = office.deliveries(state=DeliveryState.PENDING)
    assert mail_server.logins == 1
    again_at = office.now + timedelta(minutes=5)
    assert [(one.attempts, one.next_at) for one in waiting] == [(0, again_at)] * 3
    assert {one.error.partition(" 5.7.8")[0] for one in waiting if one.error} == {"login_refused 535"}
    assert all(one.trouble and "JINSHENG_SMTP_PASSWORD" in one.trouble["en"] for one in waiting)
    with line_to(mail_server, user="u", password="right") as line:
        deliver_due(office.engine, replace(channels, mail=line), lambda: again_at, "one")
    assert len(mail_server.mails) == 3


def test_however_long_a_server_is_away_it_is_tried_by_one_mail_and_none_is_lost(
    office: Office, mail_server: MailServerForTests, free_port: int
) -> None:
    for _ in range(3):
        office.happens("effect_taken", office.a_case(office.a_person()))
    away = MailServer("127.0.0.1", free_port, Security.NONE)
    channels = replace(Post().channels, mail=away)
    for hours in range(0, 24 * 14, 6):
        at = office.now + timedelta(hours=hours)
        deliver_due(office.engine, channels, lambda at=at: at, "one")
    waiting = office.deliveries(state=DeliveryState.PENDING)
    assert {(one.attempts, one.error, one.next_at - at) for one in waiting} == {
        (0, "ConnectionRefusedError", timedelta(minutes=2))
    }
    with line_to(mail_server) as line:
        deliver_due(office.engine, replace(channels, mail=line), lambda: at + timedelta(minutes=2), "one")
    assert len(mail_server.mails) == 3
