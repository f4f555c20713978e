"""Every word on a page comes from the catalogues, and every code that a page asks for has its sentence."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

import web
from notifications.audience import EVENTS
from notifications.deliveries import CONFIDENTIAL
from notifications.models import DeliveryState
from notifications.replays import PING
from tests.builders import a_case
from tests.company import Company
from tests.web.conftest import BrowserFor
from translations import LOCALES, say
from web.words import Words
from workflow import vocabulary as words
from workflow.contacts import COLLEAGUES
from workflow.drafts import Outcome
from workflow.permissions import Operation
from workflow.queries import timeline
from workflow.rules import eligibility
from workflow.rules.edition import EligibilityRules
from workflow.vocabulary import Stage

FOLDER = Path(web.__path__[0])
TEMPLATES = sorted((FOLDER / "templates").rglob("*.html"))
# Names and signs that are the same in every language, and a key of the journal among its other keys.
_SAME = {"action", "Jinsheng", "晋升", "API", "CSV", "JSON", "PDF", "YAML", "j", "k", "a", "r"}
_BUTTONS = re.compile(r'name="_said" value="(\w+)"')
_STAGES = (Stage.DRAFT, Stage.NOMINATED, Stage.REVIEW, Stage.COMMITTEE, Stage.MENTORING)
_CODE = re.compile(r"""\bt\(\s*["']([a-z0-9_.]+)["']\s*[,)]""")
KINDS = {
    "stage": words.Stage,
    "task": words.TaskKind,
    "track": words.Track,
    "level": words.Level,
    "nominator": words.Nominator,
    "seat": words.Approver,
    "step": words.StepState,
    "answer": words.Answer,
    "guard_answer": words.Answer,
    "result": words.VoteResult,
    "round": words.RoundKind,
    "letter_kind": words.LetterKind,
    "plan_item": words.PlanItemKind,
    "choice": words.Choice,
    "source": words.Source,
    "merit": words.MeritPart,
    "holder": words.Role,
    "edition_state": words.EditionState,
    "because": words.ApartBecause,
    "contact": (*COLLEAGUES, words.Source.CUSTOMER),
    "delivery_state": DeliveryState,
    "delivery_kind": (*CONFIDENTIAL, "of_cases"),
    "draft_count": (*Outcome, "opted_out", "submitted"),
    "event": (*EVENTS, PING),
    "page.desk.late_kind": words.CONFIDENTIAL_TASKS,
}


def spoken(template: str) -> set[str]:
    """What stands in a template outside of its expressions, as text or in an attribute that is read out."""
    bare = re.sub(r"\{% set \w+ %\}.*?\{% endset %\}", " ", template, flags=re.S)
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", bare, flags=re.S)
    soup = BeautifulSoup(bare, "html.parser")
    read_out = ("aria-label", "title", "alt", "placeholder")
    # A macro may give attributes alone, or a path.
    text = re.sub(r'[\w-]+="[^"]*"|/[a-z/]+', " ", soup.get_text(" "))
    said = [text, *(str(one[name]) for name in read_out for one in soup.select(f"[{name}]"))]
    return {word for text in said for word in re.findall(r"[^\W\d_]+", text)} - _SAME


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_sentence_stands_in_a_template(path: Path) -> None:
    assert spoken(path.read_text("utf-8")) == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_lists_and_shares_are_written_as_each_language_writes_them(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"""%}, {%|join\(["'],""", text) == []  # t("page.comma") is "、" in Chinese
    assert re.findall(r"}} %(?!})", text) == []
    # t("page.colon") and t("page.aside") are "：" and "（…）" in Chinese.
    assert re.findall(r"""}}(?:</\w+>)?:|}}\)(?!")""", text) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_that_a_page_asks_for_has_a_sentence(locale: str) -> None:
    sources = [*TEMPLATES, *FOLDER.glob("*.py")]
    asked = {code for path in sources for code in _CODE.findall(path.read_text("utf-8"))}
    assert len(asked) > 200
    assert {code for code in asked if say(code, locale) == code} == set()


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_word_of_a_kind_is_said(kind: str, locale: str) -> None:
    assert [one for one in KINDS[kind] if say(f"{kind}.{one}", locale) == f"{kind}.{one}"] == []


@pytest.mark.parametrize("breadth", [("rotation_months", "projects"), ("rotation_months",), ("projects",)])
@pytest.mark.parametrize("locale", LOCALES)
def test_every_rule_of_eligibility_is_said(locale: str, breadth: tuple[str, ...]) -> None:
    names = (field.name for field in fields(EligibilityRules))
    all_asked: dict[str, Any] = dict.fromkeys(names, 1) | {"certificates": ("Welding",)}
    all_asked |= {name: 1 if name in breadth else None for name in ("rotation_months", "projects")}
    rules = EligibilityRules(**all_asked)
    codes = {finding.rule for finding in eligibility.asked(rules)}
    assert len(codes) == 6
    said = Words(locale, "Europe/Berlin", "DE")
    assert {code for code in codes if said.rule(code).startswith("rule.")} == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_everything_that_happens_to_a_case_is_said(locale: str) -> None:
    actions = timeline.SIGNED | set(timeline._FACTS)
    silent = {one for one in actions if say(f"happening.{one}", locale) == f"happening.{one}"}
    assert silent == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_answer_to_an_act_is_said(locale: str) -> None:
    said = {code for path in TEMPLATES for code in re.findall(r'said="(\w+)"', path.read_text("utf-8"))}
    said |= {code for path in TEMPLATES for code in re.findall(_BUTTONS, path.read_text("utf-8"))}
    assert {code for code in said if say(f"done.{code}", locale) == f"done.{code}"} == set()


@pytest.mark.parametrize("stage", _STAGES)
def test_no_code_is_shown_for_a_word(company: Company, browser_for: BrowserFor, stage: Stage) -> None:
    case_id = a_case(company, at=stage)
    codes = {*Operation, *words.Stage, *words.TaskKind, *words.Level, *words.Track, *words.Approver}
    shown = {code for code in codes if "_" in code}
    for number in ("C", "L1", "D1", "H1", "A1"):
        for path in (f"/cases/{case_id}", "/inbox", "/my-promotion"):
            text = browser_for(number).open(path).words
            keys = re.findall(r"\b[a-z]+\.[a-z]+_[a-z_.]+", text)
            assert [*keys, *(code for code in shown if code in text)] == [], (number, path)
