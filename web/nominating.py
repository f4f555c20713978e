"""Nominating: whom for what, with the eligibility shown before; then statement, evidence and waivers."""

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from api.acting import now
from api.policy import allows
from web import picking
from web.asking import answered, every, read, read_if_allowed
from web.reader import reader
from web.rendering import Pages, personal
from workflow.permissions import Operation
from workflow.rules.deadlines import local_day
from workflow.vocabulary import Stage

blueprint = Pages("nominating")

_STEP = ("track", "level", "post")


@blueprint.get("/nominate")
@allows(Operation.READ_PAGES, reads={"query"})
def show() -> Response:
    """Whom to nominate, then for what: each choice shows what it means."""
    typed_name, number, doubts = picking.sought("candidate")
    wanted = {name: request.args.get(name, "") for name in _STEP}
    standing = _standing(number)
    chosen = _chosen(standing, wanted)
    return personal(
        "nominate.html",
        number=number,
        typed_name=typed_name,
        doubts=doubts or ([] if standing or not number else [picking.nobody(number)]),
        standing=standing,
        wanted=wanted,
        chosen=chosen,
        cycles=_open_cycles(),
        departments=_departments() if chosen else [],
    )


@blueprint.get("/cases/<int:case_id>/nomination")
@allows(Operation.READ_PAGES)
def show_text(case_id: int) -> Response:
    """Statement and evidence of a nomination, kept while they are being written."""
    told = answered(f"/cases/{case_id}", brief=True)
    contents = read(f"/editions/{told.body['edition']}")["contents"]
    return personal(
        "nomination.html",
        case=told.body,
        tag=told.tag,
        criteria=contents["criteria"],
        returned=_returned(told.body),
    )


@blueprint.get("/cases/<int:case_id>/eligibility")
@allows(Operation.READ_PAGES)
def show_eligibility(case_id: int) -> Response:
    """What every rule of eligibility has answered, and HR's ways on."""
    told = answered(f"/cases/{case_id}", brief=True)
    found = read(f"/cases/{case_id}/eligibility")["items"]
    return personal("eligibility.html", case=told.body, tag=told.tag, findings=found)


@blueprint.get("/cases/<int:case_id>/letters")
@allows(Operation.READ_PAGES)
def show_letters(case_id: int) -> Response:
    """What the candidate was told in writing."""
    told = answered(f"/cases/{case_id}", brief=True)
    letters = list(every(f"/cases/{case_id}/letters"))
    return personal("letters.html", case=told.body, letters=letters)


def _standing(number: str) -> dict[str, Any] | None:
    if not number:
        return None
    path = "/me/standing" if number == reader().number else f"/employees/{number}/standing"
    found: dict[str, Any] | None = read_if_allowed(path)
    return found


def _chosen(standing: dict[str, Any] | None, wanted: dict[str, str]) -> dict[str, Any] | None:
    steps = standing["targets"] if standing else []
    found = (step for step in steps if step["track"] == wanted["track"] and step["level"] == wanted["level"])
    return next((step for step in found if wanted["post"] in [post["key"] for post in step["posts"]]), None)


def _returned(case: dict[str, Any]) -> dict[str, Any] | None:
    """Whoever has sent it back to its author, where that is the last that was said of it."""
    if "revise_nomination" not in case["acts"] or case["stage"] != Stage.NOMINATED:
        return None
    signatures: list[dict[str, Any]] = read(f"/cases/{case['id']}/approvals")["items"]
    last = max(one["attempt"] for one in signatures)
    return next((one for one in signatures if one["attempt"] == last and one["state"] == "returned"), None)


def _departments() -> list[tuple[int, str]]:
    return [(one["id"], one["name"]) for one in every("/departments")]


def _open_cycles() -> list[dict[str, Any]]:
    today = local_day(now(), reader().zone).isoformat()
    return [one for one in every("/cycles") if one["opens_on"] <= today <= one["closes_on"]]
