"""Committees: who sits on them until when, and for those who decide what is before them, side by side."""

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import answered, every, read_if_allowed
from web.edition_words import criteria_of
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("committees")


@blueprint.get("/committees")
@allows(Operation.READ_PAGES, reads={"query"})
def show_all() -> Response:
    """All committees; HR seats another."""
    return personal("committees.html", committees=list(every("/committees")))


@blueprint.get("/committees/<int:committee_id>")
@allows(Operation.READ_PAGES, reads={"query"})
def show(committee_id: int) -> Response:
    """One committee with its agenda, as far as the reader decides or looks into it."""
    told = answered(f"/committees/{committee_id}")
    agenda = read_if_allowed(f"/committees/{committee_id}/agenda", cursor=request.args.get("cursor"))
    return personal(
        "committee.html",
        committee=told.body,
        members=[(seat["member"]["number"], seat["member"]["name"]) for seat in told.body["seats"]],
        tag=told.tag,
        agenda=agenda,
        criteria_of=criteria_of,
    )
