"""The one way by which pages act: a form goes to the operation of the API that its path names.

What it does is done, refused and explained by the API; the page that holds the form comes back with the
answer. Who is no longer signed in, or has to prove who he is first, does so and loses nothing he has typed.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import current_app, flash, redirect, request
from marshmallow import Schema
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from api.access import own_forms
from api.access.single_sign_on import is_trusted
from api.files import XLSX
from api.policy import allows
from api.refusals import CrossSite, SignInRequired
from api.tables import CSV
from web import forms, resending
from web.asking import API, Answer, ask
from web.reader import reader
from web.rendering import Pages, of_browser, page, personal
from web.resending import Typed
from workflow.permissions import Operation

blueprint = Pages("doing")

_METHODS = frozenset({"POST", "PUT", "DELETE"})
_AS_JSON = {"Content-Type": "application/json"}
# What no page shows again; whoever typed it types it once more.
_NOT_KEPT = frozenset({own_forms.FIELD, "old", "new", "password", "code"})
_FILE = "_file"  # marks a form with a file, which no page can show again
_OURS = "_"  # fields that begin with it are the page's own


@blueprint.post("/do/<path:path>")
@allows(Operation.ACT_BY_PAGE, reads={"form", "file"})
def do(path: str) -> BaseResponse:
    """Act as the form says, and go on to the page it names."""
    return _done(path, request.form, request.files.get("file"))


@blueprint.get("/prove")
@allows(Operation.READ_PAGES, reads={"query"})
def show_proving() -> BaseResponse:
    """Where one proves who one is before something that cannot wait, such as making a passkey."""
    return _ask_for_proof("", local(request.args.get("next", "/")))


@blueprint.post("/prove")
@allows(Operation.ACT_BY_PAGE, reads={"form"})
def prove() -> BaseResponse:
    """Prove who one is, then do what had to wait for it."""
    kept, back = request.form.get("_kept", ""), local(request.form.get("_back", "/"))
    if "password" in request.form:
        given = {name: request.form[name] for name in ("password", "code") if request.form.get(name)}
        proof = _send("POST", f"{API}/session/proof", json.dumps(given).encode())
        if proof.is_refusal:
            return _ask_for_proof(kept, back, proof.body)
    pending = _pending(kept)
    if pending is None:
        return redirect(back, 303)
    if _FILE in pending[1]:  # it went with the request that had to wait, and has to be chosen once more
        return _page_of(pending[1], _waiting(*pending)) or redirect(back, 303)
    return _done(*pending)


@blueprint.errorhandler(SignInRequired)
def ask_to_sign_in(_refusal: SignInRequired) -> BaseResponse:
    """Nobody is signed in any more: let him sign in, and keep what he has sent."""
    if request.headers.get("Sec-Fetch-Site") != "same-origin":
        return redirect("/sign-in", 303)
    kept = keep((request.view_args or {}).get("path", ""), request.form)
    return page(
        "sign_in.html", "/sign-in", of_browser(), 401, state="interrupted", kept=kept, has_sso=is_trusted()
    )


def keep(path: str, wanted: MultiDict[str, str]) -> str:
    """A form that has to wait, as one field of another."""
    fields = [item for item in wanted.items(multi=True) if item[0] not in _NOT_KEPT]
    return json.dumps([path, fields], ensure_ascii=False)


def resent(kept: str, signed_in: Answer) -> BaseResponse | None:
    """The page of a form that had to wait until somebody had signed in, with all that was typed.

    None where no form waited. It is sent by its button, not by having signed in.
    """
    pending = _pending(kept)
    if pending is None:
        return None
    cookies = "; ".join(one.split(";")[0] for one in signed_in.response.headers.getlist("Set-Cookie"))
    return _page_of(pending[1], _waiting(*pending), {"HTTP_COOKIE": cookies})


def _waiting(path: str, wanted: MultiDict[str, str]) -> Typed:
    return Typed(_act(path, wanted), wanted, is_waiting=True)


def _done(path: str, wanted: MultiDict[str, str], file: FileStorage | None = None) -> BaseResponse:
    method = wanted.get("_method", "POST")
    if method not in _METHODS:
        raise CrossSite()
    to = _filled(path, wanted)
    body, kind = _content(method, to, wanted) if file is None else (file.read(), _kind_of(file))
    query = "" if file is None else urlencode({name: typed[-1] for name, typed in _fields(wanted).lists()})
    headers = {"Content-Type": kind, **_headers(wanted)}
    answer = _send(method, f"{API}/{to}", body, headers, query)
    if wanted.get("_quietly"):  # a draft, kept while it is being written
        return _kept(answer)
    if answer.status == 403 and answer.body["code"] == "proof_needed":
        return _ask_for_proof(keep(path, wanted), local(wanted.get("_from", "/")))
    if answer.is_refusal:
        refused = Typed(_act(path, wanted), wanted, answer.body, answer.status)
        return _page_of(wanted, refused) or answer.response
    return _gone_on(wanted, answer)


def _filled(path: str, wanted: MultiDict[str, str]) -> str:
    """The path with its parts that are typed, such as `_member`, which stand in the fields of their names."""
    return "/".join(_part(part, wanted) for part in path.split("/"))


def _part(part: str, wanted: MultiDict[str, str]) -> str:
    typed = wanted.get(part, "").strip() if part.startswith(_OURS) else ""
    return typed if typed and "/" not in typed else part  # what names nobody is refused as such


def _kept(answer: Answer) -> BaseResponse:
    return BaseResponse(
        status=answer.status if answer.is_refusal else 204, headers={"ETag": answer.tag or ""}
    )


def _gone_on(wanted: MultiDict[str, str], answer: Answer) -> BaseResponse:
    if wanted.get("_show"):  # what is told only once, such as a token, stands on the page itself
        return _page_of(wanted, Typed(), {resending.TOLD: answer.body}) or answer.response
    facts = answer.body if isinstance(answer.body, dict) else {}
    to = wanted.get("_next") or wanted.get("_from", "/")
    gone = redirect(local(to.replace("{id}", str(facts.get("id", "")))), 303)
    cookies = answer.response.headers.getlist("Set-Cookie")
    for cookie in cookies:
        gone.headers.add("Set-Cookie", cookie)
    if not cookies:  # there is one session cookie, and that of the act has to reach the browser
        flash(wanted.get("_said", "saved"))
    return gone


def _page_of(
    wanted: MultiDict[str, str], typed: Typed, extra: Mapping[str, Any] | None = None
) -> BaseResponse | None:
    """The page on which the form stands, with all that was typed."""
    where, _, query = local(wanted.get("_from", "/")).partition("?")
    seen = ask("GET", where, query=query, extra={resending.ENVIRON: typed, **(extra or {})})
    if seen.is_refusal and seen.status != typed.status:
        return None
    return seen.response


def _ask_for_proof(kept: str, back: str, problem: dict[str, Any] | None = None) -> BaseResponse:
    return personal("prove.html", 403, kept=kept, back=back, problem=problem, has_sso=is_trusted())


def _pending(kept: str) -> tuple[str, MultiDict[str, str]] | None:
    try:
        path, fields = json.loads(kept)
        return str(path), MultiDict((str(name), str(value)) for name, value in fields)
    except (ValueError, TypeError):
        return None


def _send(
    method: str, path: str, body: bytes, headers: Mapping[str, str] = _AS_JSON, query: str = ""
) -> Answer:
    # That the form is of a page of ours has been made sure of before.
    return ask(method, path, query=query, body=body, headers={"Sec-Fetch-Site": "same-origin", **headers})


def _content(method: str, path: str, wanted: MultiDict[str, str]) -> tuple[bytes, str]:
    schema = _schema(method, path)
    if schema is None:
        return b"", ""
    told = forms.as_json(schema, _fields(wanted), reader().zone)
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"), "application/json"


def _fields(wanted: MultiDict[str, str]) -> MultiDict[str, str]:
    return MultiDict(item for item in wanted.items(multi=True) if not item[0].startswith(_OURS))


def _kind_of(file: FileStorage) -> str:
    """By its name, for browsers say of tables what they like; whatever is no workbook is read as text."""
    return XLSX if (file.filename or "").lower().endswith(".xlsx") else CSV


def _headers(wanted: MultiDict[str, str]) -> dict[str, str]:
    tag = {"If-Match": wanted["_tag"]} if wanted.get("_tag") else {}
    return {"Idempotency-Key": wanted.get("_key") or secrets.token_urlsafe(16), **tag}


def _schema(method: str, path: str) -> Schema | None:
    """By what the operation reads its body; None where it reads none."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(f"{API}/{path}", method=method)
    except HTTPException:
        return None
    view = getattr(current_app.view_functions[endpoint], "view_class", None)
    described = getattr(getattr(view, method.lower(), None), "_apidoc", {}).get("arguments", {})
    bodies: Iterator[Schema] = (
        one["schema"] for one in described.get("parameters", ()) if one["in"] == "json"
    )
    return next(bodies, None)


def _act(path: str, wanted: MultiDict[str, str]) -> str:
    return f"{wanted.get('_method', 'POST')} /{path}{wanted.get('_which', '')}"


def local(path: str) -> str:
    """A path of ours, or the front page for anything else."""
    is_ours = path.startswith("/") and not path.startswith(("//", "/\\", "/do/", API))
    return path if is_ours and path.isprintable() else "/"
