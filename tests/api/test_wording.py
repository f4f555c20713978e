"""The words of rules, values and sources, in both languages."""

import pytest

from api import wording
from tests.company import default_rules
from tests.rules.editions_for_rules import eligibility_rules
from translations import LOCALES, say
from workflow.rules.eligibility import Facts, Finding, check
from workflow.vocabulary import Answer, Level, Track


def told(value: str | None, rule: str = "certificate:welding") -> wording.Texts:
    finding = Finding(rule, "valid", value, "certificate_record", Answer.MET)
    words: wording.Texts = wording.checked(finding, eligibility_rules())["value_messages"]
    return words


def test_a_certificate_is_named_and_its_last_day_told_in_words() -> None:
    finding = Finding("certificate:高压", "valid", None, "certificate_record", Answer.UNKNOWN)
    assert wording.asked(finding, eligibility_rules())["messages"] == {
        "en": "Certificate “高压”, valid today",
        "zh_Hans": "持有有效的“高压”证书",
    }
    assert told("expired:2026-01-31")["en"] == "expired, last day 31 Jan 2026"
    assert told("valid:2027-01-31")["zh_Hans"] == "有效期至2027年1月31日"
    assert told("none") == {"en": "none", "zh_Hans": "无"}
    assert told(None) == {"en": "not on file", "zh_Hans": "无记录"}


@pytest.mark.parametrize("value", ["38", "3.5", "? / 1"])
def test_a_number_speaks_for_itself(value: str) -> None:
    assert told(value, "projects") == {"en": value, "zh_Hans": value}


def test_one_course_that_counts_alone_is_named() -> None:
    rules = eligibility_rules(trainings=2, training_course="safety")
    (finding,) = check(Facts(level_since=default_rules().effective_from), rules, on=default_rules().review_by)
    assert wording.asked(finding, rules)["messages"]["en"] == (
        "Trainings “safety” attended this year or last: at least 2"
    )


def test_every_rule_that_can_be_asked_has_its_sentence_and_every_source_its_name() -> None:
    rules = eligibility_rules(
        months_in_level=12,
        median_rating=3.5,
        trainings=2,
        certificates=("welding",),
        no_open_sanction=True,
        rotation_months=6,
        projects=2,
    )
    alone = (eligibility_rules(rotation_months=6), eligibility_rules(projects=2))
    nothing = Facts(level_since=default_rules().effective_from)
    for asked in (rules, *alone):
        for finding in check(nothing, asked, on=default_rules().review_by):
            words = wording.checked(finding, asked)
            for locale in LOCALES:
                texts = (words["messages"][locale], words["source_messages"][locale])
                assert not any("…" in text for text in texts), texts
                assert not any(text.startswith(("asks.", "fact_source.")) for text in texts), texts


@pytest.mark.parametrize("locale", LOCALES)
def test_every_track_and_level_has_a_name(locale: str) -> None:
    for code in [f"track.{track}" for track in Track] + [f"level.{level}" for level in Level]:
        assert say(code, locale) != code
