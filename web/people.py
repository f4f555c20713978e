"""People as HR looks them up: who is kept apart from whom, and whom a person's reviews can ask besides."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import Refused, answered, every, read
from web.desk import require_hr
from web.rendering import Pages, personal
from workflow.contacts import COLLEAGUES
from workflow.permissions import Operation
from workflow.vocabulary import ApartBecause, Source

blueprint = Pages("people")

_SHOWN = 50
ROWS_TO_FILL = 3


@blueprint.get("/desk/people")
@allows(Operation.READ_PAGES, reads={"query"})
def show_all() -> Response:
    """Those whom a search finds, and the pairs that are kept apart."""
    sought = {name: request.args.get(name) or None for name in ("q", "department")}
    found = read("/employees", limit=_SHOWN, cursor=request.args.get("cursor"), **sought)
    return personal(
        "people.html",
        people=found["items"],
        further=found["next"],
        sought=sought,
        departments=list(every("/departments")),
        pairs=list(every("/kept-apart")),
        reasons=list(ApartBecause),
    )


@blueprint.get("/desk/people/<number>")
@allows(Operation.READ_PAGES)
def show(number: str) -> Response:
    """One person, and whom his reviews can ask beyond line and department."""
    require_hr()
    return personal(
        "person.html",
        person=read(f"/employees/{number}"),
        **_contacts(number),
        sources=[*COLLEAGUES, Source.CUSTOMER],
        rows_to_fill=ROWS_TO_FILL,
    )


def _contacts(number: str) -> dict[str, Any]:
    """The list with its tag, or why the reader may not see it."""
    try:
        told = answered(f"/employees/{number}/contacts")
    except Refused as refused:
        return {"contacts": None, "untold": refused.answer.body["messages"]}
    names = {one["number"]: f"{one['name']} ({one['number']})" for one in told.body["people"]}
    return {
        "contacts": told.body["items"],
        "names": names,
        "tag": told.tag,
        "refused": told.body["refused"],
        "untold": None,
    }
