"""Cycles: open one, see how far it is and who is late, release what is decided in it."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.acting import now
from api.policy import allows
from web.asking import Refused, answered, read
from web.desk import require_hr
from web.edition_words import label_of
from web.reader import reader
from web.rendering import Pages, personal
from workflow.permissions import Operation
from workflow.rules.deadlines import local_day
from workflow.vocabulary import TaskKind

blueprint = Pages("cycles")

_ALL = 200
_LATE = 50


@blueprint.get("/desk/cycles/new")
@allows(Operation.READ_PAGES)
def begin() -> Response:
    """Where a cycle is opened, under an edition in use."""
    require_hr()
    editions = [one for one in read("/editions", limit=_ALL)["items"] if one["state"] == "published"]
    today = local_day(now(), reader().zone).isoformat()
    return personal("cycle_new.html", editions=editions[::-1], today=today)


@blueprint.get("/desk/cycles/<int:cycle_id>")
@allows(Operation.READ_PAGES, reads={"query"})
def show(cycle_id: int) -> Response:
    """One cycle: its days and rules, its drafts, how far its cases and its decisions are, who is late."""
    cycle = read(f"/cycles/{cycle_id}")
    late = read(f"/cycles/{cycle_id}/late-tasks", limit=_LATE, cursor=request.args.get("cursor"))
    return personal(
        "cycle.html",
        cycle=cycle,
        edition=label_of(cycle["edition"]),
        progress=read(f"/cycles/{cycle_id}/progress"),
        late=late,
        **_decisions(cycle_id),
        checks=_checks(cycle_id) if cycle["drafts"] and not cycle["drafts"]["opened"] else [],
    )


@blueprint.get("/desk/cycles/<int:cycle_id>/release")
@allows(Operation.READ_PAGES)
def sum_up(cycle_id: int) -> Response:
    """What is about to be released, and what is not."""
    told = answered(f"/cycles/{cycle_id}/decisions")
    return personal("release.html", cycle=read(f"/cycles/{cycle_id}"), decisions=told.body, tag=told.tag)


def _decisions(cycle_id: int) -> dict[str, Any]:
    """How far the decisions are, or why the reader is not told."""
    try:
        return {"decisions": read(f"/cycles/{cycle_id}/decisions"), "untold": None}
    except Refused as refused:
        return {"decisions": None, "untold": refused.answer.body["messages"]}


def _checks(cycle_id: int) -> list[dict[str, Any]]:
    """My tasks to look at a cycle that has opened no draft."""
    waiting = read("/inbox", kind=TaskKind.CHECK_CYCLE, limit=_ALL)["items"]
    return [task for task in waiting if task["cycle"] == cycle_id]
