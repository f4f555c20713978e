"""How often somebody may call: so many times a minute, counted in the memory of each process."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import cast

from flask import Flask, current_app

from api.access.addresses import network
from api.identity import Caller
from api.refusals import TooManyCalls

_MINUTE = 60.0
_MOST_KEPT = 10_000


@dataclass
class Limits:
    """Calls a minute for each person and each address; 0 sets no bound. All of a minute may come at once."""

    by_person: int = 0
    by_address: int = 0
    clock: Callable[[], float] = time.monotonic
    # Until when what somebody has called would have taken at an even pace.
    _busy: dict[tuple[str, str], float] = field(default_factory=dict)
    _pen: threading.Lock = field(default_factory=threading.Lock)

    def count_person(self, caller: Caller) -> None:
        """One call of a person, apart from those of programs in his name; raises TooManyCalls."""
        kind = "person" if caller.scopes is None else "programs"
        self._count((kind, str(caller.person.id)), self.by_person)

    def count_address(self) -> None:
        """One call of somebody unknown; raises TooManyCalls."""
        self._count(("address", network()), self.by_address)

    def _count(self, who: tuple[str, str], most: int) -> None:
        if not most:
            return
        pace = _MINUTE / most
        with self._pen:
            now = self.clock()
            busy = max(self._busy.get(who, now), now) + pace
            if busy - now > _MINUTE + pace / 2:
                raise TooManyCalls(seconds=ceil(busy - now - _MINUTE))
            self._busy[who] = busy
            if len(self._busy) > _MOST_KEPT:
                self._busy = {one: until for one, until in self._busy.items() if until > now}


def set_up(app: Flask) -> None:
    """Let the application count as its settings say."""
    by_person, by_address = (app.config.get(f"CALLS_A_MINUTE_BY_{kind}", 0) for kind in ("PERSON", "ADDRESS"))
    app.extensions["jinsheng limits"] = Limits(by_person, by_address)


def limits() -> Limits:
    """What is counted for the application that answers."""
    return cast(Limits, current_app.extensions["jinsheng limits"])
