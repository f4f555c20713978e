"""What belongs to the reader himself: how he signs in, who stands in for him, what is on file about him."""

from typing import Any

import segno
from flask import Response, redirect, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from api.acting import now
from api.policy import allows
from web.asking import answered, read
from web.browser_names import browser_name
from web.reader import reader
from web.rendering import Pages, personal
from web.resending import told, typed
from workflow.permissions import Operation
from workflow.rules.deadlines import local_day
from workflow.vocabulary import TRANSFERABLE_TASKS

blueprint = Pages("account")

_MOST = 200
_LONGEST_URI = 500


@blueprint.get("/security")
@allows(Operation.READ_PAGES)
def show_security() -> Response:
    """How I sign in, and where I am signed in."""
    begun = _begun()
    return personal(
        "security.html",
        begun=begun,
        sessions=_all("/me/sessions"),
        browser_name=browser_name,
        passkeys=_all("/me/passkeys"),
        tokens=_all("/tokens"),
        second_factor=read("/me/second-factor"),
        picture=_picture(begun["uri"]) if begun else None,
    )


@blueprint.get("/absences")
@allows(Operation.READ_PAGES)
def show_absences() -> Response:
    """Who is away, and who stands in; a substitute is named here."""
    today = local_day(now(), reader().zone).isoformat()
    return personal(
        "absences.html", absences=_all("/absences"), kinds=sorted(TRANSFERABLE_TASKS), today=today
    )


@blueprint.get("/my-data")
@allows(Operation.READ_PAGES, reads={"query"})
def show_data() -> Response:
    """What I have reported as wrong, and the way to take along what is on file about me."""
    rule = request.args.get("rule", "")
    return personal("my_data.html", corrections=_all("/me/corrections"), rule=rule)


@blueprint.get("/my-data/export")
@allows(Operation.READ_PAGES)
def export() -> Response:
    """Everything on file about me, as a file."""
    given = answered("/me/data").response
    given.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return given


@blueprint.get("/corrections")
@allows(Operation.READ_PAGES)
def show_corrections() -> BaseResponse:
    """The way from a mail to what has become of something one has reported as wrong."""
    return redirect("/my-data", 303)


@blueprint.get("/data-gaps/<int:task_id>")
@allows(Operation.READ_PAGES)
def show_gap(task_id: int) -> Response:
    """What is missing or wrong on file, and about whom; for HR."""
    return personal("data_gap.html", gap=read(f"/data-gaps/{task_id}"))


def _all(path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(path, limit=_MOST)["items"]
    return found


def _begun() -> dict[str, str] | None:
    """The secret of a second factor that was begun just now, also after a code that did not fit."""
    just, given = told(), typed()
    if isinstance(just, dict) and "uri" in just:
        return just
    if given is not None and given.fields.get("_uri", "").startswith("otpauth://totp/"):
        return {"uri": given.fields["_uri"], "secret": given.fields.get("_secret", "")}
    return None


def _picture(uri: str) -> Markup:
    """What an authenticator app reads of the secret."""
    code = segno.make(uri[:_LONGEST_URI])
    return Markup(code.svg_inline(scale=5, border=4, light="#fff", dark="#000", omitsize=False))
