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
    mine = read("/me/cases")["items"]
    ended = [case for case in mine if case["stage"] in ENDS]
    running = [case for case in mine if case["stage"] not in ENDS]
    standing = read("/me/standing")
    return personal(
        "my_promotion.html",
        running=[(case, process_picture.road(case), by_kind(case["holders"])) for case in running],
        under_way={case["post"]: case["id"] for case in running},
        last=ended[0] if ended and not running else None,
        ended=ended,
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


def by_kind(holders: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the case waits for, each kind once: with the first day, and all of whom it is asked."""
    kinds: dict[str | None, dict[str, Any]] = {}
    for one in sorted(holders, key=lambda one: one["due_at"] or ""):
        kind = kinds.setdefault(one["kind"], {"kind": one["kind"], "due_at": one["due_at"], "whom": []})
        who = {"role": one["role"], "person": one["person"]}
        if who not in kind["whom"]:
            kind["whom"].append(who)
    return list(kinds.values())
