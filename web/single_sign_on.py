"""The way to the organisation's sign-in and back, with a page that says why it did not work."""

from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

from api.access import single_sign_on
from api.policy import allows
from api.refusals import SingleSignOnRefused
from web.rendering import Pages, of_browser, page
from workflow.permissions import Operation

blueprint = Pages("single_sign_on")


_BEGIN = "/sign-in/sso"


@blueprint.get(_BEGIN)
@allows(Operation.SIGN_IN, reads={"query"})
def begin() -> Response:
    """Go to the provider, to sign in or, with `proof`, to prove again who one is; then to `next`."""
    wanted = {name: request.args[name] for name in ("proof", "next") if name in request.args}
    locale = of_browser()
    try:
        return single_sign_on.begin(wanted.get("next", "/"), is_proof=_is_proof(wanted), locale=locale)
    except SingleSignOnRefused as refusal:
        return _refused(refusal, wanted, locale)


@blueprint.get("/sign-in/callback")
@allows(Operation.SIGN_IN, reads={"query"})
def finish() -> Response:
    """Come back from the provider."""
    wanted = single_sign_on.wanted()
    locale = wanted.pop("lang", of_browser())
    try:
        return redirect(single_sign_on.finish(), 303)
    except SingleSignOnRefused as refusal:
        return _refused(refusal, wanted, locale)


def _refused(refusal: SingleSignOnRefused, wanted: dict[str, str], locale: str) -> Response:
    title = "page.proof_refused" if _is_proof(wanted) else "page.sign_in_refused"
    again = "?".join(part for part in (_BEGIN, urlencode(wanted)) if part)
    told = {"title": title, "reason": refusal.facts["reason"]}
    return page("sign_in_refused.html", again, locale, 403, **told)


def _is_proof(wanted: dict[str, str]) -> bool:
    return wanted.get("proof") == "true"
