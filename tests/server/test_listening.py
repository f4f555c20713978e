"""What `jinsheng webhook listen` thinks of what arrives, and that it really listens."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook

from notifications.channels import Verdict
from notifications.channels.webhook import Receivers, new_secret, webhook_id
from server.listening import Finding, Listener, serve

NOW = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
SECRET = new_secret()
BODY = b'{"type":"ping","data":{}}'


def signed(
    key: str = "msg_1", at: datetime = NOW, secret: str = SECRET, body: bytes = BODY
) -> dict[str, str]:
    return {
        "webhook-id": key,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(key, at, body.decode()),
    }


def found(headers: dict[str, str], body: bytes = BODY) -> Finding:
    return Listener(SECRET).examine(headers, body, NOW)


def test_what_is_right_is_right_once() -> None:
    listener = Listener(SECRET)
    findings = [listener.examine(signed(key), BODY, NOW) for key in ("a", "b", "a")]
    assert findings == [Finding.RIGHT, Finding.RIGHT, Finding.REPEATED]


@pytest.mark.parametrize("minutes", [-6, 6])
def test_what_is_too_old_or_from_the_future_is_refused(minutes: int) -> None:
    assert found(signed(at=NOW + timedelta(minutes=minutes))) in (Finding.TOO_OLD, Finding.TOO_NEW)


def test_what_somebody_else_has_signed_or_changed_is_refused() -> None:
    assert found(signed(secret=new_secret())) is Finding.WRONG_SIGNATURE
    assert found(signed(), b'{"type":"other"}') is Finding.WRONG_SIGNATURE


def test_one_right_signature_of_two_is_enough() -> None:
    other = signed(secret=new_secret())["webhook-signature"]
    right = signed()
    assert found(right | {"webhook-signature": f"{other} {right['webhook-signature']}"}) is Finding.RIGHT


@pytest.mark.parametrize("name", ["id", "timestamp", "signature"])
def test_a_header_that_is_missing_is_named(name: str) -> None:
    assert found(signed() | {f"webhook-{name}": ""}) is Finding.HEADERS_MISSING


def test_what_is_no_json_is_refused() -> None:
    assert found(signed(), b"\xff") is Finding.NO_JSON


def test_it_answers_what_the_product_sends(capsys: pytest.CaptureFixture[str]) -> None:
    with serve(Listener(SECRET), 0, lambda: datetime.now(UTC)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        url, inside = f"http://127.0.0.1:{server.server_port}/", Receivers({"127.0.0.1"})
        trusted = inside.send(url, (new_secret(), SECRET), "k", {"type": "ping"})
        refused = inside.send(url, (new_secret(),), "k", {"type": "ping"})
        server.shutdown()
        thread.join()
    assert (trusted.verdict, refused.reason) == (Verdict.SENT, "400")
    assert webhook_id("k") in capsys.readouterr().out
