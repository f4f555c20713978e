"""What pages load comes from our own house, byte for byte as it was published."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import web

STATIC = Path(web.__path__[0]) / "static"


def test_what_was_made_elsewhere_is_as_it_was_published() -> None:
    rows = re.findall(r"^\| (\S+) \| .* \| ([0-9a-f]{64}) \|$", (STATIC / "VENDORED.md").read_text(), re.M)
    assert rows
    for name, digest in rows:
        assert sha256((STATIC / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("name", ["page.css", "page.js", "passkeys.js", "picker.js", "htmx.js"])
def test_every_part_of_a_page_is_served_and_kept_by_browsers(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/static/{name}", buffered=True)
    assert (answer.status_code, answer.data) == (200, (STATIC / name).read_bytes())
    assert answer.headers["Cache-Control"] == "max-age=3600"


@pytest.mark.parametrize("name", ["VENDORED.md", "../pages.py", "..%2fpages.py", "nothing.css"])
def test_nothing_else_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}", buffered=True).status_code == 404


def test_nothing_is_loaded_from_elsewhere() -> None:
    folder = Path(web.__path__[0])
    own = [*folder.rglob("*.html"), STATIC / "page.css", *(set(STATIC.glob("*.js")) - {STATIC / "htmx.js"})]
    assert not [path.name for path in own if re.search(r"https?://|//[a-z]+\.[a-z]", path.read_text("utf-8"))]
