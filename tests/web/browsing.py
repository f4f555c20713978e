"""A browser without scripts: it opens pages, finds forms by their buttons, and sends them as people do."""

import re
from dataclasses import dataclass
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

_HEADERS = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@dataclass
class Page:
    """What the browser shows."""

    answer: TestResponse
    path: str

    @property
    def soup(self) -> BeautifulSoup:
        """The page to be searched."""
        return BeautifulSoup(self.answer.text, "html.parser")

    @property
    def words(self) -> str:
        """What there is to read in its main part, in one line."""
        main = self.soup.find("main")
        assert main is not None, self.answer.text[:500]
        return re.sub(r"\s+", " ", main.get_text(" ")).strip()

    @property
    def alert(self) -> str:
        """What the page reports, of an act that was done or refused."""
        found = self.soup.select_one("main [role=alert], main [role=status]")
        return re.sub(r"\s+", " ", found.get_text(" ")).strip() if found else ""

    def button(self, text: str, nth: int = 0) -> Tag:
        """A button by its text."""
        known = self.soup.find_all("button")
        found = [one for one in known if text in re.sub(r"\s+", " ", one.get_text(" "))]
        assert found, f"no button {text!r} among {[one.get_text(' ').strip() for one in known]}"
        button = found[nth]
        assert isinstance(button, Tag)
        return button

    def form(self, button: str, nth: int = 0) -> Tag:
        """The form that a button with this text sends."""
        return self.form_of(self.button(button, nth))

    def form_of(self, pressed: Tag) -> Tag:
        """The form that a button sends."""
        name = pressed.get("form")
        form = (
            pressed.find_parent("form") if name is None else pressed.find_parents()[-1].find("form", id=name)
        )
        assert isinstance(form, Tag)
        return form

    def link(self, text: str) -> str:
        """Where a link with this text leads."""
        found = next((one for one in self.soup.find_all("a") if text in one.get_text(" ")), None)
        assert found is not None, f"no link {text!r}"
        return str(found["href"])


class Browser:
    """One person's browser."""

    def __init__(self, client: FlaskClient) -> None:
        """Take the client on which somebody is signed in, or nobody."""
        self.client = client

    def open(self, path: str, status: int = 200) -> Page:
        """Go to a page, by whatever detours."""
        answer = self.client.get(path, headers=_HEADERS, follow_redirects=True)
        assert answer.status_code == status, f"{answer.status_code} {path}: {answer.text[:2000]}"
        return Page(answer, answer.request.full_path.rstrip("?"))

    def send(self, page: Page, button: str, status: int = 200, nth: int = 0, **typed: Any) -> Page:
        """Fill in the form of a button and press it; what is not typed stays as it stands there."""
        pressed = page.button(button, nth)
        form = page.form_of(pressed)
        fields = filled(page.soup, form)
        for name, value in typed.items():
            fields.setlist(name.replace("__", "."), value if isinstance(value, list) else [value])
        if pressed.get("name"):
            fields[str(pressed["name"])] = str(pressed.get("value", ""))
        to = str(pressed.get("formaction") or form.get("action"))
        return self.post(to, fields, status, method=str(form.get("method", "get")))

    def post(self, path: str, fields: Any, status: int = 200, method: str = "post") -> Page:
        """Send fields to a path."""
        if method == "get":
            answer = self.client.get(path, query_string=fields, headers=_HEADERS, follow_redirects=True)
        else:
            answer = self.client.post(path, data=fields, headers=_HEADERS, follow_redirects=True)
        assert answer.status_code == status, f"{answer.status_code} {path}: {answer.text[:2000]}"
        return Page(answer, answer.request.full_path.rstrip("?"))


def filled(soup: BeautifulSoup, form: Tag) -> MultiDict[str, str]:
    """The fields of a form as a browser would send them untouched."""
    fields: MultiDict[str, str] = MultiDict()
    inside = form.find_all(["input", "textarea", "select"])
    outside = soup.select(f'[form="{form["id"]}"]') if form.get("id") else []
    for one in [*inside, *(found for found in outside if found.name != "button")]:
        name, kind = one.get("name"), one.get("type")
        if not name or kind == "file" or (kind in ("radio", "checkbox") and not one.has_attr("checked")):
            continue
        fields.add(str(name), _value(one))
    return fields


def _value(field: Tag) -> str:
    if field.name == "textarea":
        return field.get_text().removeprefix("\n")
    if field.name == "select":
        options = field.find_all("option")
        chosen = [one for one in options if one.has_attr("selected")] or options[:1]
        return str(chosen[0].get("value", "")) if chosen else ""
    return str(field.get("value", "on" if field.get("type") == "checkbox" else ""))
