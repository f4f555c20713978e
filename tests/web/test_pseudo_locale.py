"""In a language that nobody has written by hand, every word of a page shows whether a catalogue gave it."""

import calendar
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from holidays import country_holidays
from sqlalchemy import Engine, select

import translations
from tests.builders import a_case, a_competition, a_contested_case
from tests.company import Company
from tests.databases import fresh_sqlite
from tests.web.browsing import Browser
from tests.web.conftest import BrowserFor
from workflow.models import Base
from workflow.vocabulary import Stage

# How dates are written in English.
_DAYS = {*calendar.month_abbr, *calendar.month_name, *calendar.day_name, *calendar.day_abbr}
# Names that are the same in every language, and a key of the journal among its other keys.
_SAME = {"Jinsheng", "API", "CSV", "JSON", "PDF", "YAML", "English", "action"}
_WORD = re.compile(r"[A-Za-z]{2,}")
_MOST = 60  # pages a person opens
_real = translations._catalogue


def disguised(sentence: str) -> str:
    """The sentence in wide letters, with its placeholders as they are."""
    return re.sub(r"\{[^}]*\}|[A-Za-z]", lambda found: _wide(found[0]), sentence)


@cache
def in_disguise(locale: str) -> dict[str, str]:
    return {code: disguised(sentence) for code, sentence in _real(locale).items()}


def opened(browser: Browser) -> Iterator[tuple[str, BeautifulSoup]]:
    """The pages to which links lead from the inbox, one of each kind."""
    waiting, known = ["/inbox"], {"/inbox"}
    while waiting and len(known) < _MOST:
        path = waiting.pop(0)
        answer = browser.client.get(path, headers={"Accept": "text/html"})
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        soup = BeautifulSoup(answer.text, "html.parser")
        yield path, soup
        for link in soup.select("a[href^='/']"):
            target = str(link["href"]).partition("#")[0].partition("?")[0]
            if (kind := re.sub(r"\d+", "1", target)) not in known and "export" not in target:
                known.add(kind)
                waiting.append(target)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """One database will do: what is said does not depend on its kind."""
    made = fresh_sqlite(tmp_path)
    yield made
    made.dispose()


@pytest.mark.parametrize("number", ["H1", "C", "L1", "A1", "X1"])
def test_every_word_was_translated_or_written_by_somebody(
    company: Company, browser_for: BrowserFor, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    begin(company)
    monkeypatch.setattr(translations, "_catalogue", in_disguise)
    assert strange_words(company, browser_for(number)) == set()


def test_a_word_that_no_catalogue_gave_is_noticed(
    company: Company, browser_for: BrowserFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(company)
    slipped = {"stage.mentoring": "Mentoring"}
    monkeypatch.setattr(translations, "_catalogue", lambda locale: in_disguise(locale) | slipped)
    assert strange_words(company, browser_for("C")) >= {"/cases: Mentoring", "/cases/1: Mentoring"}


def begin(company: Company) -> None:
    a_case(company, at=Stage.MENTORING)
    a_competition(company)
    a_contested_case(company, candidate="P1")


def strange_words(company: Company, browser: Browser) -> set[str]:
    """Words, with the page they stand on, that neither a catalogue nor anybody has written."""
    written = words_on_file(company) | festivals() | _SAME | _DAYS
    pages = list(opened(browser))
    assert len(pages) > 10
    return {f"{path}: {word}" for path, soup in pages for word in {*_WORD.findall(shown(soup))} - written}


def festivals() -> set[str]:
    """The words of days off as the library of holidays names them."""
    known = country_holidays("CN", years=(2025, 2026, 2027), language="en_US")
    return {word for name in known.values() for word in _WORD.findall(name)}


def words_on_file(company: Company) -> set[str]:
    """Every word that stands in the database."""
    with company.reading() as db:
        rows = [row for table in Base.metadata.sorted_tables for row in db.execute(select(table))]
    return {word for row in rows for value in row for word in _WORD.findall(str(value))}


def shown(soup: BeautifulSoup) -> str:
    """What a page shows or reads out, without what somebody may copy letter by letter."""
    for copied in soup.select("script, style, code, pre, textarea, option"):
        copied.decompose()
    read_out = ("aria-label", "title", "alt", "placeholder")
    return " ".join(
        [soup.get_text(" "), *(str(one[name]) for name in read_out for one in soup.select(f"[{name}]"))]
    )


def _wide(found: str) -> str:
    return found if found.startswith("{") else chr(ord(found) + 0xFEE0)
