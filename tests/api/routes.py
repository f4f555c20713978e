"""Every route of the API that names a case, tried by one person on one case, and what it left behind."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.api.calls import API, Calls
from tests.company import Company
from workflow.models import Base

# What the routes read, one of which each of them takes.
BODIES: tuple[dict[str, Any] | None, ...] = (
    None,
    {},
    {"reason": "Why."},
    {"text": "Words.", "internal_reason": ""},
    {"text": "Words."},
    {"statement": "Words.", "evidence": {}},
    {"decision": "approve"},
    {"decision": "confirm", "reason": "Why."},
    {"decision": "uphold", "reason": "Why.", "step": "review"},
    {"decision": "dismiss", "reason": "Why."},
    {"is_upheld": True, "reason": "Why."},
    {"choice": "yes"},
    {"rule": "trainings", "reason": "Why."},
    {"answers": {}, "evidence": {}},
    {"person": "P1"},
    {"person": "P1", "reason": "Why."},
    {"task": 1, "to": "P1", "reason": "Why."},
    {"mentor": "P1"},
    {"plan": "Words."},
    {"note": "Words."},
    {"feedback": "Words."},
    {"rating": 3, "note": "Words."},
    {"decision": "agree"},
    {"committee": 1},
    {"scores": {}},
    {"evidence": "Words."},
)
UNKNOWN = 999_999
_ACCESS = {"access_session", "account", "kept_answer"}


def of_cases(app: Flask) -> Iterator[tuple[str, str]]:
    """Method and path of every route with a case; other keys are 1."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(f"{API}/") and "case_id" in rule.arguments:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield method, _path(rule)


def _path(rule: Rule) -> str:
    named = rule.rule.removeprefix(API).replace("<int:case_id>", "{case}")
    return re.sub(r"<number>", "P1", re.sub(r"<int:\w+>", "1", named))


def fitting(calls: Calls, by: str, method: str, path: str) -> dict[str, Any] | None:
    """A body that the route takes, so that what is asked for is looked for at all; raises LookupError."""
    if (method, path) not in _FITTING:
        _FITTING[method, path] = _found(calls, by, method, path)
    return _FITTING[method, path]


_FITTING: dict[tuple[str, str], dict[str, Any] | None] = {}


def _found(calls: Calls, by: str, method: str, path: str) -> dict[str, Any] | None:
    unknown = path.format(case=UNKNOWN)
    for body in BODIES if method != "GET" else (None,):
        if calls.raw(by, method, unknown, body).status_code == 404:
            return body
    answer = calls.raw(by, method, unknown, {})
    raise LookupError(f"no body fits {method} {path}: {answer.get_json()}")


def told(answer: TestResponse) -> tuple[int, bytes]:
    """Status and body, byte for byte."""
    return answer.status_code, answer.data


def on_file(company: Company) -> dict[str, list[str]]:
    """Every row of every table but those of access."""
    with company.reading() as db:
        return {
            table.name: sorted(map(repr, db.execute(select(table)).all()))
            for table in Base.metadata.sorted_tables
            if table.name not in _ACCESS
        }
