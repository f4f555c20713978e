"""The description in the house is the one that is served, and says everything a client is made from."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openapi_schema_validator import OAS31Validator

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in json.loads(FILE.read_text("utf-8"))["paths"].items():
        for method, described in methods.items():
            if method != "parameters":
                yield path, method, described


def test_every_operation_has_a_name_of_its_own() -> None:
    names = Counter(described["operationId"] for _, _, described in operations())
    assert max(names.values()) == 1


def test_examples_are_what_their_schemas_allow() -> None:
    whole = json.loads(FILE.read_text("utf-8"))
    shown = 0
    for path, method, described in operations():
        for content in _contents(described):
            schema = {**content["schema"], "components": whole["components"]}
            OAS31Validator(schema).validate(content["example"])
            shown += 1
        is_bare = "requestBody" not in described and "204" in described["responses"]
        assert _contents(described) or is_bare, (path, method)
    assert shown > 100


def test_every_operation_says_what_it_may_refuse_and_who_may_call_it() -> None:
    for path, method, described in operations():
        assert {"422", "429", "503"} <= described["responses"].keys(), (path, method)
        if described["security"]:
            assert {"401", "403"} <= described["responses"].keys(), (path, method)
        asked = {one["name"] for one in described.get("parameters", ()) if one["in"] == "header"}
        assert ("If-Match" in asked) == ("428" in described["responses"]), (path, method)


def test_every_code_is_listed_with_its_status() -> None:
    answers = json.loads(FILE.read_text("utf-8"))["components"]["responses"]
    assert "`task_closed`" in answers["CONFLICT"]["description"]
    assert "`precondition_required`" in answers["PRECONDITION_REQUIRED"]["description"]
    assert "Retry-After" in answers["SERVICE_UNAVAILABLE"]["headers"]


def _contents(described: dict[str, Any]) -> list[dict[str, Any]]:
    bodies = [described.get("requestBody", {}), *described["responses"].values()]
    return [content for body in bodies for content in body.get("content", {}).values()]
