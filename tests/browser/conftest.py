"""A real Chromium, a served company and the served demonstration."""

import shutil
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine

from tests.api.conftest import cheap_hashes, serving
from tests.browser import houses
from tests.browser.people import House
from tests.company import Company

__all__ = ["cheap_hashes"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; `make browser` installs it and a font for Chinese."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    assert found, "no Chromium on the PATH: `make browser` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(houses.QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chinese_font() -> None:
    """A font in which Chinese is drawn; without one every sign is an empty box."""
    asked = ["fc-list", ":lang=zh-cn", "family"]
    known = subprocess.run(asked, capture_output=True, text=True, check=True)
    assert known.stdout.strip(), "no font for Chinese: `make browser` installs one"


@pytest.fixture
def house(engine: Engine, company: Company, chromium: Browser, chinese_font: None) -> Iterator[House]:
    """The company, served."""
    with serving(engine, company) as app, houses.opened(app, engine, company, chromium) as made:
        yield made


@pytest.fixture(scope="module")
def demonstrated(
    tmp_path_factory: pytest.TempPathFactory, chromium: Browser, chinese_font: None
) -> Iterator[House]:
    """The demonstration, served; no test changes it."""
    with houses.demonstrated(tmp_path_factory.mktemp("demonstrated"), chromium) as made:
        yield made
