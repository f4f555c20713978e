"""Takes the README's pictures of the demonstration: `make screenshots`."""

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright
from sqlalchemy import select

from api.signing import signed
from tests.browser import houses
from tests.browser.people import DESK, PHONE, House
from tests.web.conftest import SECRET
from workflow.database import connect
from workflow.models import ReviewRequest

_HREFS = "all => all.map(one => one.getAttribute('href'))"
FOLDER = Path(__file__).parents[2] / "docs" / "screenshots"


@dataclass(frozen=True)
class Picture:
    """What a picture shows: whose browser, on which page, or on the first one of a kind that it links to."""

    name: str
    number: str | None
    path: str
    then: str = ""
    locale: str = "en"
    size: tuple[int, int] = DESK


_CASE = r"^/cases/\d+$"
PICTURES = (
    Picture("front", None, "/demonstration"),
    Picture("inbox", "1043", "/inbox"),
    Picture("case", "1043", "/inbox", _CASE),
    Picture("my-promotion", "1042", "/my-promotion"),
    Picture("committee", "1010", "/inbox", r"^/cases/\d+/vote$"),
    Picture("desk", "1009", "/desk"),
    Picture("mentoring", "1038", "/my-promotion", r"/mentoring$"),
    Picture("inbox-phone-zh", "1043", "/inbox", "", "zh_Hans", PHONE),
    Picture("case-phone-zh", "1043", "/inbox", _CASE, "zh_Hans", PHONE),
)
_OF_CUSTOMERS = (("customer-en", "en", (900, 760)), ("customer-zh-phone", "zh_Hans", PHONE))


def take() -> None:
    """Write every picture into the folder of the documentation."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(houses.QUIET))
        with houses.demonstrated(Path(folder), chromium) as house:
            for one in PICTURES:
                person = house.person(one.number, locale=one.locale, size=one.size)
                person.open(one.path)
                if one.then:
                    links = person.page.eval_on_selector_all("main a", _HREFS)
                    person.open(next(link for link in links if re.search(one.then, link)))
                person.page.screenshot(path=FOLDER / f"{one.name}.png")
            _take_of_customers(house, Path(folder))
        chromium.close()


def _take_of_customers(house: House, folder: Path) -> None:
    """The form behind a link, which no page leads to."""
    with connect(f"sqlite:///{folder / 'jinsheng.db'}").connect() as db:
        link = db.scalars(select(ReviewRequest.link).where(ReviewRequest.link.is_not(None))).first()
    for name, locale, size in _OF_CUSTOMERS:
        person = house.person(None, locale=locale, size=size)
        person.open(f"/r/{signed(SECRET, str(link))}?lang={locale}")
        opening = person.page.locator("form[action*='/opening'] button")
        if opening.count():
            opening.click()
        person.page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    take()
