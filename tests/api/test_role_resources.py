"""Roles over the API: read by those whom they concern, changed by two."""

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.company import Company
from tests.workflow.test_hr_of_a_department import hr_of


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


@pytest.mark.parametrize("reader", ["X1", "A1", "H1"])
def test_it_is_read_who_holds_which_role(company: Company, calls: Calls, reader: str) -> None:
    hr_of(company, "T1", "Service")
    company.leaves("H2")
    held = {
        (line["role"], line["person"]["number"], line["department"], line["is_active"])
        for line in calls.get(reader, "/roles")["holdings"]
    }
    assert held == {
        ("hr", "H1", None, True),
        ("hr", "H2", None, False),
        ("hr", "T1", "Service", True),
        ("auditor", "A1", None, True),
        ("admin", "X1", None, True),
    }


def test_an_administrator_proposes_and_hr_confirms(company: Company, calls: Calls) -> None:
    told = calls.put("X1", "/employees/P1/roles/auditor")
    assert (told["is_held"], told["proposal"]["proposed_by"]["number"]) == (False, "X1")
    assert calls.get("H1", "/roles")["proposals"] == [told["proposal"]]
    assert calls.put("H1", "/employees/P1/roles/auditor") == {"is_held": True, "proposal": None}
    calls.get("P1", "/journal")
    taken = calls.raw("X1", "DELETE", "/employees/P1/roles/auditor").get_json()
    assert (taken["is_held"], taken["proposal"]["is_given"]) == (True, False)
    assert not calls.raw("H1", "DELETE", "/employees/P1/roles/auditor").get_json()["is_held"]
    calls.get("P1", "/journal", status=403)


def test_auditors_read_who_gave_whom_which_role(calls: Calls) -> None:
    calls.put("X1", "/employees/P1/roles/hr")
    calls.put("H1", "/employees/P1/roles/hr")
    told = calls.get("A1", "/journal?limit=2")["items"]
    acts = [(line["action"], line["actor"]["number"], line["person"]["number"]) for line in told]
    assert acts == [("roles_changed", "H1", "P1"), ("role_proposed", "X1", "P1")]
    assert told[1]["facts"]["role"] == "hr"


def test_what_was_proposed_for_him_is_among_his_data(company: Company, calls: Calls) -> None:
    calls.put("X1", "/employees/P1/roles/hr")
    (line,) = calls.get("P1", "/me/data")["role_proposals"]
    assert (line["role"], line["is_given"]) == ("hr", True)
    assert "X1" not in str(line)


def test_whom_there_is_not_and_what_is_no_role_are_not_found(calls: Calls) -> None:
    assert calls.put("X1", "/employees/nobody/roles/hr", status=404)["code"] == "not_found"
    assert calls.put("X1", "/employees/P1/roles/king", status=404)["code"] == "not_found"


def test_both_languages_say_why_somebody_cannot_confirm(calls: Calls) -> None:
    refused = calls.put("H1", "/employees/P1/roles/hr", status=403)
    assert refused["facts"]["reason"] == "role_not_proposed"
    assert all(len(sentence) > 10 for sentence in refused["messages"].values())
