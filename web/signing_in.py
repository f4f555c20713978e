"""Where people sign in and out, switch the language, and find the front page."""

import json

from flask import redirect, request, session
from werkzeug.wrappers import Response as BaseResponse

from api.access.signing_in import COOKIE_KEY
from api.access.single_sign_on import is_trusted
from api.policy import allows
from api.refusals import CrossSite
from translations import LOCALES
from web import waiting
from web.asking import API, ask
from web.rendering import LANGUAGE, Pages, of_browser, page
from web.visitors import visitors
from workflow.permissions import Operation

blueprint = Pages("signing_in")

_CODE_NEEDED = ("code_needed", "wrong_code")


@blueprint.get("/")
@allows(Operation.SIGN_IN)
def begin() -> BaseResponse:
    """The front door: to what waits for whoever is signed in, or to signing in."""
    if COOKIE_KEY in session:
        return redirect("/inbox", 303)
    return redirect("/demonstration" if visitors() else "/sign-in", 303)


@blueprint.get("/sign-in")
@allows(Operation.SIGN_IN, reads={"query"})
def show() -> BaseResponse:
    """The form to sign in."""
    return _form(200, wanted=waiting.local(request.args.get("next", "/")))


@blueprint.post("/sign-in")
@allows(Operation.SIGN_IN, reads={"query", "form"})
def sign_in() -> BaseResponse:
    """Sign in and go on to the page that was wanted, or to the form that had to wait."""
    if not _may_come_from_here():
        raise CrossSite()
    form = request.form
    given = {name: form[name].strip() for name in ("number", "code") if form.get(name, "").strip()}
    body = json.dumps({**given, "password": form.get("password", "")}).encode("utf-8", "replace")
    answer = ask("POST", f"{API}/session", body=body, headers={"Content-Type": "application/json"})
    if answer.is_refusal:
        return _form(answer.status, wanted=form.get("next", ""), problem=answer.body)
    shown = waiting.resent(form.get("_kept", ""), "; ".join(one.split(";")[0] for one in answer.cookies))
    gone = shown or redirect(waiting.local(form.get("next", "/")), 303)
    return answer.hand_cookies_to(gone)


@blueprint.post("/resume")
@allows(Operation.SIGN_IN, reads={"form"})
def resume() -> BaseResponse:
    """Show a form that had to wait to whoever has signed in another way; it is sent by its own button."""
    if not _may_come_from_here():
        raise CrossSite()
    kept = request.form.get("_kept", "")
    if COOKIE_KEY not in session:
        return waiting.ask_to_sign_in(kept)
    return waiting.resent(kept) or redirect("/", 303)


@blueprint.post("/sign-out")
@allows(Operation.ACT_BY_PAGE, reads={"form"})
def sign_out() -> BaseResponse:
    """Sign out here."""
    answer = ask("DELETE", f"{API}/session", headers={"Content-Type": "", "Sec-Fetch-Site": "same-origin"})
    return answer.hand_cookies_to(redirect("/sign-in", 303))


@blueprint.post("/language")
@allows(Operation.ACT_BY_PAGE, reads={"form"})
def switch() -> BaseResponse:
    """Show the pages of this session in another language."""
    if request.form.get("language") in LOCALES:
        session[LANGUAGE] = request.form["language"]
    return redirect(waiting.local(request.form.get("_from", "/")), 303)


def _may_come_from_here() -> bool:
    """Not if the browser says that another site's page has sent it; programs say nothing."""
    return waiting.is_from_here() or not {"Sec-Fetch-Site", "Origin"} & {name for name, _ in request.headers}


def _form(status: int, *, wanted: str, problem: dict[str, object] | None = None) -> BaseResponse:
    code = problem["code"] if problem else None
    return page(
        "sign_in.html",
        "/sign-in",
        of_browser(),
        status,
        state="signing_in",
        next=wanted,
        kept=request.form.get("_kept", ""),
        number=request.form.get("number", ""),
        problem=problem,
        needs_code=code in _CODE_NEEDED,
        has_sso=is_trusted(),
    )
