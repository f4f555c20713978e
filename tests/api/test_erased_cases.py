"""A case whose words are erased is read like any other."""

from flask import Flask

from server import erasing
from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.api.routes import of_cases
from tests.builders import a_case
from tests.company import Company
from workflow.vocabulary import Stage


def test_a_case_without_its_words_is_still_read(company: Company, client_for: ClientFor, app: Flask) -> None:
    case_id = a_case(company, at=Stage.COMPLETED)
    calls = Calls(client_for)
    reading = [path.format(case=case_id) for method, path in of_cases(app) if method == "GET"]
    before = {path: calls.raw("A1", "GET", path).status_code for path in reading}
    company.leaves("C")
    company.later(days=60)
    with company.door.acting(now=company.now) as act:
        erasing.erase(act, "C")
    assert {path: calls.raw("A1", "GET", path).status_code for path in reading} == before
    assert 200 in before.values()
    assert calls.get("A1", f"/cases/{case_id}")["candidate"]["name"] == "erased"
    assert calls.get("A1", f"/cases/{case_id}/letters")["items"][0]["text"] == ""
