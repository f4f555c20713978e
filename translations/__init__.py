"""The sentence for a code, in English and Simplified Chinese, from the catalogues in this folder."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

LOCALES = ("en", "zh_Hans")
# The same in C, ten times as fast, wherever PyYAML comes with it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def say(code: str, locale: str, **facts: Any) -> str:
    """The sentence for a code with its facts filled in; a code without a sentence speaks for itself."""
    return unfilled(code, locale).format_map(_Facts(facts))


def unfilled(code: str, locale: str) -> str:
    """The sentence for a code with its placeholders; a code without a sentence speaks for itself."""
    return _catalogue(locale).get(code, code)


def codes(kind: str) -> list[str]:
    """The codes of a kind that have a sentence."""
    named = f"{kind}."
    return sorted(code.removeprefix(named) for code in _catalogue(LOCALES[0]) if code.startswith(named))


class _Facts(dict[str, Any]):
    """Facts to fill in; one that is missing shows as an ellipsis rather than breaking the sentence."""

    def __missing__(self, _key: str) -> str:
        return "…"


def both(code: str, **facts: Any) -> dict[str, str]:
    """The sentence for a code in every language, by locale."""
    return {locale: say(code, locale, **facts) for locale in LOCALES}


@cache
def _catalogue(locale: str) -> dict[str, str]:
    sentences: dict[str, str] = {}
    for path in sorted(Path(__file__).parent.glob(f"*.{locale}.yaml")):
        sentences |= yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    return sentences
