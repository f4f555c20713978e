"""Messages wait while requests come, whichever process of the machine answers them, but never for long."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from server.way import RightOfWay


@dataclass
class AClock:
    """Time that passes only while somebody waits."""

    seconds: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def clock() -> AClock:
    return AClock()


@pytest.fixture
def a_process(tmp_path: Path, clock: AClock) -> Callable[[], RightOfWay]:
    """What each process of the machine makes for itself."""
    return lambda: RightOfWay(tmp_path / "way", clock, clock.wait)


def _waited(clock: AClock, way: RightOfWay) -> float:
    begun = clock.seconds
    way.give()
    return clock.seconds - begun


def _answers(way: RightOfWay) -> None:
    assert list(way.of(lambda *_: [b"well"])({}, lambda *_: lambda _: None)) == [b"well"]


def test_nobody_waits_where_nothing_is_asked(clock: AClock, a_process: Callable[[], RightOfWay]) -> None:
    courier = a_process()
    clock.wait(1)
    assert _waited(clock, courier) == 0


def test_whoever_sends_waits_a_moment_once_a_request_has_begun(
    clock: AClock, a_process: Callable[[], RightOfWay]
) -> None:
    web, worker = a_process(), a_process()
    _answers(web)
    assert _waited(clock, worker) == pytest.approx(0.05, abs=0.001)
    assert _waited(clock, worker) == 0


def test_threads_of_one_process_go_by_the_same(clock: AClock, a_process: Callable[[], RightOfWay]) -> None:
    serve = a_process()
    _answers(serve)
    assert _waited(clock, serve) == pytest.approx(0.05, abs=0.001)


def test_nobody_is_starved_by_requests_that_never_pause(tmp_path: Path, clock: AClock) -> None:
    web = RightOfWay(tmp_path / "way", clock)

    def wait_among_requests(seconds: float) -> None:
        clock.wait(seconds)
        _answers(web)

    worker = RightOfWay(tmp_path / "way", clock, wait_among_requests)
    _answers(web)
    assert [round(_waited(clock, worker), 3) for _message in range(10)] == [0.1] * 10


def test_a_clock_that_is_set_back_holds_nobody_up(clock: AClock, a_process: Callable[[], RightOfWay]) -> None:
    web, worker = a_process(), a_process()
    _answers(web)
    clock.wait(-3600)
    assert _waited(clock, worker) == 0


def test_requests_are_answered_where_the_file_cannot_be_had(tmp_path: Path, clock: AClock) -> None:
    alone = RightOfWay(tmp_path / "nowhere" / "way", clock, clock.wait)
    _answers(alone)
    assert _waited(clock, alone) == 0
