"""Every error as problem+json: one table of statuses, a stable code, sentences in both languages."""

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, request
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as ConnectionsTaken
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from api import acting
from api.plain import checklist, explained, in_words, plain
from api.refusals import (
    InvalidInput,
    NotJson,
    NotJsonType,
    PreconditionRequired,
    ResetLinkOver,
    SignInRequired,
    TooManyCalls,
    TooManyTries,
)
from translations import LOCALES, say
from workflow.database import translate
from workflow.errors import (
    Busy,
    GuardsNotMet,
    Invalid,
    NewerVersion,
    NotAllowed,
    NotFound,
    Overtaken,
    Refusal,
    ReviewLinkOver,
    StaleVersion,
)

# The nearest class above a refusal that stands here says the status.
STATUSES: dict[type[Refusal], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotAllowed: HTTPStatus.FORBIDDEN,
    SignInRequired: HTTPStatus.UNAUTHORIZED,
    ReviewLinkOver: HTTPStatus.GONE,
    ResetLinkOver: HTTPStatus.GONE,
    Overtaken: HTTPStatus.CONFLICT,
    StaleVersion: HTTPStatus.PRECONDITION_FAILED,
    PreconditionRequired: HTTPStatus.PRECONDITION_REQUIRED,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotJson: HTTPStatus.BAD_REQUEST,
    NotJsonType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    NewerVersion: HTTPStatus.SERVICE_UNAVAILABLE,
    TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
    TooManyCalls: HTTPStatus.TOO_MANY_REQUESTS,
    Refusal: HTTPStatus.BAD_REQUEST,
}
# Codes of refusals that Flask makes itself.
HTTP_CODES = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body_too_large",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal_error",
}
_HEADERS = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "2"},
}
_FAULTS = ("fields", "problems", "lines", "faults")
_log = logging.getLogger(__name__)


def register_problems(app: Flask) -> None:
    """Let every error leave as a problem."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(DBAPIError, _database_failed)
    app.register_error_handler(ConnectionsTaken, lambda _: _refused(Busy()))
    app.register_error_handler(HTTPException, _http_failed)
    app.register_error_handler(Exception, _failed)


def status_of(refusal: type[Refusal]) -> HTTPStatus:
    """The HTTP status of a kind of refusal."""
    return next(STATUSES[kind] for kind in refusal.__mro__ if kind in STATUSES)


def problem(code: str, status: HTTPStatus, facts: Mapping[str, Any] | None = None) -> Response:
    """A problem of this code as an answer."""
    return _answer(_body(code, status, facts or {}))


def described(refusal: Refusal) -> dict[str, Any]:
    """A refusal as a problem; facts are there for programs, sentences for people."""
    # What may not be seen answers like what does not exist, byte for byte.
    facts = {} if isinstance(refusal, NotFound) else dict(refusal.facts)
    if isinstance(refusal, GuardsNotMet):
        facts["checklist"] = checklist(facts["checklist"])
    facts |= {name: explained(facts[name]) for name in _FAULTS if name in facts}
    return _body(refusal.code, status_of(type(refusal)), facts)


def _body(code: str, status: HTTPStatus, facts: Mapping[str, Any]) -> dict[str, Any]:
    told = plain(facts)
    messages = {locale: _sentence(code, in_words(facts, locale), locale) for locale in LOCALES}
    return {
        "type": f"urn:jinsheng:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status.value,
        "detail": messages[_language()],
        "messages": messages,
        "code": code,
        "facts": told,
    }


def _answer(body: Mapping[str, Any]) -> Response:
    status = HTTPStatus(body["status"])
    headers = dict(_HEADERS.get(status, {}))
    if "seconds" in body["facts"]:
        headers["Retry-After"] = str(body["facts"]["seconds"])
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers, content_type="application/problem+json")


def _refused(refusal: Refusal) -> Response:
    if isinstance(refusal, NewerVersion):
        _log.warning(
            "request %s met a word of a newer version: %s", acting.request_id(), refusal.facts["word"]
        )
    return _answer(described(refusal))


def _database_failed(error: DBAPIError) -> Response:
    if isinstance(error, DataError):
        return _refused(InvalidInput(fields=[]))
    meant = translate(error)
    return _refused(meant) if isinstance(meant, Refusal) else _failed(error)


def _http_failed(error: HTTPException) -> BaseResponse:
    if isinstance(error, RequestEntityTooLarge):
        return problem("body_too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    if status < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    answer = problem(HTTP_CODES.get(status, status.name.lower()), status)
    allowed = dict(error.get_headers()).get("Allow")
    if allowed:
        answer.headers["Allow"] = allowed
    return answer


def _failed(error: Exception) -> Response:
    _log.error("request %s failed", acting.request_id(), exc_info=error)
    return problem("internal_error", HTTPStatus.INTERNAL_SERVER_ERROR)


def _sentence(code: str, facts: Mapping[str, Any], locale: str) -> str:
    sentence = say(f"error.{code}", locale, **facts)
    key = f"reason.{facts.get('reason')}"
    reason = say(key, locale, **facts)
    if reason == key:
        return sentence
    return f"{sentence} {reason}" if locale == "en" else f"{sentence}{reason}"


def _language() -> str:
    person = g.get("person")
    if person is not None:
        return "zh_Hans" if person.locale.startswith("zh") else "en"
    best = request.accept_languages.best_match(("en", "zh", "zh-CN", "zh-Hans"), default="en")
    return "zh_Hans" if best.startswith("zh") else "en"
