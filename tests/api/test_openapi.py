"""The description of the API is valid, whole, and served from our own house."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from server.openapi_file import description as described
from server.openapi_file import written

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"


@pytest.fixture
def description(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").get_json()
    return found


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_file_in_docs_is_what_the_process_serves(client: FlaskClient) -> None:
    served = client.get("/api/v1/openapi.json").get_json()
    assert FILE.read_text("utf-8") == written(served) == written(described()), "make openapi"


def test_the_description_is_valid(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []


def test_every_route_of_the_api_is_described(app: Flask, description: dict[str, Any]) -> None:
    routes = {
        re.sub(r"<(?:[^<>]+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/") and not rule.rule.endswith("openapi.json")
    }
    assert routes == set(description["paths"])


def test_errors_are_described_as_problems(description: dict[str, Any]) -> None:
    for response in description["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


def test_what_may_be_asked_is_bounded_in_the_description(description: dict[str, Any]) -> None:
    parameters = description["paths"]["/api/v1/editions/{edition_id}"]["parameters"]
    assert parameters[0]["schema"]["maximum"] == 2**31 - 1


def test_the_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/api/docs/").get_data(as_text=True)
    assert "http" not in page
    for part in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        assert part in page
        with client.get(f"/api/docs/{part}") as answer:
            assert answer.status_code == 200


def test_the_page_gives_nothing_else(client: FlaskClient) -> None:
    assert client.get("/api/docs/../../pyproject.toml").status_code == 404
    assert client.get("/api/docs/%2e%2e/__init__.py").status_code == 404
