"""Forms that have to wait until their sender has signed in or proved himself: nothing typed is lost."""

import json
from collections.abc import Mapping
from typing import Any

from flask import request
from markupsafe import escape
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from api.access import own_forms
from api.access.single_sign_on import is_trusted
from api.address import base_url
from web import resending
from web.asking import API, Answer, ask
from web.rendering import of_browser, page, personal
from web.resending import Typed

# What no page shows again; whoever typed it types it once more.
_NOT_KEPT = frozenset({own_forms.FIELD, "old", "new", "password", "code"})
Pending = tuple[str, MultiDict[str, str]]


def keep(path: str, wanted: MultiDict[str, str]) -> str:
    """A form that has to wait, as one field of another."""
    fields = [item for item in wanted.items(multi=True) if item[0] not in _NOT_KEPT]
    return json.dumps([path, fields], ensure_ascii=False)


def pending(kept: str) -> Pending | None:
    """The form that waits; None where there is none."""
    try:
        path, fields = json.loads(kept)
        return _plain(path), MultiDict((_plain(name), _plain(value)) for name, value in fields)
    except (ValueError, TypeError, RecursionError):
        return None


def waiting(path: str, wanted: MultiDict[str, str]) -> Typed:
    """A form that was not sent yet, to be shown on its page."""
    return Typed(act_of(path, wanted), wanted, is_waiting=True)


def resent(kept: str, cookies: str | None = None) -> BaseResponse | None:
    """The page of a form that had to wait until somebody had signed in, with all that was typed.

    None where no form waited. It is sent by its button, not by having signed in.
    """
    found = pending(kept)
    if found is None:
        return None
    return page_of(found[1], waiting(*found), {"HTTP_COOKIE": cookies} if cookies else None)


def page_of(
    wanted: MultiDict[str, str], typed: Typed, extra: Mapping[str, Any] | None = None
) -> BaseResponse | None:
    """The page on which a form stands, with all that was typed; None where it is no page any more.

    Where the form stands on it no more, because somebody was first, what was typed is shown by itself.
    """
    where, _, query = local(wanted.get("_from", "/")).partition("?")
    seen = ask("GET", where, query=query, extra={resending.ENVIRON: typed, **(extra or {})})
    if not _is_page(seen, typed):
        return None
    if typed.texts and not _is_drawn(typed, seen):
        seen = ask("GET", where, query=query, extra={resending.ENVIRON: typed.by_itself(), **(extra or {})})
    return seen.response


def ask_to_sign_in(kept: str) -> BaseResponse:
    """Let somebody sign in before his form is shown again."""
    told = {"state": "interrupted", "kept": kept, "has_sso": is_trusted(), "next": "/"}
    return page("sign_in.html", "/sign-in", of_browser(), 401, **told)


def ask_for_proof(kept: str, back: str, problem: dict[str, Any] | None = None) -> BaseResponse:
    """Let somebody prove who he is before his form is sent."""
    return personal("prove.html", 403, kept=kept, back=back, problem=problem, has_sso=is_trusted())


def act_of(path: str, wanted: MultiDict[str, str]) -> str:
    """The name of the act that a form is for, as its page has it."""
    return f"{wanted.get('_method', 'POST')} /{path}{wanted.get('_which', '')}"


def is_from_here() -> bool:
    """Whether the browser says that a form comes from a page of ours; old ones say so by its origin."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is None:
        return request.headers.get("Origin") in (base_url(), request.host_url.rstrip("/"))
    return site == "same-origin"


def local(path: str) -> str:
    """A path of ours, or the front page for anything else."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\", "/do/", API))
    return path if is_ours and path.isprintable() else "/"


def _is_drawn(typed: Typed, seen: Answer) -> bool:
    """Whether the form of this act stands on the page."""
    to = typed.act.partition(" ")[2].removesuffix(typed.fields.get("_which", ""))
    return f'action="/do{escape(to)}"' in seen.response.get_data(as_text=True)


def _is_page(seen: Answer, typed: Typed) -> bool:
    is_as_expected = seen.status in (200, typed.status)
    return is_as_expected and seen.response.mimetype == "text/html"


def _plain(text: object) -> str:
    """A text that can be sent on, whatever was in it."""
    return str(text).encode("utf-8", "replace").decode()
