"""Calls of people by their numbers, and what they get back."""

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.api.conftest import ClientFor

API = "/api/v1"


@dataclass
class Calls:
    """Lets people call the API, each on a client of his own."""

    client_for: ClientFor
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def get(self, by: str, path: str, *, status: int = 200) -> Any:
        """What a person reads."""
        return self._checked(self.raw(by, "GET", path), status)

    def post(self, by: str, path: str, *, status: int = 200, seen: str | None = None, **body: Any) -> Any:
        """What a person is told after an act."""
        return self._checked(self.raw(by, "POST", path, body, seen), status)

    def put(self, by: str, path: str, *, status: int = 200, seen: str | None = None, **body: Any) -> Any:
        """What a person is told after writing something."""
        return self._checked(self.raw(by, "PUT", path, body, seen), status)

    def raw(
        self,
        by: str,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        seen: str | None = None,
        key: str | None = None,
    ) -> TestResponse:
        """The whole answer; whose session or proof is over by then signs in again.

        Without a tag the client looks at what it changes before it does.
        """
        given = {} if body is None else {"json": body}
        headers = {"If-Match": seen, "Idempotency-Key": key}
        sent = {name: value for name, value in headers.items() if value is not None}
        answer = self._of(by).open(API + path, method=method, headers=sent, **given)
        if (answer.get_json(silent=True) or {}).get("code") not in ("sign_in_required", "proof_needed"):
            return answer
        self.clients[by] = self.client_for(by)
        return self.clients[by].open(API + path, method=method, headers=sent, **given)

    def seen(self, by: str, method: str, path: str) -> str:
        """The tag by which a person says what he has seen of what he is going to change."""
        return str(self._of(by).seen(method, API + path))

    def _of(self, by: str) -> Any:
        if by not in self.clients:
            self.clients[by] = self.client_for(by)
        return self.clients[by]

    def inbox(self, by: str, kind: str) -> list[Any]:
        """What of one kind waits for a person."""
        items: list[Any] = self.get(by, f"/inbox?kind={kind}")["items"]
        return items

    @staticmethod
    def _checked(answer: TestResponse, status: int) -> Any:
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json() if answer.data else None
