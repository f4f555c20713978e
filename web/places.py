"""On which page a task is done."""

from collections.abc import Mapping
from typing import Any

# By the kind of a task; what is not here is done on the page of its case.
_OF_CASE = {
    "review": "/cases/{case}/form",
    "open_ballot": "/cases/{case}/vote",
    "cast_ballot": "/cases/{case}/vote",
    "write_decision": "/cases/{case}/vote",
    "decide_objection": "/cases/{case}/objections",
    "acknowledge_letter": "/cases/{case}/letters",
    "name_mentor": "/cases/{case}/mentoring",
    "acknowledge_duties": "/cases/{case}/mentoring",
    "agree_plan": "/cases/{case}/mentoring",
    "check_in": "/cases/{case}/mentoring",
    "performance_check": "/cases/{case}/mentoring",
    "confirm": "/cases/{case}/mentoring",
}
# Where HR mends what holds a case up, by the reason why nobody can act.
_MENDED = {
    "no_competition_announced": "/competitions",
    "no_committee": "/committees",
    "quorum_impossible": "/committees",
    "everybody_recused": "/committees",
}
# By the kind of a task that has a page of its own, wherever its case stands.
_ABOUT = {
    **dict.fromkeys(("score", "confirm_score"), "/competitions/{competition}/entries/{case}"),
    **dict.fromkeys(("fix_data", "correct_data"), "/data-gaps/{id}"),
    "complete_calendar": "/desk/calendars?site={site}&year={detail}",
}


def place_of(task: Mapping[str, Any]) -> str:
    """The page on which a task of the inbox is done."""
    kind, case = task["kind"], task["case"]
    if kind in _ABOUT:
        return _ABOUT[kind].format_map(task)
    if task["cycle"] is not None:
        return f"/desk/cycles/{task['cycle']}"
    if task["competition"] is not None:
        return f"/competitions/{task['competition']}"
    if kind == "write_decision" and task["detail"] is not None:
        return f"/cases/{case}"  # HR ends a case outside a vote
    return _OF_CASE.get(kind, "/cases/{case}").format(case=case)


def mended_at(reason: str | None) -> str | None:
    """The page on which HR mends what holds a case up; None where there is no single one."""
    return _MENDED.get(reason or "")
