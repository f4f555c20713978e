"""Webhooks: signed, thin, sent only where they may go."""

import socket
import time
from datetime import timedelta

import pytest
from office import SECRET
from receivers import Receiver
from standardwebhooks.webhooks import Webhook

from notifications.channels import Verdict, posting
from notifications.channels.guard import Destination, checked
from notifications.channels.webhook import Receivers, new_secret, webhook_id
from workflow.errors import UnsafeUrl

PAYLOAD = {"type": "case.opened", "timestamp": "2026-11-24T01:30:00+00:00", "data": {"case": 1}}
INSIDE = Receivers(internal_hosts=frozenset({"127.0.0.1"}))


def test_a_receiver_can_check_the_signature(receiver: Receiver) -> None:
    assert INSIDE.send(receiver.url, (SECRET,), "entry/1/subscription/1", PAYLOAD).verdict is Verdict.SENT
    (call,) = receiver.calls
    assert call["payload"] == PAYLOAD
    assert call["host"] in receiver.url


@pytest.mark.parametrize("secrets", [(SECRET, new_secret()), (new_secret(), SECRET)])
def test_while_two_secrets_count_a_receiver_checks_with_either(
    receiver: Receiver, secrets: tuple[str, str]
) -> None:
    assert INSIDE.send(receiver.url, secrets, "k", PAYLOAD).verdict is Verdict.SENT
    assert len(receiver.calls) == 1


def test_a_repeat_has_the_same_id(receiver: Receiver) -> None:
    receiver.answers.append((500, {}))
    outcomes = [INSIDE.send(receiver.url, (SECRET,), "entry/1/subscription/1", PAYLOAD) for _ in range(2)]
    assert [outcome.verdict for outcome in outcomes] == [Verdict.LATER, Verdict.SENT]
    assert [call["id"] for call in receiver.calls] == [webhook_id("entry/1/subscription/1")] * 2


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (204, Verdict.SENT),
        (400, Verdict.LATER),
        (404, Verdict.LATER),
        (410, Verdict.GONE),
        (503, Verdict.LATER),
    ],
)
def test_the_status_decides(receiver: Receiver, status: int, verdict: Verdict) -> None:
    receiver.answers.append((status, {}))
    assert INSIDE.send(receiver.url, (SECRET,), "k", PAYLOAD).verdict is verdict


def test_no_redirect_is_followed(receiver: Receiver) -> None:
    receiver.answers.append((302, {"location": receiver.url}))
    outcome = INSIDE.send(receiver.url, (SECRET,), "k", PAYLOAD)
    assert (outcome.verdict, outcome.reason) == (Verdict.LATER, "302")
    assert len(receiver.calls) == 1


@pytest.mark.parametrize(("said", "asked"), [("120", timedelta(minutes=2)), ("tomorrow", None), ("-1", None)])
def test_a_receiver_may_ask_for_a_pause(receiver: Receiver, said: str, asked: timedelta | None) -> None:
    receiver.answers.append((429, {"retry-after": said}))
    assert INSIDE.send(receiver.url, (SECRET,), "k", PAYLOAD).after == asked


def test_a_huge_answer_is_not_read(receiver: Receiver) -> None:
    receiver.body = b"x" * 200_000
    assert INSIDE.send(receiver.url, (SECRET,), "k", PAYLOAD).verdict is Verdict.SENT


@pytest.mark.parametrize(
    ("drips", "verdict"),
    [
        (b"HTTP/1.1 100 Continue" + b" " * 200, Verdict.LATER),
        (b"HTTP/1.1 200 OK\r\nx: " + b"x" * 200, Verdict.SENT),
    ],
)
def test_whoever_sends_byte_by_byte_holds_nobody_up(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, drips: bytes, verdict: Verdict
) -> None:
    monkeypatch.setattr(posting, "_TIMEOUT", 0.3)
    receiver.drips = drips
    began = time.monotonic()
    outcome = INSIDE.send(receiver.url, (SECRET,), "k", PAYLOAD)
    assert time.monotonic() - began < 2
    assert outcome.verdict is verdict
    assert outcome.reason in (None, "ReadTimeout")


def test_a_receiver_whose_name_is_an_address_of_today_is_reached(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    literal = "2606:4700::abcd"
    url = receiver.url.replace("127.0.0.1", f"[{literal}]")
    monkeypatch.setattr(posting, "checked", lambda url, _hosts: Destination(url, literal, "127.0.0.1"))
    assert Receivers().send(url, (SECRET,), "k", PAYLOAD).verdict is Verdict.SENT
    assert receiver.calls[0]["host"] in url


def test_a_name_that_takes_too_long_to_find_takes_the_time_of_the_attempt(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found_late(url: str, hosts: frozenset[str]) -> Destination:
        time.sleep(0.1)
        return checked(url, hosts)

    monkeypatch.setattr(posting, "_TIMEOUT", 0.05)
    monkeypatch.setattr(posting, "checked", found_late)
    outcome = INSIDE.send(receiver.url, (SECRET,), "k", PAYLOAD)
    assert (outcome.verdict, outcome.reason, receiver.calls) == (Verdict.LATER, "ConnectTimeout", [])


def test_a_receiver_that_is_away_is_tried_again(free_port: int) -> None:
    outcome = INSIDE.send(f"http://127.0.0.1:{free_port}/", (SECRET,), "k", PAYLOAD)
    assert outcome.verdict is Verdict.LATER


def test_a_forbidden_address_is_not_called(receiver: Receiver) -> None:
    outcome = Receivers().send(receiver.url, (SECRET,), "k", PAYLOAD)
    assert (outcome.verdict, outcome.reason) == (Verdict.LATER, "not_https")
    assert receiver.calls == []


def test_every_secret_is_new_and_can_sign() -> None:
    first, second = new_secret(), new_secret()
    assert first != second
    assert Webhook(first)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://example.com/", "not_https"),
        ("ftp://example.com/", "not_a_plain_address"),
        ("https:///path", "not_a_plain_address"),
        ("https://user:word@example.com/", "not_a_plain_address"),
        ("https://bücher.example/", "not_a_plain_address"),
        ("https://[::1/", "not_a_plain_address"),
        ("https://example.com:99999/", "not_a_plain_address"),
        ("https://no-such-host.invalid/", "unknown_host"),
        ("https://localhost/", "not_public"),
        ("https://10.1.2.3/", "not_public"),
        ("https://169.254.169.254/", "not_public"),
        ("https://100.100.100.200/", "not_public"),
        ("https://168.63.129.16/", "not_public"),
        ("https://0.0.0.0/", "not_public"),
        ("https://224.0.0.1/", "not_public"),
        ("https://255.255.255.255/", "not_public"),
        ("https://2130706433/", "not_public"),  # 127.0.0.1 as one number
        ("https://[::1]/", "not_public"),
        ("https://[fe80::1]/", "not_public"),
        ("https://[fd00::1]/", "not_public"),
        ("https://[ff02::1]/", "not_public"),
        ("https://[2001:db8::1]/", "not_public"),
        ("https://[::ffff:127.0.0.1]/", "not_public"),
        ("https://[2002:7f00:1::]/", "not_public"),
        ("https://[64:ff9b::7f00:1]/", "not_public"),
    ],
)
def test_only_public_addresses_over_https_are_allowed(url: str, reason: str) -> None:
    with pytest.raises(UnsafeUrl) as refusal:
        checked(url)
    assert refusal.value.facts["reason"] == reason


def test_public_addresses_and_named_internal_hosts_are_allowed() -> None:
    assert checked("https://8.8.8.8:8443/in").address == "8.8.8.8"
    assert checked("https://[2606:4700::1111]/").address == "2606:4700::1111"
    assert checked("http://hooks.internal/in", {"hooks.internal"}).address == "hooks.internal"


def test_the_address_that_was_checked_is_the_one_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that resolves to something else the second time (CVE-2026-25738 of another product)."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def first_public(host: str, *args: object, **kwargs: object) -> object:
        asked.append(host)
        return real("8.8.8.8" if host == "rebind.example" else host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", first_public)
    monkeypatch.setattr(socket.socket, "connect", _refuse)
    assert Receivers().send("https://rebind.example/", (SECRET,), "k", PAYLOAD).verdict is Verdict.LATER
    assert asked.count("rebind.example") == 1
    assert "8.8.8.8" in asked


def _refuse(_socket: socket.socket, _address: object) -> None:
    raise ConnectionRefusedError
