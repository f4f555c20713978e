"""Repeats of a POST: what was answered is kept beside what was done, and nothing is done twice."""

import hmac
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any, cast

from flask import Response, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import delete

from api.acting import now, person, together
from api.database import db
from api.models import KeptAnswer
from api.refusals import KeyInUse, KeyMissing, KeyReused
from workflow.act import Act
from workflow.errors import Refusal
from workflow.permissions import Operation
from workflow.prepared import filling

KEPT_FOR = timedelta(days=30)
# What needs no key, and why. Whoever is not here needs one for every POST.
WITHOUT_KEY: dict[Operation, str] = {
    Operation.SIGN_IN: "takes a secret, and nobody is signed in to whom a key could belong",
    Operation.ACT_BY_PAGE: "what it stands for has a key of its own",
    Operation.RESET_PASSWORD: "nobody is signed in; a link works once, and is not sent twice in a row",
    Operation.PROVE_ONESELF: "takes a secret, and does the same however often it is sent",
    Operation.SECURE_OWN_ACCESS: "takes or gives a secret, which is kept nowhere",
    Operation.SUBSCRIBE: "gives a secret, which is told once",
    Operation.VERIFY_JOURNAL: "changes nothing",
    Operation.END_DIGESTS: "nobody is signed in, and it does the same however often it is sent",
    Operation.ANSWER_BY_LINK: "the link is the key: it works once and says what became of it",
}
# What may not be read from what is kept: of these only the status stays.
_WITHOUT_CONTENT = frozenset({Operation.CAST_BALLOT, Operation.SCORE, Operation.FILL_IN_REVIEW})
_KEY = re.compile(r"[!-~]{1,100}")
_HEADERS = ("Content-Type", "Location", "ETag")
_running: set[tuple[int, str, str]] = set()
_pen = threading.Lock()


def needs_key(operation: Operation) -> bool:
    """Whether this request may only be made with a key of its own."""
    return request.method == "POST" and operation not in WITHOUT_KEY


def once(view: Callable[[], ResponseReturnValue]) -> Response:
    """What the view answers, or what it answered when this key was used before.

    What the view does, and the answer, are kept in one transaction; of a refusal nothing is kept.
    Raises KeyMissing, KeyInUse while the first is under way, KeyReused for another request.
    """
    place = person().id, f"{request.method} {request.url_rule}", _key()
    with _alone(place):
        try:
            with together() as transaction:
                answer = make_response(view())
                row = _to_keep(place, answer)
                filling(KeptAnswer, tuple(row)).tell(transaction, [row])
            return answer
        except Refusal:
            # One statement less than to look first: what is done twice is refused, by its key at the latest.
            kept = db.session.get(KeptAnswer, place)
            if kept is None:
                raise
            return _again(kept)


def sweep(act: Act) -> int:
    """Forget the answers whose time is over; how many."""
    return act.count(delete(KeptAnswer).where(KeptAnswer.until <= act.now.date()))


def _key() -> str:
    given = request.headers.get("Idempotency-Key", "")
    if not _KEY.fullmatch(given):
        raise KeyMissing()
    return given


@contextmanager
def _alone(place: tuple[int, str, str]) -> Iterator[None]:
    with _pen:
        if place in _running:
            raise KeyInUse(seconds=1)
        _running.add(place)
    try:
        yield
    finally:
        with _pen:
            _running.discard(place)


def _again(kept: KeptAnswer) -> Response:
    if not hmac.compare_digest(kept.digest, _digest()):
        raise KeyReused()
    answer = Response(kept.body, HTTPStatus(kept.status), kept.headers)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _to_keep(place: tuple[int, str, str], answer: Response) -> dict[str, Any]:
    person_id, route, key = place
    is_told = g.operation not in _WITHOUT_CONTENT
    return {
        "person_id": person_id,
        "route": route,
        "key": key,
        "digest": _digest(),
        "status": answer.status_code,
        # A day, not an instant: nobody can put the row beside a form or a ballot.
        "until": (now() + KEPT_FOR).date() + timedelta(days=1),
        "headers": {name: answer.headers[name] for name in _HEADERS if name in answer.headers},
        "body": answer.get_data(as_text=True) if is_told else "",
    }


def _digest() -> str:
    # Keyed, so that nobody who reads the table can try out what might have been written.
    secret = cast(str, current_app.secret_key).encode()
    said = "\0".join(("kept answer", request.full_path, request.get_data(as_text=True)))
    return hmac.digest(secret, said.encode("utf-8", "surrogatepass"), "sha256").hex()
