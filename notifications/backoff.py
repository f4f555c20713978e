"""How long the outbox waits before it tries a delivery again, and when it gives up."""

import random
from datetime import timedelta

from notifications.models import Channel

_MAIL = [
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    *[timedelta(hours=6)] * 12,
]
_WEBHOOK = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *[timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)],
]
_PAUSES = {Channel.MAIL: _MAIL, Channel.WEBHOOK: _WEBHOOK, Channel.CHAT: _WEBHOOK}


def pause(channel: Channel, attempts: int, asked: timedelta | None = None) -> timedelta | None:
    """The pause after so many failed attempts (1 or more), or None when all have been used up.

    Up to a tenth is added so that deliveries that failed together do not return together;
    `asked` is what the receiver asked for and makes a pause longer, up to a day.
    """
    pauses = _PAUSES[channel]
    if attempts > len(pauses):
        return None
    planned = pauses[attempts - 1] * random.uniform(1.0, 1.1)
    return max(planned, min(asked or planned, timedelta(days=1)))
