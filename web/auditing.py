"""The journal for auditors and HR: search it, verify that nothing was altered, take it along."""

from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from translations import codes
from web import happenings, picking
from web.asking import read, streamed
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("auditing")

_SHOWN = 50
_ALL = 200
_SOUGHT = ("case", "actor", "action", "from", "to")


@blueprint.get("/audit")
@allows(Operation.READ_PAGES, reads={"query"})
def show() -> Response:
    """What a search of the journal finds, the newest first."""
    wanted, (typed_name, number, doubts) = _wanted(), picking.sought("actor")
    if typed_name:
        wanted["actor"] = number or typed_name
    found = read("/journal", limit=_SHOWN, cursor=request.args.get("cursor"), **wanted)
    return personal(
        "audit.html",
        lines=found["items"],
        further=found["next"],
        wanted=wanted,
        typed_name=typed_name,
        doubts=doubts,
        query=urlencode(wanted),
        actions=codes("happening"),
        happening=happenings.in_words,
        cycles=read("/cycles", limit=_ALL)["items"],
    )


@blueprint.get("/audit/export")
@allows(Operation.READ_PAGES, reads={"query"})
def export() -> Response:
    """The same as a table."""
    return streamed("/journal/export", **_wanted())


def _wanted() -> dict[str, str]:
    given = {name: request.args.get(name, "").strip() for name in _SOUGHT}
    return {name: typed for name, typed in given.items() if typed}
