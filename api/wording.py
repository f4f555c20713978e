"""What a rule asks, what was found on file, and what a score is made of, in words of both languages."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from api.plain import said
from translations import both
from workflow.rules.edition import EligibilityRules
from workflow.rules.explaining import BuildUp, Part
from workflow.vocabulary import Answer, MeritPart

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


def build_up(found: BuildUp) -> dict[str, Any]:
    """A composite with its band, its parts by name, and the stages that have no score."""
    names = {part.name: both(f"merit.{part.name}") for part in found.parts}
    return {
        "composite": found.composite,
        "band": {"low": found.band[0], "high": found.band[1]} if found.band is not None else None,
        "parts": named(found.parts, names),
        "missing": [MeritPart(name) for name in found.missing],
    }


def named(parts: Iterable[Part], names: Mapping[str, Texts]) -> list[dict[str, Any]]:
    """Parts of a score, each with its name in both languages."""
    return [dataclasses.asdict(part) | {"messages": names[part.name]} for part in parts]


def _value(value: str | None) -> Texts:
    if value is None:
        return both("value.unknown")
    word, _, day = value.partition(":")
    if day:
        return said(f"value.{word}_until", {"day": date.fromisoformat(day)})
    return both(f"value.{word}") if word.isalpha() else dict.fromkeys(both("value.none"), value)
