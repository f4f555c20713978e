"""The vote on a case: step aside, open the ballot, vote in secret, sign the decision."""

from typing import Any

from flask.views import MethodView

from api.acting import changing, contending, now, person, seen
from api.database import db
from api.parts import seen_part
from api.policy import allows
from api.preconditions import heading
from api.schemas.cases import CaseState
from api.schemas.people import Reason
from api.schemas.votes import (
    BallotPaper,
    BallotReasons,
    CommitteeDecision,
    Opening,
    OwnBallot,
    Referral,
    Vote,
)
from api.strict import Resources
from workflow import agenda, committees, decisions
from workflow.models import PromotionCase
from workflow.permissions import Operation, Part
from workflow.queries import own_tasks, votes
from workflow.vocabulary import TaskKind

blueprint = Resources("votes", "The committees' secret votes and what they decide")


@blueprint.route("/cases/<int:case_id>/committee")
class ReferralView(MethodView):
    """The committee a case is before."""

    @allows(Operation.REFER_TO_COMMITTEE)
    @blueprint.arguments(Referral)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Bring the case before another committee, such as an ad hoc one"""
        with changing(case_id) as (act, case):
            committees.refer(act, case, committee_id=given["committee"])
        return case


@blueprint.route("/cases/<int:case_id>/vote")
class VoteView(MethodView):
    """The vote on a case."""

    @allows(Operation.READ_VOTE)
    @blueprint.response(200, Vote)
    def get(self, case_id: int) -> tuple[votes.VoteSeen, dict[str, str]]:
        """Read the vote on a case: never who voted how, nothing of the count before the close

        Its ETag is that of my own ballot, where I am asked for one.
        """
        case, mine, _ = seen_part(case_id, Part.TALLY)
        found = votes.vote(db.session(), case, person().id, mine)
        is_open = found.have_i_voted is not None and found.ballots[-1].closed_at is None
        if not is_open:
            return found, {}
        mine_to_cast = own_tasks.latest_on(db.session(), case, person().id, TaskKind.CAST_BALLOT)
        return found, heading(mine_to_cast) if mine_to_cast else {}


@blueprint.route("/cases/<int:case_id>/votes")
class VotesView(MethodView):
    """The opening of a vote."""

    @allows(Operation.OPEN_BALLOT)
    @blueprint.arguments(Opening)
    @blueprint.response(201, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Open the secret ballot, with a reason for every better placed case it passes over"""
        deviation = {passed["case"]: passed["reason"] for passed in given["deviation"]}
        with contending(case_id) as (act, case):
            committees.open_ballot(act, case, deviation=deviation)
        return case


@blueprint.route("/cases/<int:case_id>/vote/reasons")
class BallotReasonsView(MethodView):
    """The reasons members gave with their ballots."""

    @allows(Operation.READ_BALLOT_REASONS)
    @blueprint.response(200, BallotReasons)
    def get(self, case_id: int) -> dict[str, Any]:
        """Read the reasons, shuffled and without names, to write the decision"""
        case, _ = seen(case_id)
        return {"reasons": votes.reasons(db.session(), case, person().id)}


@blueprint.route("/cases/<int:case_id>/ballot")
class BallotView(MethodView):
    """One member's ballot."""

    @allows(Operation.READ_OWN_BALLOT)
    @blueprint.response(200, OwnBallot)
    def get(self, case_id: int) -> tuple[votes.OwnBallot, dict[str, str]]:
        """Read my own ballot, until the close; nobody else can, then or later"""
        case, _ = seen(case_id)
        found = votes.own_ballot(db.session(), case, person().id, now())
        task = own_tasks.latest_on(db.session(), case, person().id, TaskKind.CAST_BALLOT)
        return found, heading(task) if task else {}

    @allows(Operation.CAST_BALLOT)
    @blueprint.arguments(BallotPaper)
    @blueprint.response(204)
    def put(self, given: dict[str, Any], case_id: int) -> None:
        """Vote, or change my vote until the close"""
        with changing(case_id) as (act, case):
            committees.cast_ballot(act, case, **given)


@blueprint.route("/cases/<int:case_id>/recusals")
class RecusalsView(MethodView):
    """Members who step aside."""

    @allows(Operation.RECUSE)
    @blueprint.arguments(Reason)
    @blueprint.response(204)
    def post(self, given: dict[str, Any], case_id: int) -> None:
        """Declare an interest and step aside"""
        with changing(case_id) as (act, case):
            committees.recuse(act, case, reason=given["reason"])


@blueprint.route("/cases/<int:case_id>/decision")
class DecisionView(MethodView):
    """The committee's written decision."""

    @allows(Operation.RECORD_DECISION)
    @blueprint.arguments(CommitteeDecision)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Sign the committee's decision with its reason"""
        with contending(case_id) as (act, case):
            decisions.record_decision(act, case, **given)
        return case


@blueprint.route("/cases/<int:case_id>/call-up")
class CallUpView(MethodView):
    """The way back from the reserve."""

    @allows(Operation.CALL_UP)
    @blueprint.arguments(Reason)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Bring a case that waits in reserve without a competition before the committee again"""
        with contending(case_id) as (act, case):
            agenda.call_up(act, case, reason=given["reason"])
        return case
