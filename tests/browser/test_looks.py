"""Every page of the demonstration as people meet it: in both languages, light and dark, on a phone."""

import re
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.costs import STATEMENTS
from tests.browser.people import DESK, PHONE, House, Person

VISITORS = ("1042", "1008", "1009", "1043", "1002", "1022", "1038", "1006", "1007", "1047")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}
# They lead out of the pages: to files, to the description of the API, to other languages.
_NOT_PAGES = re.compile(r"/api/|/export|\.pdf|/dossier|[?&]cursor=|/sign-in/sso")

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
            links = person.page.eval_on_selector_all(
                "a[href]", "all => all.map(one => one.getAttribute('href'))"
            )
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


@pytest.mark.slow
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
def test_no_page_keeps_anybody_out(
    demonstrated: House, kinds: list[Found], locale: str, is_dark: bool
) -> None:
    axe, faults = Axe(), []
    for one, person in looked_at(demonstrated, kinds, locale=locale, is_dark=is_dark):
        person.open(one.path)
        for violation in axe.run(person.page, options=RULES).response["violations"]:
            where = [node["target"] for node in violation["nodes"]][:3]
            faults.append(f"{one.path} {violation['id']}: {where}")
    assert not faults, "\n".join(faults)


def test_what_keeps_people_out_is_noticed(demonstrated: House) -> None:
    person = demonstrated.person("1043")
    person.open("/inbox")
    person.page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<input><p class=soft>grey</p>');"
        "document.querySelector('main p.soft:last-child').style.color = '#ccc'"
    )
    found = {one["id"] for one in Axe().run(person.page, options=RULES).response["violations"]}
    assert {"label", "color-contrast"} <= found


@pytest.mark.parametrize("locale", ["en", "zh_Hans"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_has_to_be_pushed_sideways(
    demonstrated: House, kinds: list[Found], locale: str, size: tuple[int, int]
) -> None:
    wide = []
    for one, person in looked_at(demonstrated, kinds, locale=locale, size=size):
        person.open(one.path)
        root = "document.documentElement"
        over = person.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
        if over > 0:
            wide.append(f"{one.path}: {over} px too wide")
    assert not wide, "\n".join(wide)


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
