"""Everything that can be looked at: every GET of the API for one case, with every search and filter."""

import re

from flask import Flask

from api.policy import routes_of
from tests.api.calls import API

# What stands in a path when nothing else is said: the first thing of its kind.
_FIRST = {"number": "P1", "day": "30", "week": "13"}
_FILTERS = (
    *("/cases?mine=true", "/cases?candidate=C", "/cases?stage=review", "/cases?stage=committee"),
    *("/cases?stage=notice", "/cases?limit=1", "/inbox?kind=review", "/inbox?kind=cast_ballot"),
    *("/inbox?kind=write_decision", "/inbox?limit=1", "/reviews?limit=1", "/employees?q=P1&limit=2"),
    *("/employees?department=1", "/committees/1/agenda?limit=1", "/people?q=Person"),
)


def every_look(app: Flask, *, case_id: int, tasks: int = 12) -> list[str]:
    """The paths of all that can be read, without the description of the API and customers' links."""
    looks = []
    for rule, method, _ in routes_of(app):
        if method == "GET" and rule.startswith(API) and not rule.endswith(("openapi.json", "<token>")):
            looks.append(_filled(rule.removeprefix(API), case_id))
    one_task = "/tasks/1"
    looks.remove(one_task)
    keys = [str(key) for key in range(1, tasks + 1)]
    to_sign = [f"/approvals?tasks={','.join(keys[:20])}", f"/approvals?tasks={keys[-1]}"]
    return [*sorted(looks), *_FILTERS, *to_sign, *(f"/tasks/{key}" for key in keys)]


def _filled(rule: str, case_id: int) -> str:
    keys = _FIRST | {"case_id": str(case_id)}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda name: keys.get(name[1], "1"), rule)
