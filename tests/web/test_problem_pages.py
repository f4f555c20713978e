"""What a browser is shown outside the API when something goes wrong, and what a program is told there."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CHINESE = BROWSER | {"Accept-Language": "zh-CN,zh;q=0.9"}


@pytest.mark.parametrize(
    ("headers", "language", "words"),
    [(BROWSER, "en", "This did not work"), (CHINESE, "zh-Hans", "操作未成功")],
)
def test_a_page_that_does_not_exist_says_so_on_a_page(
    client: FlaskClient, headers: dict[str, str], language: str, words: str
) -> None:
    answer = client.get("/nowhere", headers=headers)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert f'<html lang="{language}">' in answer.text
    assert words in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.headers["X-Request-ID"]) == 32


def test_the_page_about_a_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.delete("/password", headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (405, "text/html")
    assert "POST" in answer.headers["Allow"]


def test_programs_and_whoever_asks_the_api_are_given_a_problem(client: FlaskClient) -> None:
    for path, headers in (("/nowhere", {}), ("/nowhere", {"Accept": "*/*"}), ("/api/v1/nowhere", BROWSER)):
        answer = client.get(path, headers=headers)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_the_page_about_a_fault_of_ours_shows_the_number_it_asks_for(app: Flask) -> None:
    def fail() -> None:
        raise RuntimeError("inner workings")

    app.view_functions["health.healthz"] = fail
    answer = app.test_client().get("/healthz", headers=CHINESE | {"X-Request-ID": "request-1234"})
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    assert "request-1234" in answer.text
    assert "inner workings" not in answer.text
