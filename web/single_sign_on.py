"""The way to the organisation's sign-in and back, with a page that says why it did not work."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from api.access import single_sign_on
from api.policy import allows
from api.refusals import SingleSignOnRefused
from web.rendering import of_browser, page
from workflow.permissions import Operation

blueprint = Blueprint("web_single_sign_on", __name__, template_folder="templates")


@blueprint.get("/sign-in/sso")
@allows(Operation.SIGN_IN, reads={"query"})
def begin() -> Response:
    """Go to the provider, to sign in or, with `proof`, to prove again who one is; then to `next`."""
    try:
        is_proof = request.args.get("proof") == "true"
        return single_sign_on.begin(request.args.get("next", "/"), is_proof=is_proof)
    except SingleSignOnRefused as refusal:
        return _refused(refusal)


@blueprint.get("/sign-in/callback")
@allows(Operation.SIGN_IN, reads={"query"})
def finish() -> Response:
    """Come back from the provider."""
    try:
        return redirect(single_sign_on.finish(), 303)
    except SingleSignOnRefused as refusal:
        return _refused(refusal)


def _refused(refusal: SingleSignOnRefused) -> Response:
    return page("sign_in_refused.html", "/sign-in/sso", of_browser(), 403, reason=refusal.facts["reason"])
