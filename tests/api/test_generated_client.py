"""A client that a generator makes from the description signs in, and drives a case to its mentoring."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.serving import make_server

from tests.api.conftest import give_password
from tests.builders import answers, raters
from tests.company import MEMBERS, Company
from workflow import sweeps

PASSWORD = "correct horse battery staple"
TARGET = {"track": "professional", "level": "senior", "post": "senior_service_engineer"}
DESCRIPTION = Path(__file__).parents[2] / "docs" / "openapi.json"


@dataclass
class Office:
    """Where everybody calls the service through the generated client."""

    url: str
    clients: dict[str, Any] = field(default_factory=dict)

    def read(self, by: str, module: str, *parts: int, **given: Any) -> Any:
        """What somebody reads, and its tag."""
        answer = _made(f"api.{module}").sync_detailed(*parts, client=self._client(by), **given)
        assert answer.status_code < 400, answer.content
        return answer

    def do(self, by: str, module: str, *parts: int, seen: str | None = None, **body: Any) -> Any:
        """What somebody does, under a key of its own where it is a POST, and what he is told."""
        given: dict[str, Any] = {"if_match": seen} if seen is not None else {}
        operation = module.rpartition(".")[2]
        if operation.startswith("post"):
            given["idempotency_key"] = str(uuid4())
        model = _body_of(module)
        if model is not None:
            given["body"] = model.from_dict(body)
        return self.read(by, module, *parts, **given).parsed

    def case(self, by: str, case: int) -> str:
        """The tag of a case as somebody sees it."""
        return str(self.read(by, "cases.get_cases_case_id", case).headers["ETag"])

    def task(self, by: str, case: int, kind: str) -> str:
        """The tag of somebody's own task."""
        inbox = self.read(by, "tasks.get_inbox", kind=_made("models").TaskKind(kind)).parsed.items
        number = next(task.id for task in inbox if task.case == case)
        return str(self.read(by, "tasks.get_tasks_task_id", number).headers["ETag"])

    def close(self) -> None:
        """Everybody hangs up."""
        for client in self.clients.values():
            client.get_httpx_client().close()
        self.clients.clear()

    def _client(self, number: str) -> Any:
        if number not in self.clients:
            client = self.clients[number] = _made("client").Client(base_url=self.url)
            given = _made("models").Credentials(number=number, password=PASSWORD)
            signed_in = _made("api.sessions.post_session").sync_detailed(client=client, body=given)
            assert signed_in.status_code == 201, signed_in.content
        return self.clients[number]


@pytest.fixture
def office(tmp_path: Path, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The service on this machine, and the client made for it."""
    _generate(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    with _listening(app) as url:
        made = Office(url)
        yield made
        made.close()
    for name in [name for name in sys.modules if name.startswith("generated")]:
        del sys.modules[name]


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_generated_client_drives_a_case_from_nomination_to_mentoring(
    company: Company, office: Office
) -> None:
    for number in company.ids:
        give_password(company, number, PASSWORD)
    case = _nominated(office)
    for rater in raters(company, case):
        seen = office.task(rater, case, "review")
        form = {"answers": answers(), "evidence": {}}
        office.do(rater, "reviews.put_cases_case_id_review_form", case, seen=seen, **form)
    _voted(office, case)
    company.later(days=14)
    sweeps.run(company.door, now=company.now)
    office.close()  # nobody's session has lasted that long
    seen = office.case("H1", case)
    office.do("H1", "mentorships.post_cases_case_id_mentorship", case, seen=seen, mentor="T1")
    told = office.read("C", "cases.get_cases_case_id", case).parsed
    assert (told.stage.value, told.outcome.text) == ("mentoring", "Carried.")
    assert office.read("C", "mentorships.get_cases_case_id_mentorship", case).parsed.mentor.number == "T1"


def _nominated(office: Office) -> int:
    case = int(office.do("L1", "cases.post_cases", candidate="C", statement="Able.", **TARGET).id)
    office.do("L1", "cases.post_cases_case_id_submission", case, seen=office.case("L1", case))
    for approver in ("D1", "H1"):
        seen = office.task(approver, case, "approve")
        office.do(approver, "approvals.post_cases_case_id_approvals", case, seen=seen, decision="approve")
    return case


def _voted(office: Office, case: int) -> None:
    chair = MEMBERS[0]
    office.do(chair, "votes.post_cases_case_id_votes", case, seen=office.case(chair, case))
    for member in MEMBERS:
        seen = office.task(member, case, "cast_ballot")
        office.do(member, "votes.put_cases_case_id_ballot", case, seen=seen, choice="yes")
    decided = office.do(
        chair, "votes.post_cases_case_id_decision", case, seen=office.case(chair, case), text="Carried."
    )
    assert decided.stage.value == "notice"


def _made(name: str) -> Any:
    return import_module(f"generated.{name}")


def _body_of(module: str) -> Any:
    return _made(f"api.{module}")._get_kwargs.__annotations__.get("body")


def _generate(folder: Path) -> None:
    settings = folder / "settings.yml"
    settings.write_text("package_name_override: generated\npost_hooks: []\n", "utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", str(DESCRIPTION)]
    how = ["--meta", "none", "--config", str(settings), "--output-path", str(folder / "generated")]
    run = subprocess.run([*command, *how], capture_output=True, text=True, check=False, cwd=folder)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "warning" not in run.stdout.lower(), run.stdout


@contextmanager
def _listening(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()
