"""The front page of the demonstration, which there is nowhere else."""

import pytest
from flask import Flask

from tests.api.conftest import give_password
from tests.company import Company
from tests.web.browsing import Browser
from translations import say
from web.visitors import VISITORS, Visitor

PASSWORD = "four words nobody guesses"


@pytest.fixture
def demonstration(app: Flask, company: Company) -> Browser:
    """The browser of a visitor."""
    give_password(company, "D1", PASSWORD)
    app.extensions[VISITORS] = [Visitor("D1", "Dora", PASSWORD)]
    return Browser(app.test_client())


def test_a_visitor_steps_into_somebodys_shoes_with_one_click(demonstration: Browser) -> None:
    front = demonstration.open("/")
    assert front.path == "/demonstration"
    inside = demonstration.send(front, "Step in")
    assert (inside.path, "Dora" in front.words) == ("/inbox", True)
    assert inside.link("切换身份") == "/demonstration" or inside.link("Step into another role")


def test_nobody_else_can_be_stepped_into(demonstration: Browser, company: Company) -> None:
    give_password(company, "H1", PASSWORD)
    demonstration.post("/demonstration/H1", {}, status=404)
    assert demonstration.open("/inbox").path.startswith("/sign-in")


def test_outside_the_demonstration_there_is_no_such_page(app: Flask, company: Company) -> None:
    give_password(company, "D1", PASSWORD)
    stranger = Browser(app.test_client())
    assert stranger.open("/").path == "/sign-in"
    stranger.open("/demonstration", status=404)
    stranger.post("/demonstration/D1", {}, status=404)


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_it_is_said_of_everybody_what_there_is_to_see(locale: str) -> None:
    from server.demonstration import _WORTH_A_VISIT  # noqa: PLC0415 -- nobody else needs its story

    assert not [one for one in _WORTH_A_VISIT if say(f"visit.{one}", locale) == f"visit.{one}"]
