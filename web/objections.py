"""Public notices with the objections to them, and a candidate's objections to raters."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import answered, answered_if_allowed, read
from web.rendering import Pages, personal
from workflow.objections import REOPENINGS
from workflow.permissions import Operation

blueprint = Pages("objections")


@blueprint.get("/notices")
@allows(Operation.READ_PAGES, reads={"query"})
def show_notices() -> Response:
    """What stands on notice now; whoever knows something that speaks against it says so here."""
    found = read("/notices", cursor=request.args.get("cursor"))
    return personal("notices.html", notices=found["items"], further=found["next"])


@blueprint.get("/cases/<int:case_id>/objections")
@allows(Operation.READ_PAGES, reads={"query"})
def show(case_id: int) -> Response:
    """The objections to a decision that the reader may read; HR decides on them."""
    found = read(f"/cases/{case_id}/objections", cursor=request.args.get("cursor"))
    # Whoever objects may see nothing of the case itself; the steps it has been through are in its timeline.
    told = answered_if_allowed(f"/cases/{case_id}", checklist=False)
    case = told.body if told else None
    return personal(
        "objections.html",
        case_id=case_id,
        case=case,
        tag=told.tag if told else None,
        objections=found["items"],
        further=found["next"],
        steps=_steps(case) if case else [],
    )


@blueprint.get("/cases/<int:case_id>/raters")
@allows(Operation.READ_PAGES)
def show_raters(case_id: int) -> Response:
    """Whom the candidate does not want as a rater, and what HR has decided."""
    told = answered(f"/cases/{case_id}", brief=True)
    found = read(f"/cases/{case_id}/rater-objections")
    return personal("raters.html", case=told.body, tag=told.tag, objections=found["items"])


def _steps(case: dict[str, Any]) -> list[str]:
    """The steps to which this case can be sent back: those it has been through."""
    taken = {one["facts"]["to"] for one in case["timeline"] or () if one["action"] == "stage_entered"}
    return [step for step in REOPENINGS if step in taken]
