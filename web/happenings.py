"""Lines of a timeline in words: the codes in their facts as the reader knows them."""

from collections.abc import Callable, Mapping
from typing import Any

from translations import say
from web.words import Words

_KINDS = {
    "from": "stage",
    "to": "stage",
    "seat": "seat",
    "level": "level",
    "track": "track",
    "nominated_as": "nominator",
    "step": "stage",
    "result": "result",
    "conflict": "conflict",
    "round": "round",
}
_DAYS = ("until", "effective_on", "on")


def in_words(happening: Mapping[str, Any], words: Words) -> dict[str, str]:
    """The facts of a line, to be filled into its sentence; whoever was asked is `person`."""
    told = {name: _word(name, fact, happening["action"], words) for name, fact in happening["facts"].items()}
    return {"person": happening["person"]["name"] if happening["person"] else "…", **told}


def _word(name: str, fact: Any, action: str, words: Words) -> str:
    if name == "kind":
        return words.of("letter_kind" if action == "letter_written" else "task", fact)
    if name == "kinds":
        return say("page.comma", words.locale).join(words.of("task", kind) for kind in fact)
    if name == "reason" and isinstance(fact, str):
        return say(f"reason.{fact}", words.locale)
    by_name: dict[str, Callable[[Any], str]] = {"post": words.post, "rule": words.rule}
    by_name |= dict.fromkeys(_DAYS, words.day)
    if name in by_name:
        return by_name[name](fact) if fact else "–"
    return words.of(_KINDS[name], str(fact)) if name in _KINDS and fact else str(fact)
