"""The one way by which pages act: a form goes to the operation of the API that its path names.

What it does is done, refused and explained by the API; the page that holds the form comes back with the
answer. Who is no longer signed in, or has to prove who he is first, does so and loses nothing he has typed.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from flask import current_app, flash, redirect, request, session
from marshmallow import Schema
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from api.files import XLSX
from api.policy import allows
from api.problems import problem, status_of
from api.refusals import CrossSite, SignInRequired
from api.tables import CSV
from web import forms, picking, resending
from web.asking import API, Answer, ask
from web.reader import reader
from web.rendering import Pages, personal
from web.resending import Typed
from web.waiting import (
    act_of,
    ask_for_proof,
    ask_to_sign_in,
    is_from_here,
    keep,
    local,
    page_of,
    pending,
    waiting,
)
from workflow.permissions import Operation

blueprint = Pages("doing")

_METHODS = frozenset({"POST", "PUT", "DELETE"})
_AS_JSON = {"Content-Type": "application/json"}
_SHOWN, _MOST_SHOWN = "shown", 5
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
    return ask_for_proof("", local(request.args.get("next", "/")))


@blueprint.get("/proved")
@allows(Operation.READ_PAGES)
def show_proved() -> BaseResponse:
    """Where somebody comes back to from the provider of single sign-on: his form waits in another window."""
    return personal("proved.html")


@blueprint.post("/prove")
@allows(Operation.ACT_BY_PAGE, reads={"form"})
def prove() -> BaseResponse:
    """Prove who one is, then do what had to wait for it."""
    kept, back = request.form.get("_kept", ""), local(request.form.get("_back", "/"))
    if "password" in request.form:
        given = {name: request.form[name] for name in ("password", "code") if request.form.get(name)}
        proof = _send("POST", f"{API}/session/proof", json.dumps(given).encode("utf-8", "replace"))
        if proof.is_refusal:
            return ask_for_proof(kept, back, proof.body)
    found = pending(kept)
    if found is None:
        return redirect(back, 303)
    if _FILE in found[1]:  # it went with the request that had to wait, and has to be chosen once more
        return page_of(found[1], waiting(*found)) or redirect(back, 303)
    return _done(*found)


@blueprint.errorhandler(SignInRequired)
def _signed_out(_refusal: SignInRequired) -> BaseResponse:
    """Nobody is signed in any more: let him sign in, and keep what he has sent."""
    if not is_from_here():
        return redirect("/sign-in", 303)
    return ask_to_sign_in(keep((request.view_args or {}).get("path", ""), request.form))


@blueprint.errorhandler(CrossSite)
def _of_former_session(refusal: CrossSite) -> BaseResponse:
    """A form of ours from before somebody signed in anew is shown again; nothing is done by it."""
    path = (request.view_args or {}).get("path")
    shown = page_of(request.form, waiting(path, request.form)) if path and is_from_here() else None
    return shown or problem(refusal.code, status_of(CrossSite))


def _done(path: str, wanted: MultiDict[str, str], file: FileStorage | None = None) -> BaseResponse:
    method = wanted.get("_method", "POST")
    if method not in _METHODS:
        raise CrossSite()
    if _was_shown(wanted):
        flash("already")
        return redirect(local(wanted.get("_from", "/")), 303)
    wanted = picking.with_choices(wanted)
    settled, doubts = picking.settled(wanted)
    if doubts:
        return _unsure(path, wanted, doubts)
    to = _filled(path, settled)
    body, kind = _content(method, to, settled) if file is None else (file.read(), _kind_of(file))
    query = "" if file is None else urlencode({name: typed[-1] for name, typed in _fields(wanted).lists()})
    headers = {"Content-Type": kind, **_headers(wanted)}
    return _after(path, wanted, _send(method, f"{API}/{to}", body, headers, query))


def _after(path: str, wanted: MultiDict[str, str], answer: Answer) -> BaseResponse:
    """What follows on the API's answer."""
    if wanted.get("_quietly"):  # a draft, kept while it is being written
        return _kept(answer)
    if answer.status == 403 and answer.body["code"] == "proof_needed":
        return ask_for_proof(keep(path, wanted), local(wanted.get("_from", "/")))
    if answer.status in (409, 412) and _was_followed(wanted):
        flash("already")
        return redirect(local(wanted.get("_then_next", "/")), 303)
    if answer.is_refusal:
        refused = Typed(act_of(path, wanted), wanted, answer.body, answer.status)
        return page_of(wanted, refused) or answer.response
    if wanted.get("_then"):
        return _done(wanted["_then"], _next_of(wanted, answer))
    return _gone_on(wanted, answer)


def _unsure(path: str, wanted: MultiDict[str, str], doubts: picking.Doubts) -> BaseResponse:
    """The form of an act that names people of whom it is not sure who they are: nothing is done by it."""
    shown = Typed(act_of(path, wanted), wanted, picking.problem(), 422, doubts=doubts)
    return page_of(wanted, shown) or redirect(local(wanted.get("_from", "/")), 303)


def _was_followed(wanted: MultiDict[str, str]) -> bool:
    """Whether the act that follows was done by this very form; its old tag does nothing anew."""
    if not (wanted.get("_then") and wanted.get("_key")):
        return False
    again = MultiDict({"_tag": wanted.get("_tag", ""), "_key": _key_of_next(wanted)})
    return not _send("POST", f"{API}/{wanted['_then']}", b"", _headers(again)).is_refusal


def _next_of(wanted: MultiDict[str, str], answer: Answer) -> MultiDict[str, str]:
    """The form of the act that follows on the first, on what that has left."""
    given = {"_from": "_from", "_next": "_then_next", "_said": "_then_said"}
    fields = {name: wanted[other] for name, other in given.items() if wanted.get(other)}
    return MultiDict({**fields, "_tag": answer.tag or "", "_key": _key_of_next(wanted)})


def _key_of_next(wanted: MultiDict[str, str]) -> str:
    return f"{wanted.get('_key', '')[:90]}-then"


def _was_shown(wanted: MultiDict[str, str]) -> bool:
    """Whether what is told only once was told for this form already: a page loaded anew makes no second."""
    return bool(wanted.get("_show")) and wanted.get("_key") in session.get(_SHOWN, ())


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
        session[_SHOWN] = [*session.get(_SHOWN, ()), wanted.get("_key")][-_MOST_SHOWN:]
        return page_of(wanted, Typed(), {resending.TOLD: answer.body}) or answer.response
    facts = answer.body if isinstance(answer.body, dict) else {}
    to = wanted.get("_next") or wanted.get("_from", "/")
    gone = redirect(local(to.replace("{id}", str(facts.get("id", "")))), 303)
    if not answer.cookies:  # there is one session cookie, and that of the act has to reach the browser
        flash(wanted.get("_said", "saved"))
    return answer.hand_cookies_to(gone)


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
