"""The front page of the demonstration: a visitor steps into somebody's shoes with one click.

There is one only where the service was started as the demonstration; its people are made up.
"""

import json

from flask import redirect
from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import API, ask
from web.rendering import Pages, of_browser, page
from web.visitors import Visitor, visitors
from workflow.errors import NotFound
from workflow.permissions import Operation

blueprint = Pages("demonstration")


@blueprint.get("/demonstration")
@allows(Operation.SIGN_IN, reads={"query"})
def show() -> Response:
    """Who is worth being for three minutes, and what is to be seen."""
    return page("demonstration.html", "/demonstration", of_browser(), visitors=_known())


@blueprint.post("/demonstration/<number>")
@allows(Operation.SIGN_IN, reads={"query", "form"})
def step_in(number: str) -> Response:
    """Sign in as one of them."""
    visitor = next((one for one in _known() if one.number == number), None)
    if visitor is None:
        raise NotFound(kind="employee")
    told = json.dumps({"number": visitor.number, "password": visitor.password}).encode()
    answer = ask("POST", f"{API}/session", body=told, headers={"Content-Type": "application/json"})
    if answer.is_refusal:
        return answer.response
    return answer.hand_cookies_to(redirect("/inbox", 303))


def _known() -> list[Visitor]:
    found = visitors()
    if not found:
        raise NotFound(kind="page")
    return found
