"""Values of the domain as JSON knows them, with the sentences people read beside the codes."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import Any

from notifications import dates
from translations import LOCALES, both, say
from workflow.process import Guard
from workflow.rules.verdict import Verdict

# What stands in the criteria, or has been so for good: it says which way a case goes, and nobody mends it.
BY_NOBODY = frozenset(
    {
        *(Guard.CANDIDATE_IS_ACTIVE, Guard.CANDIDATE_HAS_LEFT, Guard.COMPETITION_IS_ASKED),
        *(Guard.REVIEW_SCORE_IS_MISSING, Guard.FLOORS_ARE_MET, Guard.FLOOR_IS_MISSED, Guard.PLACES_ARE_TAKEN),
        *(Guard.NOT_WIDENED_BEFORE, Guard.NOT_DEFERRED_BEFORE, Guard.NOT_EXTENDED_BEFORE),
    }
)


def plain(value: Any) -> Any:
    """Enums as words, days and instants in ISO 8601, records as objects."""
    if isinstance(value, Verdict):
        return verdict(value)
    if dataclasses.is_dataclass(value):
        return {part.name: plain(getattr(value, part.name)) for part in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def shallow(record: Any) -> dict[str, Any]:
    """A record as an object whose parts are what they were."""
    return {part.name: getattr(record, part.name) for part in dataclasses.fields(record)}


def in_words(facts: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """Facts as a sentence has them: days as they are written in the language."""
    return {
        name: dates.written(fact, locale) if type(fact) is date else plain(fact)
        for name, fact in facts.items()
    }


def said(code: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """The sentence for a code in every language, days in words."""
    return {locale: say(code, locale, **in_words(facts, locale)) for locale in LOCALES}


def verdict(answer: Verdict) -> dict[str, Any]:
    """What a rule answered, with the sentence for its reason."""
    return {
        "answer": answer.answer.value,
        "reason": answer.reason,
        "facts": plain(answer.facts),
        "messages": said(f"reason.{answer.reason}", answer.facts),
    }


def checklist(verdicts: Mapping[Guard, Verdict]) -> list[dict[str, Any]]:
    """Every guard with what it asks, what it answered, and who can still bring it about."""
    return [
        {
            "guard": guard.value,
            "question": both(f"guard.{guard.value}"),
            "by_whom": None if guard in BY_NOBODY else both(f"by_whom.{guard.value}"),
            **verdict(answer),
        }
        for guard, answer in verdicts.items()
    ]


def explained(faults: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Faults, each with the sentence for its reason."""
    told = [plain(fault) for fault in faults]
    return [{**fault, "messages": both(f"reason.{fault['reason']}", **fault)} for fault in told]
