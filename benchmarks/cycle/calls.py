"""HTTP as people use it: signed in under their own names, every call counted, unanswered ones repeated."""

import json
import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Engine, select

from benchmarks.cycle import tags
from benchmarks.cycle.casting import Person
from benchmarks.cycle.clock import Clock
from benchmarks.cycle.company import PASSWORD
from benchmarks.cycle.line import Line, Response
from benchmarks.cycle.process import ServerProcess
from workflow.models import JournalEntry

_API = "/api/v1"
_PROOF_LASTS = timedelta(minutes=14)
_TRIES = 5
_LOOKS = 3  # at what has changed since one has last looked at it
_STALE = 412


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    body: Any

    @property
    def is_good(self) -> bool:
        """Whether the call did what was asked."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Call:
    """Who asked for what."""

    method: str
    path: str
    person: Person | None

    def __str__(self) -> str:
        """For the report."""
        return f"{self.method} {self.path} by {self.person.number if self.person else 'a customer'}"


@dataclass(slots=True)
class Ledger:
    """Every call: how many by method and status, what was acknowledged, repeated, refused unexpectedly."""

    calls: Counter[tuple[str, int]] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    acknowledged: dict[str, Call] = field(default_factory=dict)
    refused_after_repeat: dict[str, Call] = field(default_factory=dict)
    unanswered: int = 0
    unexpected: list[str] = field(default_factory=list)
    _pen: threading.Lock = field(default_factory=threading.Lock)

    def count(self, method: str, status: int | None) -> None:
        """Note that a call was answered with a status, or not at all."""
        with self._pen:
            if status is None:
                self.unanswered += 1
            else:
                self.calls[method, status] += 1

    def note(self, name: str, call: Call, answer: Answer, *, is_repeated: bool) -> None:
        """Note what came of a call; a refusal is unexpected, unless an act had to be repeated."""
        is_act = call.method != "GET"
        if answer.is_good:
            if is_act:
                self.acknowledged[name] = call
            return
        code = (answer.body or {}).get("code", "?")
        with self._pen:
            self.refusals[f"{answer.status} {code}"] += 1
        if is_act and is_repeated and answer.status < 500:
            self.refused_after_repeat[name] = call
        else:
            self.unexpected.append(f"{call}: {answer.status} {code}, {(answer.body or {}).get('facts')}")


@dataclass
class Killer:
    """Kills the server in the middle of every n-th act, so many times; `times` of 0 lets it live."""

    server: ServerProcess
    engine: Engine
    times: int = 0
    every: int = 7
    _acts: Iterator[int] = field(default_factory=lambda: count(1))
    _chance: random.Random = field(default_factory=lambda: random.Random(20260302))

    def lie_in_wait(self, act: str) -> None:
        """Before an act: perhaps a kill comes within 30 milliseconds, or as soon as the act is written."""
        turn = next(self._acts)
        if self.server.kills >= self.times or turn % self.every:
            return
        if turn // self.every % 2:
            threading.Timer(self._chance.uniform(0, 0.03), self.server.kill).start()
        else:
            threading.Thread(target=self._kill_once_written, args=(act,)).start()

    def _kill_once_written(self, act: str) -> None:
        """The act is done and, with luck, not yet answered."""
        written = select(JournalEntry.id).where(JournalEntry.request_id == act)
        until = time.monotonic() + 5  # a machine that others use as well may take its time
        while time.monotonic() < until:
            with self.engine.connect() as db:
                if db.scalar(written) is not None:
                    self.server.kill()
                    return


@dataclass
class Telephone:
    """Makes calls for whoever is named."""

    server: ServerProcess
    clock: Clock
    killer: Killer
    ledger: Ledger = field(default_factory=Ledger)
    _cookies: dict[int, tuple[str, datetime]] = field(default_factory=dict)
    _tasks: dict[tuple[int, int | None, str], str] = field(default_factory=dict)
    _line: Line = field(default_factory=Line)

    def get(self, person: Person | None, path: str) -> Any:
        """Read something one must be able to read; what it says."""
        told = self._needed(path, self.call(person, "GET", path))
        if person is not None and path.startswith("/inbox"):
            tasks = ((task["case"], task["kind"], task) for task in told["items"])
            self._tasks |= {
                (person.id, case, tags.work(kind)): f'"task-{one["id"]}-{one["version"]}"'
                for case, kind, one in tasks
            }
        return told

    def whole(self, person: Person, path: str) -> list[Any]:
        """Read every page of a list, as somebody does who looks for something in it."""
        found: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = self.get(person, f"{path}{'&' if '?' in path else '?'}limit=200{cursor}")
            found += page["items"]
            cursor = f"&cursor={page['next']}" if page["next"] else None
        return found

    def make(self, person: Person, path: str, body: Any) -> Any:
        """Put something on file without which the cycle cannot go on; what it says."""
        return self._needed(path, self.call(person, "POST", path, body))

    def call(self, person: Person | None, method: str, path: str, body: Any = None) -> Answer:
        """One call of a person, or of a customer without account; what came of it stands in the ledger."""
        name = secrets.token_hex(16)
        headers = {"X-Request-ID": name, "Idempotency-Key": name}
        if person is not None:
            headers["Cookie"] = self._cookie(person)
        if method != "GET":
            headers |= self._seen(person, path, headers)
            self.killer.lie_in_wait(name)
        response, tries = self._ask(method, path, body, headers)
        for _ in range(_LOOKS):
            if response.status != _STALE or not tags.thing(path):
                break
            headers |= self._seen(person, path, headers)  # somebody was there meanwhile, perhaps oneself
            response, more = self._ask(method, path, body, headers)
            tries = max(tries, more)
        answer = Answer(response.status, json.loads(response.content) if response.content else None)
        self.ledger.note(name, Call(method, path, person), answer, is_repeated=tries > 1)
        return answer

    def hang_up(self) -> None:
        """Close the lines to the server."""
        self._line.hang_up()

    def _seen(self, person: Person | None, path: str, headers: dict[str, str]) -> dict[str, str]:
        """The tag of the task or thing that is changed, as the person has seen it."""
        on_task, thing = tags.task(path), tags.thing(path)
        if on_task is not None and person is not None:
            case, kinds = on_task
            known = self._tasks.get((person.id, case, kinds[0]))
            return {"If-Match": known} if known is not None else {}
        if thing is None or person is None:
            return {}
        response, _ = self._ask("GET", thing, None, headers)
        return {"If-Match": response.tag} if response.tag is not None else {}

    def _needed(self, path: str, answer: Answer) -> Any:
        if not answer.is_good:
            raise RuntimeError(f"{path}: {answer.body}")
        return answer.body

    def _cookie(self, person: Person) -> str:
        known = self._cookies.get(person.id)
        if known is not None and self.clock.now() - known[1] < _PROOF_LASTS:
            return known[0]
        since = self.clock.now()
        response, _ = self._ask("POST", "/session", {"number": person.number, "password": PASSWORD}, {})
        assert response.cookie is not None, response.content
        self._cookies[person.id] = (response.cookie, since)
        return response.cookie

    def _ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[Response, int]:
        """The answer, and how often it had to be asked for because the server died."""
        sent = None if method in ("GET", "DELETE") else json.dumps(body or {})
        for tries in range(1, _TRIES + 1):
            response = self._line.ask(self.server.port, method, _API + path, sent, headers)
            self.ledger.count(method, response.status if response is not None else None)
            if response is not None:
                return response, tries
            time.sleep(0.1)  # the dead are not always seen at once
            self.server.start()
        raise RuntimeError(f"no answer to {method} {path}")
