"""Editions of the criteria over HTTP."""

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.company import Company
from workflow.editions.reading import shipped


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def test_everybody_reads_what_an_edition_says(client_for: ClientFor, company: Company) -> None:
    person = client_for("C")
    listed = person.get("/api/v1/editions").get_json()["items"]
    assert [line["id"] for line in listed] == [company.edition_id]
    whole = person.get(f"/api/v1/editions/{company.edition_id}").get_json()
    assert {ladder["track"] for ladder in whole["contents"]["ladders"]} == {
        "management",
        "professional",
        "cross_department",
    }
    assert "document" not in whole


def test_publishing_the_same_text_again_gives_the_same_edition(
    client_for: ClientFor, company: Company
) -> None:
    answer = client_for("H1").post("/api/v1/editions", json={"text": shipped()["default"]})
    assert (answer.status_code, answer.get_json()["id"]) == (201, company.edition_id)


def test_another_text_under_the_same_version_is_refused(client_for: ClientFor) -> None:
    text = shipped()["default"].replace("review_by: 20", "review_by: 21", 1)
    answer = client_for("H1").post("/api/v1/editions", json={"text": text})
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_exists")


def test_a_faulty_edition_names_every_fault_in_both_languages(client_for: ClientFor) -> None:
    answer = client_for("H1").post(
        "/api/v1/editions",
        json={"text": "unknown: 1\n" + shipped()["default"].replace("\nversion:", "\nedition:", 1)},
    )
    assert (answer.status_code, answer.get_json()["code"]) == (422, "bad_edition")
    problems = {fault["path"]: fault for fault in answer.get_json()["facts"]["problems"]}
    assert problems["unknown"]["messages"] == {"en": "is not a known field", "zh_Hans": "未知字段"}
    assert problems["version"]["reason"] == "missing"


def test_only_hr_publishes(client_for: ClientFor) -> None:
    answer = client_for("C").post("/api/v1/editions", json={"text": shipped()["default"]})
    assert answer.status_code == 403


def test_a_draft_is_for_hr_and_auditors_until_somebody_else_in_hr_publishes_it(calls: Calls) -> None:
    text = shipped()["default"].replace('version: "2026.1"', 'version: "2026.2"')
    draft = calls.post("H1", "/editions", status=201, text=text)
    assert draft["state"] == "draft"
    path = f"/editions/{draft['id']}"
    for reader, status in (("H2", 200), ("A1", 200), ("C", 404), ("L1", 404)):
        calls.get(reader, path, status=status)
        listed = draft["id"] in [line["id"] for line in calls.get(reader, "/editions")["items"]]
        assert listed is (status == 200), reader
    refused = calls.post("H1", f"{path}/publication", status=403)
    assert refused["facts"] == {"reason": "second_person_needed"}
    calls.post("C", f"{path}/publication", status=403)
    assert calls.post("H2", f"{path}/publication")["state"] == "published"
    assert calls.get("C", path)["state"] == "published"
    calls.post("H2", "/editions/999/publication", status=404)


def test_whoever_has_put_an_edition_forward_takes_it_back(calls: Calls) -> None:
    text = shipped()["default"].replace('version: "2026.1"', 'version: "2026.2"')
    path = f"/editions/{calls.post('H1', '/editions', status=201, text=text)['id']}"
    assert calls.raw("C", "DELETE", path).status_code == 403
    assert calls.raw("H1", "DELETE", path).status_code == 204
    calls.get("H2", path, status=404)
    assert calls.raw("H1", "DELETE", path).status_code == 404
    refused = calls.raw("H1", "DELETE", "/editions/1")
    assert (refused.status_code, refused.get_json()["facts"]["reason"]) == (422, "edition_was_published")
