"""Editions of the criteria: which there are, what each says, and how one comes to count."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import read
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("editions")

_SHOWN = 50


@blueprint.get("/desk/editions")
@allows(Operation.READ_PAGES, reads={"query"})
def show_all() -> Response:
    """All editions, and where HR puts one forward."""
    found = read("/editions", limit=_SHOWN, cursor=request.args.get("cursor"))
    return personal("editions.html", editions=found["items"][::-1], further=found["next"])


@blueprint.get("/desk/editions/<int:edition_id>")
@allows(Operation.READ_PAGES)
def show(edition_id: int) -> Response:
    """What one edition says, and what can be done with it."""
    edition = read(f"/editions/{edition_id}")
    return personal("edition.html", edition=edition, says=edition["contents"], steps=_steps(edition))


def _steps(edition: dict[str, Any]) -> list[dict[str, Any]]:
    """Every step that it knows, with the track and the level it leads to."""
    return [
        {"track": ladder["track"], "level": rung["level"], **rung["step"]}
        for ladder in edition["contents"]["ladders"]
        for rung in ladder["levels"]
        if rung["step"]
    ]
