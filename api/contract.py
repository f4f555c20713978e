"""What the description of the API says beyond its schemas: names, headers, rights, refusals and examples."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from flask import Flask

from api import idempotency, identity, preconditions
from api.examples import example_of
from api.policy import routes_of
from api.problems import HTTP_CODES, status_of
from workflow.errors import Refusal
from workflow.permissions import ALLOWED, Operation
from workflow.relations import Relation

_PROBLEM = "application/problem+json"
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "Made up anew for every request; the same one again when it is repeated.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
    "example": "3f2b8c1e-5d07-4c3a-9d55-0e8f6a1b2c3d",
}
_TAG = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag that reading the thing, or one's own task, gave.",
    "schema": {"type": "string", "pattern": preconditions.TAG},
}
_SHOWN = {
    "ETag": "What has been seen; sent as If-Match with a change.",
    "Idempotency-Replayed": "`true` where this is the answer to an earlier request under the same key.",
    "Retry-After": "After how many seconds to try again.",
    "Location": "Where the new thing is read.",
}


_GIVE_TAGS = frozenset(
    f"/api/v1{path}"
    for path in (
        "/cases/{case_id}",
        "/tasks/{task_id}",
        "/cases/{case_id}/vote",
        "/cases/{case_id}/ballot",
        "/cases/{case_id}/review/form",
        "/competitions/{competition_id}/entries/{case_id}/sheet",
        "/competitions/{competition_id}",
        "/committees/{committee_id}",
        "/employees/{number}/contacts",
        "/cycles/{cycle_id}/decisions",
    )
)


def complete(document: dict[str, Any], app: Flask) -> dict[str, Any]:
    """The document, with all that clients are made from."""
    document["components"]["responses"] = {
        status.name: _response(status) for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST
    } | {"DEFAULT_ERROR": _problem("Any other problem.")}
    for rule, method, operation in routes_of(app):
        path = re.sub(r"<(?:[^<>]+:)?(\w+)>", r"{\1}", rule)
        described = document["paths"].get(path, {}).get(method.lower())
        if described is not None and operation is not None:
            _describe(described, path, method, operation)
            _exemplify(described, document["components"]["schemas"])
    used = set(_references(document["paths"]))
    answers = document["components"]["responses"]
    document["components"]["responses"] = {name: answers[name] for name in sorted(used & set(answers))}
    return document


def _describe(described: dict[str, Any], path: str, method: str, operation: Operation) -> None:
    described["operationId"] = _name(path, method)
    described["security"] = _security(operation)
    is_keyed = method == "POST" and operation not in idempotency.WITHOUT_KEY
    is_tagged = preconditions.is_tagged(method, operation, has_parts="{" in path)
    headers = [header for header, is_needed in ((_KEY, is_keyed), (_TAG, is_tagged)) if is_needed]
    if headers:
        described["parameters"] = [*described.get("parameters", []), *headers]
    for status in _refusals(path, method, operation, described, is_tagged=is_tagged):
        described["responses"][str(status.value)] = {"$ref": f"#/components/responses/{status.name}"}
    for status, answer in described["responses"].items():
        if status.startswith("2"):
            shown = {"Idempotency-Replayed"} if is_keyed else set()
            is_tag_shown = method == "GET" and path in _GIVE_TAGS
            is_tag_shown |= operation in preconditions.OF_ITS_THING and is_tagged and "case_id" in path
            shown |= {"ETag"} if is_tag_shown else set()
            answer["headers"] = answer.get("headers", {}) | _headers(*sorted(shown))


def _name(path: str, method: str) -> str:
    words = re.findall(r"\w+", path.removeprefix("/api/v1"))
    return "_".join((method.lower(), *words)).replace("-", "_")


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    if Relation.ANYBODY in ALLOWED[operation]:
        return []
    by_token = any(operation in known for known in identity.OPERATIONS.values())
    return [{"session": []}, {"token": []}] if by_token else [{"session": []}]


def _refusals(
    path: str, method: str, operation: Operation, described: dict[str, Any], *, is_tagged: bool
) -> Iterator[HTTPStatus]:
    yield from (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
    if Relation.ANYBODY not in ALLOWED[operation]:
        yield from (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    if "{" in path:
        yield HTTPStatus.NOT_FOUND
    if method != "GET":
        yield from (HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if "requestBody" in described:
        yield HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    if is_tagged:
        yield from (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.PRECONDITION_REQUIRED)


def _response(status: HTTPStatus) -> dict[str, Any]:
    codes = ", ".join(f"`{code}`" for code in sorted(_codes(status)))
    answer = _problem(f"{status.phrase}: {codes}." if codes else f"{status.phrase}.")
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        answer["headers"] = _headers("Retry-After")
    return answer


def _codes(status: HTTPStatus) -> set[str]:
    found = {kind.code for kind in _kinds(Refusal) if status_of(kind) is status}
    return found | ({HTTP_CODES[status]} if status in HTTP_CODES else set())


def _kinds(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    for inner in kind.__subclasses__():
        yield inner
        yield from _kinds(inner)


def _problem(description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {_PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"description": _SHOWN[name], "schema": {"type": "string"}} for name in names}


def _exemplify(described: dict[str, Any], schemas: dict[str, Any]) -> None:
    bodies = [described.get("requestBody", {}), *described["responses"].values()]
    for body in bodies:
        for content in body.get("content", {}).values():
            content.setdefault("example", example_of(content["schema"], schemas))


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"].rpartition("/")[2]
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)
