"""What a page asks of the API: in this process, as its reader, through the doors of every other client."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any, cast
from urllib.parse import urlencode

from flask import Response, current_app, g, request
from werkzeug.wrappers import Response as BaseResponse

from api.acting import let_go, request_id
from api.identity import KNOWN
from api.pagination import LARGEST
from api.problems import problem

API = "/api/v1"
_OF_OUTER = ("CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_IF_MATCH", "HTTP_IDEMPOTENCY_KEY", "werkzeug.request")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API has answered."""

    response: Response

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.response.status_code

    @property
    def is_refusal(self) -> bool:
        """Whether it is a problem instead of what was asked for."""
        return self.status >= 400

    @property
    def body(self) -> Any:
        """What the JSON says; None where there is none."""
        written = self.response.get_data() if self.response.is_json else b""
        return json.loads(written) if written else None

    @property
    def cookies(self) -> list[str]:
        """What the browser is to keep."""
        return self.response.headers.getlist("Set-Cookie")

    def hand_cookies_to(self, answer: BaseResponse) -> BaseResponse:
        """Let the browser keep, by another answer, what the API wants it to keep."""
        for cookie in self.cookies:
            answer.headers.add("Set-Cookie", cookie)
        return answer

    @property
    def tag(self) -> str | None:
        """The tag with which what was read can be changed."""
        return self.response.headers.get("ETag")


class Refused(Exception):
    """The API has refused what a page needs; its answer says why."""

    def __init__(self, answer: Answer) -> None:
        """Keep the answer."""
        self.answer = answer


def read(path: str, **query: Any) -> Any:
    """What a resource says to the reader of the page; raises Refused."""
    return answered(path, **query).body


def every(path: str) -> Iterator[Any]:
    """All that a list holds, page after page; raises Refused."""
    cursor = None
    while True:
        found = read(path, limit=LARGEST, cursor=cursor)
        yield from found["items"]
        cursor = found["next"]
        if cursor is None:
            return


def answered(path: str, **query: Any) -> Answer:
    """The same with its tag."""
    return _asked(path, query)


def streamed(path: str, **query: Any) -> Response:
    """A file that a resource gives, handed on while it is read; raises Refused."""
    return _asked(path, query, is_buffered=False).response


def read_if_allowed(path: str, **query: Any) -> Any:
    """The same, or None where it is not for the reader."""
    told = answered_if_allowed(path, **query)
    return told.body if told else None


def answered_if_allowed(path: str, **query: Any) -> Answer | None:
    """The same with its tag."""
    try:
        return answered(path, **query)
    except Refused as refused:
        if refused.answer.status not in (403, 404):
            raise
        return None


def ask(
    method: str,
    path: str,
    *,
    query: str = "",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, Any] | None = None,
    is_known: bool = False,
    is_buffered: bool = True,
) -> Answer:
    """Any request as the reader would send it from his browser; `extra` is for pages of this process alone.

    With `is_known` it is not found out once more who is calling, nor counted as a call of his.
    """
    if not is_known:
        let_go()  # for it looks up by a connection of its own who is calling
    environ = {name: value for name, value in request.environ.items() if name not in _OF_OUTER}
    environ |= {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "HTTP_X_REQUEST_ID": request_id(),
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
        KNOWN: g.get("caller") if is_known else None,
        **{_named(name): value for name, value in (headers or {}).items()},
        **(extra or {}),
    }
    return Answer(cast(Response, Response.from_app(current_app.wsgi_app, environ, buffered=is_buffered)))


def _asked(path: str, query: Mapping[str, Any], *, is_buffered: bool = True) -> Answer:
    given = {name: _written(value) for name, value in query.items() if value is not None}
    answer = ask("GET", API + path, query=urlencode(given), is_known=True, is_buffered=is_buffered)
    if answer.is_refusal:
        raise Refused(answer)
    if answer.status >= 300:  # Werkzeug leads on from a path with an empty part
        raise Refused(Answer(problem("not_found", HTTPStatus.NOT_FOUND)))
    return answer


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _named(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name.startswith("CONTENT_") else f"HTTP_{name}"
