"""The HR desk: how far a cycle is, who is late, what is stuck, and the way to all else HR sees to."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.acting import now
from api.policy import allows
from web.asking import read
from web.places import mended_at
from web.reader import reader
from web.rendering import Pages, personal
from workflow.permissions import Operation
from workflow.rules.deadlines import local_day

blueprint = Pages("desk")

_ALL = 200
_FEW = 15


@blueprint.get("/desk")
@allows(Operation.READ_PAGES, reads={"query"})
def show() -> Response:
    """How far one cycle is, the latest unless another is chosen, and what is stuck in any."""
    stuck = read("/stuck-cases", limit=_FEW)
    cycles = read("/cycles", limit=_ALL)["items"]
    shown = _chosen(cycles)
    here = f"/cycles/{shown['id']}" if shown else ""
    return personal(
        "desk.html",
        stuck=stuck["items"],
        mended_at=mended_at,
        uncounted=[site for site in read("/sites")["items"] if site["unknown_year"]],
        more_stuck=stuck["next"],
        cycles=cycles[::-1],
        cycle=shown,
        progress=read(f"{here}/progress") if shown else None,
        late=read(f"{here}/late-tasks", limit=_FEW) if shown else None,
    )


def require_hr() -> None:
    """Show a page to HR of the whole company alone, who keep people apart; raises Refused."""
    read("/kept-apart", limit=1)


def _chosen(cycles: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The cycle that is asked for, or else the last that has begun."""
    wanted, today = request.args.get("cycle"), local_day(now(), reader().zone).isoformat()
    asked = [one for one in cycles if str(one["id"]) == wanted]
    begun = [one for one in cycles if one["opens_on"] <= today]
    return next(iter(asked or begun[-1:] or cycles[-1:]), None)
