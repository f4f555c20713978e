"""Competitions: announcements, entries and results as far as the reader may know, and the judges' sheets."""

from collections.abc import Iterator
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import answered, every, read
from web.edition_words import criteria_of
from web.reader import reader
from web.rendering import Pages, personal
from workflow.permissions import Operation
from workflow.vocabulary import ROTATING_SEAT

blueprint = Pages("competitions")

_HALVES = [half / 2 for half in range(2, 11)]


@blueprint.get("/competitions")
@allows(Operation.READ_PAGES, reads={"query"})
def show_all() -> Response:
    """Everything that is or was announced; HR announces another."""
    found = read("/competitions", cursor=request.args.get("cursor"))
    runs = "hr" in reader().roles
    return personal(
        "competitions.html",
        competitions=found["items"],
        further=found["next"],
        targets=list(_targets()) if runs else None,
        cycles=list(_named("/cycles")) if runs else [],
        departments=list(_named("/departments")) if runs else [],
    )


@blueprint.get("/competitions/<int:competition_id>")
@allows(Operation.READ_PAGES)
def show(competition_id: int) -> Response:
    """One competition, and what of it concerns the reader."""
    told = answered(f"/competitions/{competition_id}")
    found = told.body
    mine = {judge["panel"] for judge in found["judges"] if judge["number"] == reader().number}
    entries = found["entries"]
    return personal(
        "competition.html",
        seen=found,
        contest=found["competition"],
        tag=told.tag,
        entries=sorted(entries, key=_in_order),
        names={entry["case"]: entry["candidate"]["name"] for entry in entries},
        judged=[entry["case"] for entry in entries if mine & {ROTATING_SEAT, entry["panel"]}],
        runs="hr" in reader().roles,
        department=_department(found["competition"]),
        is_last=found["competition"]["round"] == len(found["rounds"]),
    )


@blueprint.get("/competitions/<int:competition_id>/entries/<int:case_id>")
@allows(Operation.READ_PAGES)
def show_sheet(competition_id: int, case_id: int) -> Response:
    """A judge's sheet for one entry, beside what speaks for the candidate."""
    told = answered(f"/competitions/{competition_id}/entries/{case_id}/sheet")
    case = read(f"/cases/{case_id}", brief=True)
    return personal(
        "sheet.html",
        case=case,
        sheet=told.body,
        tag=told.tag,
        marks=sorted({*_HALVES, *told.body["scores"].values()}),
        criteria=criteria_of(case["edition"]),
    )


def _department(contest: dict[str, Any]) -> str | None:
    """To whom it is open, where that is one department."""
    if contest["department"] is None:
        return None
    return dict(_named("/departments")).get(contest["department"])


def _named(path: str) -> Iterator[tuple[int, str]]:
    return ((one["id"], one["name"]) for one in every(path))


def _in_order(entry: dict[str, Any]) -> tuple[bool, int, int]:
    """Who has a place first, then by the running order."""
    return entry["place"] is None, entry["place"] or 0, entry["position"] or 0


def _targets() -> Iterator[tuple[str, str, str]]:
    """Track, level and post of every step that is filled by competition."""
    for ladder in read("/ladders")["ladders"]:
        for rung in ladder["levels"]:
            if rung["step"] is not None and rung["step"]["competition"] is not None:
                yield from ((ladder["track"], rung["level"], post["key"]) for post in rung["posts"])
