"""Whatever anybody sends is answered as the description says: schemathesis tries every operation."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from api.files import TABLES
from tests.api.conftest import serving, signed_in
from tests.company import Company
from tests.workflow.begun import begun
from tests.workflow.votes import voting_case

NOBODY = "nobody"
# So many of each operation and phase; `make test-long` says more, and by another seed every time.
_EXAMPLES = int(os.environ.get("JINSHENG_EXAMPLES", "1"))
schemathesis.serializer.alias(list(TABLES), "text/plain")  # bytes are bytes
_PHASES = ("examples", "coverage", "fuzzing", "stateful")
_REFUSED = [400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 422, 428, 429]
_SETTINGS = {
    "continue-on-failure": True,
    "generation": {
        "max-examples": _EXAMPLES,
        "deterministic": _EXAMPLES == 1,
        "with-security-parameters": False,
    },
    "checks": {
        # Who is calling is said by the test itself; rights are the subject of `tests/matrix`.
        "ignored_auth": {"enabled": False},
        # What a schema allows may still be refused by the rules of promotion.
        "positive_data_acceptance": {"enabled": False},
        "negative_data_rejection": {"expected-statuses": _REFUSED},
        "missing_required_header": {"expected-statuses": _REFUSED},
    },
    "phases": {phase: {"enabled": True} for phase in _PHASES},
}


@schemathesis.serializer("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def as_workbook(_ctx: schemathesis.SerializationContext, value: Any) -> bytes:
    """Whatever is thought up, as it is: a workbook it is not."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@pytest.mark.slow
@pytest.mark.parametrize("who", ["H1", "C", "A1", "X1", NOBODY])
def test_any_input_is_answered_as_the_description_says(tmp_path: Path, who: str) -> None:
    with begun(tmp_path, voting_case) as (company, _), serving(company.door.engine, company) as app:
        schema = schemathesis.openapi.from_wsgi(
            "/api/v1/openapi.json",
            _as_somebody(app, company, who),
            config=SchemathesisConfig.from_dict(_SETTINGS),
        )
        cases, findings = _outcome(from_schema(schema).execute())
    assert not findings, "\n\n".join(findings)
    assert set(cases) == set(_PHASES)
    assert cases["coverage"] > 1000


def _as_somebody(app: Flask, company: Company, who: str) -> Callable[..., Iterable[bytes]]:
    """The application as one person calls it, who signs in again as soon as his session is over."""
    cookies: list[str] = []

    def call(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if who != NOBODY:
            if not cookies:
                client = signed_in(app, company.door.engine, company.ids[who], company.now)
                cookie = client.get_cookie("jinsheng")
                assert cookie is not None
                cookies.append(f"{cookie.key}={cookie.value}")
            environ["HTTP_COOKIE"] = cookies[0]

        def begin(status: str, *how: Any) -> Any:
            if status.startswith("401"):
                cookies.clear()
            return start(status, *how)

        return app.wsgi_app(environ, begin)

    return call


def _outcome(happened: Iterable[Any]) -> tuple[Counter[str], list[str]]:
    cases: Counter[str] = Counter()
    findings = []
    for event in happened:
        if isinstance(event, events.NonFatalError | events.FatalError):
            findings.append(repr(event))
        if not isinstance(event, events.ScenarioFinished):
            continue
        cases[event.phase.value] += len(event.recorder.cases)
        for checks in event.recorder.checks.values():
            findings += [
                f"{check.failure_info.failure}\n{check.failure_info.code_sample}"
                for check in checks
                if check.failure_info is not None
            ]
    return cases, findings
