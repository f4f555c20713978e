"""The pages for a new password: from the mail's link to signing in, in both languages, without scripts."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from api.models import Account, PasswordReset
from api.signing import signed, to_reset
from tests.company import Company
from tests.web.conftest import SECRET

NEW = "another that is longer still"


@pytest.fixture
def link(client: FlaskClient, company: Company) -> str:
    """What stands in the mail to C, after the address of the service."""
    assert client.post("/password", data={"person": "C"}).status_code == 202
    with company.reading() as db:
        handle = db.scalars(select(PasswordReset.handle)).one()
    return "/password/" + signed(SECRET, handle, to_reset("c@example.com"))


def test_the_page_says_the_same_whether_there_is_anybody(client: FlaskClient) -> None:
    pages = {client.post("/password", data={"person": person}).data for person in ("C", "nobody", "x@y.zz")}
    assert len(pages) == 1


def test_a_person_sets_a_password_by_the_link(client: FlaskClient, link: str, company: Company) -> None:
    page = client.get(link)
    assert "工号C" in page.text
    assert re.findall(r'<form method="post" action="([^"]+)"', page.text) == [f"{link}?lang=zh_Hans"]
    done = client.post(link, data={"password": NEW, "again": NEW})
    assert done.status_code == 200
    assert NEW not in done.text
    with company.reading() as db:
        assert db.get(Account, company.ids["C"]) is not None
    assert client.get(link).status_code == 410
    assert client.post(link, data={"password": NEW, "again": NEW}).status_code == 410


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"password": "short", "again": "short"}, "at least 12"),
        ({"password": NEW, "again": NEW + "!"}, "not the same"),
        ({"password": "password1234", "again": "password1234"}, "guessed easily"),
        ({}, "at least 12"),
    ],
)
def test_a_refused_password_is_explained_and_the_link_goes_on_working(
    client: FlaskClient, link: str, typed: dict[str, str], words: str
) -> None:
    refused = client.post(f"{link}?lang=en", data=typed)
    assert refused.status_code == 422
    assert words in refused.text
    assert client.post(link, data={"password": NEW, "again": NEW}).status_code == 200


def test_opening_the_link_changes_nothing(client: FlaskClient, link: str) -> None:
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert client.head(link).status_code == 200


def test_the_pages_load_and_tell_nothing_else(client: FlaskClient, link: str) -> None:
    for path in ("/password", link, "/password/of-nobody"):
        page = client.get(path)
        assert "script" not in page.text
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"


def test_whoever_asks_too_often_is_told_how_long_to_wait(client: FlaskClient) -> None:
    answers = [client.post("/password?lang=en", data={"person": "C"}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [202] * 6 + [429]
    assert "seconds" in answers[-1].text
    assert answers[-1].headers["Retry-After"] == "1"


@pytest.mark.parametrize("path", ["/password", "/password/<script>alert(1)</script>", "/password/%00"])
def test_nothing_that_is_typed_breaks_the_pages(client: FlaskClient, path: str) -> None:
    for typed in ("\0", "<script>alert(1)</script>", "x" * 5000, "\ud83d", "'; --"):
        data = {"person": typed, "password": typed, "again": typed}
        answer = client.post(path, data={k: v.encode("utf-8", "surrogatepass") for k, v in data.items()})
        assert answer.status_code < 500
        assert "<script>" not in answer.text
