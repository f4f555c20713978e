"""The vote on a case: what speaks for the candidate, the ballot, its count, the decision."""

from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import answered, read
from web.edition_words import criteria_of
from web.rendering import Pages, personal
from workflow.permissions import Operation
from workflow.vocabulary import Choice

blueprint = Pages("votes")


@blueprint.get("/cases/<int:case_id>/ballot")
@allows(Operation.READ_PAGES)
def show_own(case_id: int) -> Response:
    """How I have voted, to me alone, and the form to vote otherwise."""
    ballot = answered(f"/cases/{case_id}/ballot")
    case, vote = read(f"/cases/{case_id}", brief=True), read(f"/cases/{case_id}/vote")
    return personal(
        "ballot.html",
        case=case,
        vote=vote,
        ballot=ballot.body,
        ballot_tag=ballot.tag,
        choices=list(Choice),
    )


@blueprint.get("/cases/<int:case_id>/vote")
@allows(Operation.READ_PAGES)
def show(case_id: int) -> Response:
    """The vote on one case, and what the reader can do in it now."""
    here = f"/cases/{case_id}"
    told, vote = answered(here, brief=True), answered(f"{here}/vote")
    case, parts = told.body, frozenset(told.body["parts"])
    return personal(
        "vote.html",
        case=case,
        tag=told.tag,
        vote=vote.body,
        ballot_tag=vote.tag,
        last=vote.body["ballots"][-1] if vote.body["ballots"] else None,
        choices=list(Choice),
        eligibility=read(f"{here}/eligibility")["items"] if "eligibility" in parts else [],
        review=read(f"{here}/review")["outcome"] if "review_outcome" in parts else None,
        reasons=read(f"{here}/vote/reasons")["reasons"] if "read_ballot_reasons" in case["acts"] else [],
        criteria=criteria_of(case["edition"]),
        others=[(body["id"], body["name"]) for body in vote.body["other_committees"]],
    )
