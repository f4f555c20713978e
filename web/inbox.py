"""The inbox: what waits for the reader, what breaches first on top, done in place where that is enough."""

import re
from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import every, read
from web.places import place_of
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("inbox")

_SHOWN = 50
_MOST_CHOSEN = 20  # at a time, as the API has it
_KEY = re.compile(r"[1-9][0-9]{0,9}")


@blueprint.get("/inbox")
@allows(Operation.READ_PAGES, reads={"query"})
def show() -> Response:
    """What waits for me."""
    kind, cursor = request.args.get("kind") or None, request.args.get("cursor")
    found = read("/inbox", limit=_SHOWN, kind=kind, cursor=cursor)
    return personal(
        "inbox.html",
        tasks=found["items"],
        further=found["next"],
        kind=kind,
        place_of=place_of,
        handed_in=[] if kind or cursor else [one for one in every("/reviews") if one["state"] == "submitted"],
    )


@blueprint.get("/inbox/approving")
@allows(Operation.READ_PAGES, reads={"query"})
def sum_up() -> Response:
    """What is about to be approved in one go: who, for which post, and what speaks for each."""
    chosen = _chosen(request.args.get("tasks", ""))
    found = read("/approvals", tasks=",".join(chosen)) if chosen else {"items": [], "not_mine": []}
    waiting = [one for one in found["items"] if one["in_bulk"]]
    singly = [one for one in found["items"] if not one["in_bulk"]]
    return personal("approving.html", waiting=waiting, singly=singly, gone=len(found["not_mine"]))


@blueprint.post("/inbox/approving")
@allows(Operation.ACT_BY_PAGE, reads={"form"})
def choose() -> Response:
    """Go on to the summary of what was ticked."""
    chosen = ",".join(_chosen(",".join(request.form.getlist("task"))))
    return redirect(f"/inbox/approving?tasks={chosen}" if chosen else "/inbox", 303)


@blueprint.get("/tasks")
@allows(Operation.READ_PAGES)
def go_on() -> Response:
    """The way from digests that call the inbox so."""
    return redirect("/inbox", 303)


@blueprint.get("/tasks/<int:task_id>")
@allows(Operation.READ_PAGES)
def go_to(task_id: int) -> Response:
    """The way from a mail to where a task is done."""
    task: dict[str, Any] = read(f"/tasks/{task_id}")
    return redirect(place_of(task), 303)


def _chosen(given: str) -> list[str]:
    return [word for word in given.split(",") if _KEY.fullmatch(word)][:_MOST_CHOSEN]
