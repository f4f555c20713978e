"""Whatever the product answers has a sentence, said once, in both languages."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

import api
import translations
import workflow
from api.plain import BY_NOBODY
from workflow.process import Guard

_REASON = re.compile(r'reason="(\w+)"|\b(?:met|not_met|unknown)\("(\w+)"|mark_stuck\(act, case, "(\w+)"\)')


def reasons() -> set[str]:
    found: set[str] = set()
    for package in (api, workflow):
        for path in Path(package.__path__[0]).rglob("*.py"):
            for names in _REASON.findall(path.read_text(encoding="utf-8")):
                found.update(filter(None, names))
    return found


@pytest.mark.parametrize("locale", translations.LOCALES)
def test_every_reason_in_the_code_has_a_sentence(locale: str) -> None:
    silent = {name for name in reasons() if translations.say(f"reason.{name}", locale) == f"reason.{name}"}
    assert silent == set()


@pytest.mark.parametrize("locale", translations.LOCALES)
def test_of_everything_a_case_waits_for_it_is_said_by_whom_or_nobody_brings_it_about(locale: str) -> None:
    spoken = {guard for guard in Guard if translations.say(f"by_whom.{guard}", locale) != f"by_whom.{guard}"}
    assert spoken ^ BY_NOBODY == set(Guard)


@pytest.mark.parametrize("locale", translations.LOCALES)
def test_no_sentence_is_said_twice(locale: str) -> None:
    folder = Path(translations.__path__[0])
    keys = [
        line.split(":")[0]
        for path in folder.glob(f"*.{locale}.yaml")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"[a-z]", line)
    ]
    assert [key for key, times in Counter(keys).items() if times > 1] == []


def test_both_languages_say_the_same_things() -> None:
    english, chinese = (
        {
            key
            for path in Path(translations.__path__[0]).glob(f"*.{locale}.yaml")
            for key in yaml.safe_load(path.read_text(encoding="utf-8"))
        }
        for locale in translations.LOCALES
    )
    assert english == chinese


def test_the_judge_in_all_panels_is_called_as_in_the_glossary_and_does_not_take_turns() -> None:
    facts = {"panels": 2, "numbers": [5, 7]}
    said = translations.say("reason.judges_for_equal_panels", "zh_Hans", **facts)
    assert "轮值评委" in said
    assert "轮流" not in said
