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
_SHEETS = ("score", "confirm_score")
_DATA = ("fix_data", "correct_data")


def place_of(task: Mapping[str, Any]) -> str:
    """The page on which a task of the inbox is done."""
    kind, case = task["kind"], task["case"]
    if kind in _SHEETS:
        return f"/competitions/{task['competition']}/entries/{case}"
    if kind in _DATA:
        return f"/data-gaps/{task['id']}"
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
