"""Cases: the list of those the reader may see, and the page of one."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from web import happenings, picking, process_picture
from web.asking import answered, every, read, read_if_allowed
from web.edition_words import criteria_of
from web.my_promotion import by_kind
from web.places import mended_at
from web.reader import reader
from web.rendering import Pages, personal
from web.ways_on import ways_on
from workflow.permissions import Operation
from workflow.vocabulary import Stage

blueprint = Pages("cases")

_SHOWN = 50


@blueprint.get("/cases")
@allows(Operation.READ_PAGES, reads={"query"})
def show_all() -> Response:
    """The cases I may see."""
    wanted = {name: request.args.get(name) or None for name in ("stage", "cycle", "cursor")}
    typed_name, number, doubts = picking.sought("candidate")
    wanted["candidate"] = number or typed_name or None
    found = read("/cases", limit=_SHOWN, **wanted)
    return personal(
        "cases.html",
        cases=found["items"],
        further=found["next"],
        wanted=wanted,
        typed_name=typed_name,
        doubts=doubts,
        stages=list(Stage),
        cycles=list(every("/cycles")),
    )


@blueprint.get("/cases/<int:case_id>")
@allows(Operation.READ_PAGES)
def show(case_id: int) -> Response:
    """One case: where it stands, what it needs, what has happened, what I can do."""
    told = answered(f"/cases/{case_id}")
    case = told.body
    parts = frozenset(case["parts"])
    return personal(
        "case.html",
        case=case,
        tag=told.tag,
        holders=by_kind(case["holders"]),
        road=process_picture.road(case),
        happening=happenings.in_words,
        ways_on=ways_on(case),
        mended_at=mended_at(case["stuck_reason"]) if reader().is_hr else None,
        links=_links(case),
        signatures=_items(f"/cases/{case_id}/approvals") if "nomination" in parts else [],
        eligibility=read_if_allowed(f"/cases/{case_id}/eligibility") if "eligibility" in parts else None,
        criteria=criteria_of(case["edition"]) if case["nomination"] else {},
    )


def _links(case: dict[str, Any]) -> list[tuple[str, str]]:
    """What else there is to see of a case, by the parts that its reader sees."""
    parts, here = frozenset(case["parts"]), f"/cases/{case['id']}"
    is_own = case["candidate"]["number"] == reader().number
    is_told = is_own or "internal_reason" in parts  # to the candidate, HR and auditors
    shown = {
        "review": "review_outcome" in parts and _has_reached_review(case),
        "vote": "tally" in parts and "committee" in _entered(case),
        "mentoring": "mentorship" in parts and "mentoring" in _entered(case),
        "outcome": is_told and case["outcome"] is not None,
        "letters": is_told and case["outcome"] is not None,
        "objections": "objections" in parts,
    }
    links = [(name, f"{here}/{name}") for name, is_shown in shown.items() if is_shown]
    return [*links, ("dossier", f"{here}/dossier")] if "internal_reason" in parts else links


def _has_reached_review(case: dict[str, Any]) -> bool:
    """Where the reader sees no timeline, a case is past its review unless it has not come to it."""
    if case["timeline"]:
        return "review" in _entered(case)
    return case["stage"] not in (Stage.DRAFT, Stage.NOMINATED)


def _entered(case: dict[str, Any]) -> frozenset[str]:
    moves = [one["facts"]["to"] for one in case["timeline"] or () if one["action"] == "stage_entered"]
    return frozenset([*moves, case["stage"]])


def _items(path: str) -> list[dict[str, Any]]:
    found = read_if_allowed(path)
    return found["items"] if found else []
