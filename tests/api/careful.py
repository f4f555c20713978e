"""A client as people's programs are: a key for every act, and a look at what is changed before it is."""

from secrets import token_hex
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from benchmarks.cycle import tags

_API = "/api/v1"
_NOTHING = '"nothing"'


class Careful(FlaskClient):
    """Makes up keys and reads tags where its caller gives none; remembers tasks, which may be done again."""

    def __init__(self, *args: Any, **how: Any) -> None:
        """Begin without having seen anything."""
        super().__init__(*args, **how)
        self._tasks: dict[tuple[int, str], int] = {}

    def open(self, *args: Any, **how: Any) -> TestResponse:
        """Call; whatever headers the caller gives count."""
        path, method = str(args[0]) if args else "", how.get("method", "GET")
        headers = Headers(how.pop("headers", None))
        headers.setdefault("Idempotency-Key", token_hex(8))
        if method != "GET" and "If-Match" not in headers and path.startswith(_API):
            headers["If-Match"] = self.seen(method, path)
        return super().open(*args, headers=headers, **how)

    def seen(self, method: str, path: str) -> str:
        """The tag for a change, or one that fits nothing where there is nothing to be seen."""
        wanted = path.removeprefix(_API).partition("?")[0]
        on_task, thing = tags.task(wanted), tags.thing(wanted)
        if on_task is not None:
            number = self._task(*on_task)
            return self._tag(f"/tasks/{number}") if number else _NOTHING
        return self._tag(thing) if thing is not None else _NOTHING

    def _task(self, case: int, kinds: tuple[str, ...]) -> int | None:
        for kind in kinds:
            waiting = super().open(f"{_API}/inbox?kind={kind}&limit=200").get_json() or {}
            for task in waiting.get("items", ()):
                if task["case"] == case:
                    self._tasks[case, kinds[0]] = task["id"]
        return self._tasks.get((case, kinds[0]))

    def _tag(self, path: str) -> str:
        return super().open(_API + path).headers.get("ETag", _NOTHING)
