"""The texts around a letter: files with `$placeholders`, filled from plain values and nothing else."""

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from translations import say


class _Finished(str):
    """A part that has been filled already and is put in as it is."""

    __slots__ = ()


def fill(name: str, locale: str, facts: Mapping[str, Any]) -> tuple[str, str]:
    """The letter of that name as plain text and as HTML; values cannot become markup or new lines.

    `choices` among the facts is where its reader says which mails he wants.
    """
    words = {word: say(f"mail.{name}.{word}", locale) for word in ("button", "note")}
    greeting = say("mail.greeting", locale, name=facts["name"])
    words |= {"greeting": greeting, "choose": say("mail.choices", locale)}
    framed = {"sections": (), "choices": "", **words, **facts, "language": locale.replace("_", "-")}
    text = re.sub(r"\n{3,}", "\n\n", _letter(framed, "txt"))  # no two empty lines where a part is empty
    return text, _letter(framed, "html")


def _letter(facts: Mapping[str, Any], form: str) -> str:
    sections = (_section(section, form) for section in facts["sections"])
    choices = _filled(f"choices.{form}", facts) if facts["choices"] else ""
    parts = {"sections": _Finished("".join(sections)), "choices": _Finished(choices)}
    return _filled(f"frame.{form}", dict(facts) | parts)


def _section(section: Mapping[str, Any], form: str) -> str:
    lines = (_line(line, form) for line in section["lines"])
    return _filled(f"section.{form}", dict(section) | {"lines": _Finished("".join(lines))})


def _line(line: Mapping[str, Any], form: str) -> str:
    """One line of a section, without what is empty in it."""
    rows = _filled(f"line.{form}", line).splitlines(keepends=True)
    return "".join(row for row in rows if row.strip())


def _filled(file: str, facts: Mapping[str, Any]) -> _Finished:
    plain = escape if file.endswith(".html") else str
    shown = {
        name: value if isinstance(value, _Finished) else plain(" ".join(str(value).split()))
        for name, value in facts.items()
    }
    return _Finished(_template(file).substitute(shown))


@cache
def _template(file: str) -> Template:
    return Template((Path(__file__).parent / file).read_text(encoding="utf-8"))
