"""How a page is made: in the reader's language, with headers that let it load and tell nothing else."""

import json
from functools import partial
from typing import Any

from flask import Response, make_response, render_template, request

from api import acting
from translations import LOCALES, say

_CSP = (
    "default-src 'none'; style-src 'self'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def page(template: str, path: str, locale: str, status: int = 200, **values: Any) -> Response:
    """The page at a path in a language, with the way to the same in the other."""
    other = next(one for one in LOCALES if one != locale)
    text = render_template(
        template,
        path=path,
        here=_in(locale, path),
        there=_in(other, path),
        locale=locale,
        other=other,
        t=partial(_said, locale),
        **values,
    )
    answer = make_response(text, status)
    answer.headers |= {
        "Content-Security-Policy": _CSP,
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return answer


def as_page(answer: Response) -> Response:
    """A problem of the API as a page that says the same; every other answer as it is."""
    if answer.mimetype != "application/problem+json":
        return answer
    locale, told = of_browser(), json.loads(answer.get_data())
    number = acting.request_id() if told["code"] == "internal_error" else ""
    made = page("problem.html", "", locale, answer.status_code, said=told["messages"][locale], number=number)
    made.headers.extend(line for line in answer.headers if not line[0].startswith("Content-"))
    return made


def language(of_reader: str) -> str:
    """The language the reader has switched to, or else his own."""
    chosen = request.args.get("lang", of_reader)
    return chosen if chosen in LOCALES else LOCALES[0]


def of_browser() -> str:
    """The language of a reader who is not known, by what his browser asks for."""
    best = request.accept_languages.best_match(("en", "zh", "zh-CN", "zh-Hans"), default="en")
    return language(LOCALES[1] if best.startswith("zh") else LOCALES[0])


def _in(locale: str, path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={locale}"


def _said(locale: str, code: str, **facts: Any) -> str:
    return say(code, locale, **facts)
