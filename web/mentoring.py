"""The mentoring that follows a promotion: duties, plan, progress, talks, checks, and how it ends."""

from typing import Any

from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import answered, read, read_if_allowed
from web.reader import reader
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("mentoring")

ROWS_TO_FILL = 4


@blueprint.get("/cases/<int:case_id>/mentoring")
@allows(Operation.READ_PAGES)
def show(case_id: int) -> Response:
    """How the mentoring of a case goes, and what of it is for me to do."""
    told = answered(f"/cases/{case_id}", timeline=False)
    acts = told.body["acts"]
    mentorship = read_if_allowed(f"/cases/{case_id}/mentorship")
    return personal(
        "mentoring.html",
        case=told.body,
        tag=told.tag,
        acts=acts,
        tasks=told.body["tasks"],
        duties=read(f"/cases/{case_id}/mentorship/duties"),
        mentorship=mentorship,
        proposals=_proposals(case_id) if "name_mentor" in acts else [],
        rows_to_fill=ROWS_TO_FILL,
        next_talk=_next_talk(mentorship) if mentorship else None,
    )


def _next_talk(mentorship: dict[str, Any]) -> int | None:
    """The day of the first talk of which the reader has not noted what came of it."""
    own = "mentee_note" if mentorship["mentee"]["number"] == reader().number else "mentor_note"
    open_ = (talk["day"] for talk in mentorship["check_ins"] if not talk[own] and not talk["mentor_note"])
    return next(open_, None)


def _proposals(case_id: int) -> list[dict[str, object]]:
    found: list[dict[str, object]] = read(f"/cases/{case_id}/mentorship/proposals")["items"]
    return found
