"""People named in forms: by number, by whole name, or chosen from those whom the words may mean."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from translations import both
from web.asking import read
from workflow.queries.directory import says_enough

ONE, SEVERAL, CHOSEN = "_person", "_people", "_chosen"  # name the fields that hold people; what was chosen
_WITH_NUMBER = re.compile(r"[(（]([^()（）]+)[)）]$")  # as the picker writes whom it has found
_LIKE_A_NUMBER = re.compile(r"[\w-]*\d[\w-]*", re.ASCII)  # 王伟2 is a name
_BETWEEN = re.compile(r"[,，、;；\n]+")
_MOST, _UNSURE = 50, 5  # how many names a form looks up; one that stays unsure counts for several
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words that may mean these people, or somebody like them, but not surely one of them.

    With no people it is a guess that nobody is called so; else nobody was looked for.
    """

    words: str
    people: list[dict[str, str]]
    is_guess: bool  # nobody is called so; these are called almost so


@dataclass(slots=True)
class _LookUps:
    """How many names a form may still have looked up."""

    left: int = _MOST

    def meant(self, words: str) -> str | Doubt:
        """The number of whoever is surely meant; what is a number already costs nothing."""
        if number := _number_in(words):
            return number
        if self.left <= 0:
            return Doubt(words, [], is_guess=False)
        found = _whom(words)
        self.left -= _UNSURE if isinstance(found, Doubt) else 1
        return found


Doubts = Mapping[str, list[Doubt]]


def with_choices(wanted: MultiDict[str, str]) -> MultiDict[str, str]:
    """A form in which whoever was chosen from a list stands with his number behind what was typed."""
    chosen = wanted.copy()
    for name, pieces in _pieces(wanted):
        numbers = [wanted.get(f"{CHOSEN}.{name}.{words}") for words in pieces]
        if any(numbers):
            named = zip(pieces, numbers, strict=True)
            chosen[name] = ", ".join(f"{words} ({number})" if number else words for words, number in named)
    return chosen


def settled(wanted: MultiDict[str, str]) -> tuple[MultiDict[str, str], Doubts]:
    """A form with numbers where people were named, and what is not sure about them."""
    numbers: MultiDict[str, str] = wanted.copy()
    doubts, look_ups = {}, _LookUps()
    for name, pieces in _pieces(wanted):
        meant = [look_ups.meant(words) for words in pieces]
        numbers[name] = ", ".join(one for one in meant if isinstance(one, str))
        if unsure := [one for one in meant if isinstance(one, Doubt)]:
            doubts[name] = unsure
    return numbers, doubts


def sought(name: str) -> tuple[str, str, list[Doubt]]:
    """For whom a page is asked: as it was typed, by number, and what is not sure about him."""
    asked = with_choices(MultiDict([*request.args.items(multi=True), (ONE, name)]))
    numbers, doubts = settled(asked)
    return asked.get(name, ""), numbers.get(name, ""), doubts.get(name, [])


def nobody(words: str) -> Doubt:
    """That words mean nobody."""
    return Doubt(words, [], is_guess=True)


def problem() -> dict[str, Any]:
    """Why a form that names people comes back."""
    return {"code": "person_unsure", "messages": both("page.picker.unsure"), "facts": {}}


def _pieces(wanted: MultiDict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """The fields that name people, each with the words for every one of them."""
    for kind in (ONE, SEVERAL):
        for name in set(wanted.getlist(kind)) & set(wanted):
            pieces = [wanted[name]] if kind == ONE else _BETWEEN.split(wanted[name])
            yield name, [words for words in (" ".join(piece.split()) for piece in pieces) if words]


def _number_in(words: str) -> str | None:
    """Numbers by themselves, or the one behind a name; the API says whether they are anybody's."""
    behind = _WITH_NUMBER.search(words)
    number = behind[1].strip() if behind else words
    return number if all(map(_LIKE_A_NUMBER.fullmatch, number.split())) else None


def _whom(words: str) -> str | Doubt:
    """The number of whoever is surely meant."""
    if not says_enough(words):
        return words
    if behind := _WITH_NUMBER.search(words):
        number = behind[1].strip()
        known = _number_of(number, _found(number)) if says_enough(number) else number
        if known:
            return known
    found = _found(words)
    number = _number_of(words, found) or _only_one_called(words, found)
    return number or Doubt(words, found or _found(_beginning(words)), is_guess=not found)


def _number_of(words: str, found: list[dict[str, str]]) -> str | None:
    return next((one["number"] for one in found if one["number"].lower() == words.lower()), None)


def _only_one_called(words: str, found: list[dict[str, str]]) -> str | None:
    called = [one["number"] for one in found if one["name"].casefold() == words.casefold()]
    return called[0] if len(called) == 1 else None


def _found(words: str) -> list[dict[str, str]]:
    """Those whom the words may mean; nobody where they say too little, or too much."""
    if not says_enough(words) or len(words) > _LONGEST:
        return []
    people: list[dict[str, str]] = read("/people", q=words)["items"]
    return people


def _beginning(words: str) -> str:
    """What those may share who are called almost so: the family name in Chinese, a first word elsewhere."""
    return words[0] if says_enough(words[0]) else words.split(maxsplit=1)[0]
