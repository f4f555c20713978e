"""Every page of the demonstration as people meet it: in both languages, light and dark, on a phone."""

import re
from dataclasses import dataclass
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.costs import STATEMENTS
from tests.browser.people import DESK, PHONE, House, Person

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
VISITORS = ("1042", "1008", "1009", "1043", "1002", "1022", "1038", "1006", "1007", "1047")
# All of them, for the tests of a file that are begun together need the demonstration but once.
pytestmark = pytest.mark.slow
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
# They lead out of the pages: to files, to the description of the API, to other languages.
_NOT_PAGES = re.compile(r"/api/|/export|\.pdf|/dossier|[?&]cursor=|/sign-in/sso")

# What stands on a page beside what it stands in, with everything opened that can be opened.
_SPILT = """() => {
  document.querySelectorAll("details").forEach((one) => (one.open = true));
  const within = (one) => one.parentElement.getBoundingClientRect().right + 2;
  const boxes = "main :is(table, dl, h1, h2, h3, td, button, .button, .field, .row)";
  const shown = [...document.querySelectorAll(boxes)];
  return shown
    .filter((one) => !one.closest(".scroll, .unseen") && one.getBoundingClientRect().right > within(one))
    .map((one) => `${one.tagName} ${one.textContent.trim().slice(0, 30)}`);
}"""
# Pages that show more to somebody else than to whoever comes by them first.
_FULLER = (("1002", "/committees/1"),)
_HREFS = "all => all.map(one => one.getAttribute('href'))"


@dataclass(frozen=True)
class Found:
    """A page of its own kind, and who has come by it."""

    number: str
    path: str
    is_dead: bool = False


def shape(path: str) -> str:
    """The kind of page that a path leads to."""
    return re.sub(r"\d+", "N", path.partition("?")[0].partition("#")[0])


@pytest.fixture(scope="module")
def kinds(demonstrated: House) -> list[Found]:
    """One page of every kind that anybody comes to by links, whoever comes first."""
    found: dict[str, Found] = {}
    for number in VISITORS:
        person = demonstrated.person(number)
        waiting, seen = ["/inbox"], set()
        while waiting:
            path = waiting.pop(0)
            if shape(path) in seen:
                continue
            seen.add(shape(path))
            answer = person.page.goto(person.address + path)
            assert answer is not None
            if answer.status != 200:
                found[f"dead {number} {path}"] = Found(number, path, is_dead=True)
                continue
            landed = person.page.url.removeprefix(person.address)
            found.setdefault(shape(landed), Found(number, landed))
            links = person.page.eval_on_selector_all("a[href]", _HREFS)
            waiting += [one for one in links if one.startswith("/") and not _NOT_PAGES.search(one)]
        person.page.context.close()
        demonstrated.people.remove(person)
    return sorted(found.values(), key=lambda one: one.path)


def looked_at(demonstrated: House, kinds: list[Found], **how: object) -> list[tuple[Found, Person]]:
    people: dict[str, Person] = {}
    kinds = [one for one in kinds if not one.is_dead]
    for one in kinds:
        if one.number not in people:
            people[one.number] = demonstrated.person(one.number, **how)  # type: ignore[arg-type]
    return [(one, people[one.number]) for one in kinds]


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_no_page_keeps_anybody_out_or_has_to_be_pushed_sideways(
    demonstrated: House, kinds: list[Found], locale: str
) -> None:
    faults = []
    fuller = [Found(number, path) for number, path in _FULLER]
    for one, person in looked_at(demonstrated, [*kinds, *fuller], locale=locale):
        person.open(one.path)
        for size in (PHONE, DESK):
            faults += [f"{one.path}: {fault}" for fault in _too_wide(person.page, size)]
        for scheme in SCHEMES:
            person.page.emulate_media(color_scheme=scheme)
            faults += [f"{one.path}, {scheme}: {fault}" for fault in _kept_out(person.page)]
    assert not faults, "\n".join(faults)


def _kept_out(page: Page) -> list[str]:
    """What of the page, as it is shown now, somebody may not be able to use."""
    violations = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {[node['target'] for node in one['nodes']][:3]}" for one in violations]


def _too_wide(page: Page, size: tuple[int, int]) -> list[str]:
    """By how much the page is wider than a screen of a size."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    root = "document.documentElement"
    over = page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
    spilt = [f"{one} does not fit on {size[0]}" for one in page.evaluate(_SPILT)[:3]]
    return [*spilt, f"{over} px too wide on {size[0]}"] if over > 0 else spilt


def test_what_keeps_people_out_is_noticed(demonstrated: House) -> None:
    person = demonstrated.person("1043")
    person.open("/inbox")
    person.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<input><p class=soft>grey</p>');"
        "document.querySelector('main p.soft:last-child').style.color = '#ccc'"
    )
    found = {one["id"] for one in Axe().run(person.page, options=RULES).response["violations"]}
    assert {"label", "color-contrast"} <= found


def test_no_link_leads_to_what_is_not_for_its_reader(kinds: list[Found]) -> None:
    assert [(one.number, one.path) for one in kinds if one.is_dead] == []


def test_the_pages_are_all_there(kinds: list[Found]) -> None:
    shapes = {shape(one.path) for one in kinds}
    wanted = {
        *("/inbox", "/cases", "/cases/N", "/my-promotion", "/ladders", "/nominate", "/absences", "/security"),
        *("/my-data", "/cases/N/vote", "/cases/N/mentoring", "/cases/N/letters", "/committees", "/desk"),
    }
    assert wanted <= shapes, sorted(wanted - shapes)


def test_every_page_takes_ten_statements_at_most(
    demonstrated: House, kinds: list[Found], statements: list[str]
) -> None:
    taken = {}
    for one, person in looked_at(demonstrated, kinds):
        statements.clear()
        person.page.context.request.get(person.address + one.path)
        taken[shape(one.path)] = len(statements)
    assert max(STATEMENTS.values()) <= 10
    assert taken.keys() - STATEMENTS.keys() == set(), "pages without a number in tests/browser/costs.py"
    over = {page: number for page, number in taken.items() if number > STATEMENTS[page]}
    assert not over


def test_what_is_closed_on_the_screen_is_printed(demonstrated: House) -> None:
    person = demonstrated.person("1042")
    person.open("/ladders")
    closed = "all => all.filter(one => one.checkVisibility({contentVisibilityAuto: true})).length"
    inside = "main details:not([open]) > :not(summary)"
    assert person.page.eval_on_selector_all(inside, closed) == 0
    person.page.emulate_media(media="print")
    assert person.page.eval_on_selector_all(inside, closed) == person.page.locator(inside).count() > 0


def test_chinese_is_drawn_with_a_font_that_has_it(demonstrated: House) -> None:
    person = demonstrated.person("1043", locale="zh_Hans")
    person.open("/inbox")
    session = person.page.context.new_cdp_session(person.page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "h1"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert [
        font["familyName"]
        for font in fonts
        if "CJK" in font["familyName"] or "WenQuanYi" in font["familyName"]
    ]
