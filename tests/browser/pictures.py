"""Takes the README's pictures of the demonstration: `make screenshots`."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import houses
from tests.browser.people import DESK, PHONE

FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


@dataclass(frozen=True)
class Picture:
    """What a picture shows: whose browser, on which page."""

    name: str
    number: str | None
    path: str
    locale: str = "en"
    size: tuple[int, int] = DESK


PICTURES = (
    Picture("front", None, "/demonstration"),
    Picture("inbox", "1043", "/inbox"),
    Picture("case", "1043", "/cases/14"),
    Picture("my-promotion", "1042", "/my-promotion"),
    Picture("committee", "1010", "/cases/10/vote"),
    Picture("desk", "1009", "/desk"),
    Picture("mentoring", "1038", "/cases/4/mentoring"),
    Picture("inbox-phone-zh", "1043", "/inbox", "zh_Hans", PHONE),
    Picture("case-phone-zh", "1043", "/cases/14", "zh_Hans", PHONE),
)


def take() -> None:
    """Write every picture into the folder of the documentation."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(houses.QUIET))
        with houses.demonstrated(Path(folder), chromium) as house:
            for one in PICTURES:
                person = house.person(one.number, locale=one.locale, size=one.size)
                person.open(one.path)
                person.page.screenshot(path=FOLDER / f"{one.name}.png")
        chromium.close()


if __name__ == "__main__":
    take()
