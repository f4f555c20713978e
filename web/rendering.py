"""How a page is made: in the reader's language, with headers that let it load and tell nothing else."""

import json
import re
import secrets
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response as BaseResponse

from api import acting
from api.access import own_forms
from translations import LOCALES, say
from web.asking import Refused
from web.reader import Reader, reader
from web.resending import Typed, told, typed
from web.visitors import visitors
from web.words import Words

_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
LANGUAGE = "language"


class Pages(Blueprint):
    """A group of pages of one subject; what the API refuses them is told as a page."""

    def __init__(self, name: str) -> None:
        """Name the group."""
        super().__init__(f"web_{name}", __name__, template_folder="templates")
        self.after_request(as_page)
        self.register_error_handler(Refused, lambda refused: refused.answer.response)


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
        own_form=own_forms.word,
        own_field=own_forms.FIELD,
        new_key=partial(secrets.token_urlsafe, 16),
        dom=_dom,
        **values,
    )
    answer = make_response(text, status)
    answer.headers |= {
        "Content-Security-Policy": _CSP,
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }
    return answer


def personal(template: str, status: int = 200, **values: Any) -> Response:
    """A page for the person signed in, in his language and time zone.

    Where a form has been refused, the page that holds it says why and shows again what was typed.
    """
    who, given = reader(), typed()
    words = Words(language_of(who), who.zone, who.calendar)
    if given is not None:
        status = given.status
    return page(
        template,
        request.full_path.rstrip("?"),
        words.locale,
        status,
        reader=who,
        w=words,
        typed=given or Typed(),
        told=told(),
        is_demonstration=bool(visitors()),
        **values,
    )


def language_of(who: Reader) -> str:
    """The language somebody has switched to in this session, or else his own."""
    chosen = session.get(LANGUAGE)
    return cast(str, chosen) if chosen in LOCALES else who.locale


def as_page(answer: Response) -> BaseResponse:
    """A problem of the API as a page that says the same; every other answer as it is."""
    if answer.mimetype != "application/problem+json":
        return answer
    problem = json.loads(answer.get_data())
    if problem["code"] == "sign_in_required":
        wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
        return redirect(sign_in_path(wanted), 303)
    if problem["code"] == "proof_needed" and request.method == "GET":
        return redirect(f"/prove?{urlencode({'next': request.full_path.rstrip('?')})}", 303)
    who = _known_reader()
    locale = language_of(who) if who else of_browser()
    number = acting.request_id() if problem["code"] == "internal_error" else ""
    said = problem["messages"][locale]
    made = page("problem.html", "", locale, answer.status_code, said=said, number=number, reader=who)
    made.headers.extend(line for line in answer.headers if not line[0].startswith("Content-"))
    return made


def sign_in_path(wanted: str) -> str:
    """The way to sign in and from there to a page of ours."""
    return f"/sign-in?{urlencode({'next': wanted})}" if wanted not in ("", "/") else "/sign-in"


def language(of_reader: str) -> str:
    """The language the reader has switched to, or else his own."""
    chosen = request.args.get("lang", session.get(LANGUAGE, of_reader))
    return chosen if chosen in LOCALES else LOCALES[0]


def of_browser() -> str:
    """The language of a reader who is not known, by what his browser asks for."""
    best = request.accept_languages.best_match(("en", "zh", "zh-CN", "zh-Hans"), default="en")
    return language(LOCALES[1] if best.startswith("zh") else LOCALES[0])


def _known_reader() -> Reader | None:
    if g.get("caller") is None:
        return None
    try:
        return reader()
    except Refused:
        return None


def _in(locale: str, path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={locale}"


def _said(locale: str, code: str, **facts: Any) -> str:
    return say(code, locale, **facts)


def _dom(*names: str) -> str:
    """A name for something on a page, made of what it belongs to."""
    return re.sub(r"[^A-Za-z0-9]+", "-", " ".join(names)).strip("-")
