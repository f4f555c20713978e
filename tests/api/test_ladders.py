"""The ladder of every track over HTTP, with words in both languages."""

from typing import Any

import pytest

from tests.api.calls import Calls
from tests.api.conftest import ClientFor
from tests.company import Company
from workflow import criteria
from workflow.editions.reading import shipped


@pytest.fixture
def calls(client_for: ClientFor) -> Calls:
    return Calls(client_for)


def rung(told: dict[str, Any], track: str, level: str) -> dict[str, Any]:
    (ladder,) = (one for one in told["ladders"] if one["track"] == track)
    (found,) = (one for one in ladder["levels"] if one["level"] == level)
    return dict(found)


def test_everybody_reads_the_ladders_of_the_edition_in_force_in_both_languages(
    company: Company, calls: Calls
) -> None:
    told = calls.get("C", "/ladders")
    assert told["edition"]["id"] == company.edition_id
    assert told["name"]["zh_Hans"] == "售后序列晋升标准（2026年版）"
    assert [ladder["track_name"]["zh_Hans"] for ladder in told["ladders"]] == [
        "管理通道",
        "专业通道",
        "跨部门通道",
    ]
    manager = rung(told, "management", "senior")
    assert manager["level_name"] == {"en": "Senior", "zh_Hans": "高级"}
    (post,) = manager["posts"]
    assert (post["name"]["en"], len(post["duties"])) == ("Regional manager", 3)


def test_a_step_says_what_it_asks_and_how_it_is_decided(calls: Calls) -> None:
    told = rung(calls.get("C", "/ladders"), "management", "senior")
    assert told["asks"][0]["messages"]["en"] == "Months at the present level: at least 18"
    step = told["step"]
    assert [group["seats"] for group in step["approvals"]["chain"]] == [
        ["line_manager"],
        ["department_head"],
        ["hr"],
    ]
    peers = next(one for one in step["review"]["sources"] if one["source"] == "peer")
    assert (peers["minimum"], peers["drawn"], peers["weight"]) == (4, 5, 35)
    assert step["competition"]["names"]["leadership"]["zh_Hans"] == "领导力"
    assert (step["committee"]["quorum"], step["mentoring"]["weeks"]) == ("2/3", 26)
    assert rung(calls.get("C", "/ladders"), "professional", "junior")["step"] is None


def test_every_step_of_the_edition_stands_on_its_ladder(company: Company, calls: Calls) -> None:
    told = calls.get("C", "/ladders")
    contents = calls.get("C", f"/editions/{company.edition_id}")["contents"]
    assert [[rung["step"] for rung in ladder["levels"]] for ladder in told["ladders"]] == [
        [rung["step"] for rung in ladder["levels"]] for ladder in contents["ladders"]
    ]
    assert {one["key"] for one in told["criteria"]} == {one["key"] for one in contents["criteria"]}


def test_an_edition_is_read_by_its_key_and_a_draft_by_hr_and_auditors_alone(calls: Calls) -> None:
    text = shipped()["default"].replace('version: "2026.1"', 'version: "2026.2"')
    draft = calls.post("H1", "/editions", status=201, text=text)["id"]
    for reader, status in (("H2", 200), ("A1", 200), ("C", 404)):
        calls.get(reader, f"/ladders?edition={draft}", status=status)
    calls.get("C", "/ladders?edition=999", status=404)


def test_a_retired_edition_can_still_be_read_by_those_whose_cases_are_pinned_to_it(
    company: Company, calls: Calls
) -> None:
    with company.door.acting(now=company.now) as act:
        criteria.retire(act, company.edition_id)
    assert calls.get("C", f"/ladders?edition={company.edition_id}")["edition"]["state"] == "retired"
    assert calls.get("C", "/ladders", status=404)["code"] == "not_found"


def test_the_ladders_cost_five_statements(calls: Calls, statements: list[str]) -> None:
    calls.get("C", "/ladders")
    statements.clear()
    calls.get("C", "/ladders")
    assert len(statements) <= 5, statements
