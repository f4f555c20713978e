"""Messages wait while the same process answers a request, but never for long."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from server.way import RightOfWay


@dataclass
class AClock:
    """Time that passes only while somebody waits."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.seconds += seconds


def _waited_during(clock: AClock, way: RightOfWay) -> float:
    begun = clock.seconds
    way.give()
    return clock.seconds - begun


def test_nobody_waits_where_nothing_is_asked() -> None:
    clock = AClock()
    way = RightOfWay(lambda *_: [], clock, clock.wait)
    assert _waited_during(clock, way) == 0


def test_whoever_sends_waits_while_a_request_is_under_way_and_a_moment_longer() -> None:
    clock, waits = AClock(), list[float]()

    def answer(*_: Any) -> Iterable[bytes]:
        waits.append(_waited_during(clock, way))
        return []

    way = RightOfWay(answer, clock, clock.wait)
    way({}, lambda *_: lambda _: None)
    assert 0.1 <= waits[0] < 0.13  # however long it takes
    assert 0.02 <= _waited_during(clock, way) < 0.05
    assert _waited_during(clock, way) == 0


def test_nobody_is_starved_by_requests_that_never_pause() -> None:
    clock = AClock()

    def wait_among_requests(seconds: float) -> None:
        clock.wait(seconds)
        way({}, lambda *_: lambda _: None)

    way = RightOfWay(lambda *_: [], clock, wait_among_requests)
    way({}, lambda *_: lambda _: None)
    assert all(0.1 <= _waited_during(clock, way) < 0.13 for _message in range(10))
