"""Outcomes: what was decided on a case, and why, once it is released."""

from dataclasses import asdict
from typing import Any

from flask.views import MethodView

from api import wording
from api.acting import person
from api.database import db
from api.parts import seen_part
from api.plain import shallow
from api.policy import allows
from api.schemas.outcomes import Outcome
from api.strict import Resources
from translations import both
from workflow.models import PromotionCase
from workflow.permissions import Operation, Part
from workflow.queries.outcomes import Contest, OutcomeSeen, outcome

blueprint = Resources("outcomes", "What was decided, and how it came about")


@blueprint.route("/cases/<int:case_id>/outcome")
class OutcomeView(MethodView):
    """The outcome of a case."""

    @allows(Operation.READ_OUTCOME)
    @blueprint.response(200, Outcome)
    def get(self, case_id: int) -> dict[str, Any]:
        """Read why a case came out as it did, once the decision is released

        For the candidate, HR and auditors; superiors read the review and the count of the vote, but no scores
        of a competition. Nothing is shown of others, and nothing that fewer than the threshold have said.
        """
        case, _, parts = seen_part(case_id, Part.OUTCOME)
        found = outcome(db.session(), case, person().id)
        return {
            "decision": _decision(case, is_internal=Part.INTERNAL_REASON in parts),
            "build_up": wording.build_up(found.build_up),
            "review": found.review,
            "competition": _contest(found.contest) if found.contest is not None else None,
            "vote": _vote(found),
            "strengths": found.strengths,
            "gaps": found.gaps,
            "rights": [
                {"code": right.code, "messages": both(f"right.{right.code}"), "until": right.until}
                for right in found.rights
            ],
        }


def _decision(case: PromotionCase, *, is_internal: bool) -> dict[str, Any] | None:
    """None where no person has signed, as when a competition alone has set the case aside."""
    if case.decided_by_id is None:
        return None
    return {
        "decided_at": case.decided_at,
        "decided_by": case.decided_by,
        "text": case.outcome_text,
        "effective_on": case.effective_on,
        "internal_reason": case.internal_reason if is_internal else None,
    }


def _contest(contest: Contest) -> dict[str, Any]:
    rounds = wording.named(contest.rounds, {key: asdict(name) for key, name in contest.names.items()})
    return shallow(contest) | {"rounds": rounds}


def _vote(found: OutcomeSeen) -> dict[str, Any]:
    last = found.vote.ballots[-1] if found.vote.ballots else None
    return {
        "committee": found.vote.committee,
        "tally": last.shown if last is not None else None,
        "passed_over_because": found.vote.passed_over_because,
    }
