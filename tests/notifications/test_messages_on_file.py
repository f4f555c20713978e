"""What may stand in the outbox, and how long what has failed waits there."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from office import Office
from sqlalchemy.exc import IntegrityError

from notifications.backoff import pause
from notifications.models import Channel, Delivery
from workflow.database import writing
from workflow.errors import AlreadyExists


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"key": "taken"}, "one_delivery_per_event_and_recipient"),
        ({"channel": Channel.WEBHOOK}, "a_mail_has_a_reader_and_a_webhook_a_subscription"),
        ({"leased_by": "one"}, "a_lease_has_a_holder"),
    ],
)
def test_the_database_refuses_what_may_not_be(office: Office, fields: dict[str, Any], rule: str) -> None:
    start: dict[str, Any] = {"channel": Channel.MAIL, "kind": "digest", "person_id": office.a_person()}
    start |= {"created_at": office.now, "next_at": office.now}
    with writing(office.engine) as db:
        db.add(Delivery(key="taken", **start))
    with pytest.raises((IntegrityError, AlreadyExists)) as refusal, writing(office.engine) as db:
        db.add(Delivery(**({"key": "other"} | start | fields)))
    words = str(refusal.value.__cause__ or refusal.value)
    assert rule in words or "delivery.key" in words


@given(channel=st.sampled_from(Channel), attempts=st.integers(1, 30), asked=st.none() | st.timedeltas())
def test_pauses_grow_end_and_heed_the_receiver(
    channel: Channel, attempts: int, asked: timedelta | None
) -> None:
    wait = pause(channel, attempts, asked)
    if attempts > (16 if channel is Channel.MAIL else 9):
        assert wait is None
    else:
        assert wait is not None
        assert timedelta(seconds=5) <= wait <= timedelta(hours=24) * 1.1
        assert asked is None or wait >= min(asked, timedelta(days=1))
