"""My promotion: where my case stands, where I stand against each next step, and every ladder there is."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from web import process_picture
from web.asking import read
from web.rendering import Pages, personal
from workflow.permissions import Operation
from workflow.vocabulary import ENDS

blueprint = Pages("my_promotion")


@blueprint.get("/my-promotion")
@allows(Operation.READ_PAGES)
def show() -> Response:
    """Where my cases stand, and what the next steps ask of me."""
    mine = read("/cases", mine=True, limit=20)["items"]
    running = [read(f"/cases/{case['id']}") for case in mine if case["stage"] not in ENDS]
    standing = read("/me/standing")
    return personal(
        "my_promotion.html",
        running=[(case, process_picture.road(case)) for case in running],
        ended=[case for case in mine if case["stage"] in ENDS],
        steps=sorted(standing["targets"], key=_nearest),
        as_of=standing["as_of"],
    )


@blueprint.get("/ladders")
@allows(Operation.READ_PAGES, reads={"query"})
def show_ladders() -> Response:
    """What can be reached on each track, and what every step asks."""
    return personal("ladders.html", told_of=read("/ladders", edition=request.args.get("edition")))


def _nearest(step: dict[str, Any]) -> tuple[bool, str]:
    return not step["is_up"], step["track"]
