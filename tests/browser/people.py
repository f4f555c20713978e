"""People at a real browser: what they press and type, and what the browser would complain about."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Request

from translations import say

DESK, PHONE = (1280, 860), (390, 844)
_OLD = "document.querySelector('main').setAttribute('data-old', '')"


@dataclass
class Person:
    """Somebody with a browser of his own, in which he is signed in."""

    page: Page
    address: str
    locale: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen to whatever the browser has to complain about."""
        self.page.on("console", lambda said: self._complain(said.type, said.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._ask)

    def t(self, code: str, **facts: Any) -> str:
        """What the pages say for a code, in this person's language."""
        return say(code, self.locale, **facts)

    def open(self, path: str) -> None:
        """Go to a page."""
        answer = self.page.goto(self.address + path)
        assert answer is not None
        assert answer.status == 200, f"{answer.status} {path}: {self.words[:500]}"

    @property
    def words(self) -> str:
        """What there is to read in the main part of the page."""
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())

    @property
    def told(self) -> str:
        """What the page reports of the last act."""
        return self.page.locator("main [role=status], main [role=alert]").first.inner_text()

    def press(self, code: str, **typed: str) -> None:
        """Fill in the form of a button and press it; what covers the form is opened first."""
        words = re.compile("^" + re.sub(r"\\\{\w+\\\}", ".+", re.escape(self.t(code))) + "$")
        button = self.page.locator("button, a.button", has_text=words)
        button.first.wait_for(state="attached")
        self._uncover(button)
        shown = button.locator("visible=true").first
        form = shown.locator("xpath=ancestor::form[1]")
        for name, value in typed.items():
            self._fill(form, name.replace("__", "."), value)
        self.page.evaluate(_OLD)
        shown.click()
        self.settle()

    def settle(self) -> None:
        """Wait until the page shows what has become of the act."""
        self.page.wait_for_selector("main:not([data-old])")

    def _uncover(self, button: Locator) -> None:
        if button.locator("visible=true").count():
            return
        for cover in self.page.locator("details:not([open])").filter(has=button).all():
            cover.locator("summary").first.click()

    def _fill(self, form: Locator, name: str, value: str) -> None:
        fields = form.locator(f'[name="{name}"]:not([type=hidden])')
        kind = fields.first.evaluate("one => one.type || one.tagName")
        if kind in ("radio", "checkbox"):
            form.locator(f'[name="{name}"][value="{value}"]').check()
        elif kind.startswith("select"):
            fields.first.select_option(value)
        else:
            fields.first.fill(value)

    def _complain(self, kind: str, text: str) -> None:
        # That an act was refused is in the answer of the page; the browser logs its status as an error too.
        is_answer = "Failed to load resource" in text
        if kind in ("error", "warning") and not is_answer:
            self.faults.append(text)

    def _ask(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:")):
            self.faults.append(f"asked another host: {request.url}")


@dataclass
class House:
    """A served company, and everybody who has opened a browser on it."""

    address: str
    chromium: Browser
    cookie_of: Callable[[str, str], str]
    people: list[Person] = field(default_factory=list)

    def person(
        self,
        number: str | None,
        *,
        locale: str = "en",
        size: tuple[int, int] = DESK,
        has_scripts: bool = True,
        is_dark: bool = False,
    ) -> Person:
        """Somebody at a browser of his own; None is a stranger."""
        context = self.chromium.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=has_scripts,
            color_scheme="dark" if is_dark else "light",
            locale="zh-CN" if locale.startswith("zh") else "en-GB",
        )
        context.set_default_timeout(10_000)
        if number is not None:
            value = self.cookie_of(number, locale)
            context.add_cookies([{"name": "jinsheng", "value": value, "url": self.address}])
        opened = Person(context.new_page(), self.address, locale)
        self.people.append(opened)
        return opened
