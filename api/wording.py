"""What a rule of eligibility asks, and what was found on file, in words of both languages."""

import dataclasses
from typing import Any, Protocol

from translations import both
from workflow.rules.edition import EligibilityRules
from workflow.vocabulary import Answer

Texts = dict[str, str]


class Checked(Protocol):
    """A finding, be it of today or of a check that is on file."""

    @property
    def rule(self) -> str: ...
    @property
    def required(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def source(self) -> str: ...
    @property
    def answer(self) -> Answer: ...


def checked(finding: Checked, rules: EligibilityRules) -> dict[str, Any]:
    """A finding with the sentence of its rule and the words for its value and source."""
    return {
        **asked(finding, rules),
        "value": finding.value,
        "value_messages": _value(finding.value),
        "source": finding.source,
        "source_messages": both(f"fact_source.{finding.source}"),
        "answer": finding.answer,
    }


def asked(finding: Checked, rules: EligibilityRules) -> dict[str, Any]:
    """What the rule of a finding asks, whatever was found."""
    name, _, certificate = finding.rule.partition(":")
    code = "trainings_of_course" if name == "trainings" and rules.training_course else name
    facts = dataclasses.asdict(rules) | {"certificate": certificate}
    return {
        "rule": finding.rule,
        "required": finding.required,
        "messages": both(f"asks.{code}", **facts),
    }


def _value(value: str | None) -> Texts:
    if value is None:
        return both("value.unknown")
    word, _, day = value.partition(":")
    if day:
        return both(f"value.{word}_until", day=day)
    return both(f"value.{word}") if word.isalpha() else dict.fromkeys(both("value.none"), value)
