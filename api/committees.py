"""Committees: seat them, recuse oneself, vote in secret, sign the decision."""

from typing import Any

from flask.views import MethodView

from api.acting import acting, changing, person
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.parts import people_by_number, seen_part
from api.policy import allows
from api.schemas.cases import CaseState
from api.schemas.committees import (
    BallotPaper,
    Committee,
    CommitteeDecision,
    CommitteePage,
    NewCommittee,
    Vote,
)
from api.schemas.people import Reason
from api.strict import Resources
from workflow import committees, models
from workflow.models import PromotionCase
from workflow.permissions import Operation, Part
from workflow.queries import committees as committee_queries
from workflow.queries import votes

blueprint = Resources("committees", "Committees and their secret votes")


@blueprint.route("/committees")
class CommitteesView(MethodView):
    """All committees."""

    @allows(Operation.READ_COMMITTEES)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, CommitteePage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List committees with their members"""
        page = page_of(committee_queries.committees(), [models.Committee.id], arguments)
        return Page(committee_queries.with_seats(db.session(), page.items), page.next)

    @allows(Operation.SEAT_COMMITTEE)
    @blueprint.arguments(NewCommittee)
    @blueprint.response(201, Committee)
    def post(self, wanted: dict[str, Any]) -> committee_queries.CommitteeSeen:
        """Seat a committee for a term of office"""
        numbers, chair = wanted.pop("members"), wanted.pop("chair")
        with acting() as act:
            members = people_by_number(act, numbers)
            chairs = people_by_number(act, [chair])
            committee = committees.constitute(act, members=members, chair=chairs[0], **wanted)
            return committee_queries.with_seats(act.db, [committee])[0]


@blueprint.route("/cases/<int:case_id>/vote")
class VoteView(MethodView):
    """The vote on a case."""

    @allows(Operation.READ_VOTE)
    @blueprint.response(200, Vote)
    def get(self, case_id: int) -> votes.VoteSeen:
        """Read the vote on a case: never who voted how, nothing of the count before the close"""
        case, mine, _ = seen_part(case_id, Part.TALLY)
        return votes.vote(db.session(), case, person().id, mine)


@blueprint.route("/cases/<int:case_id>/votes")
class VotesView(MethodView):
    """The opening of a vote."""

    @allows(Operation.OPEN_BALLOT)
    @blueprint.response(201, CaseState)
    def post(self, case_id: int) -> PromotionCase:
        """Open the secret ballot"""
        with changing(case_id) as (act, case):
            committees.open_ballot(act, case)
        return case


@blueprint.route("/cases/<int:case_id>/ballot")
class BallotView(MethodView):
    """One member's ballot."""

    @allows(Operation.CAST_BALLOT)
    @blueprint.arguments(BallotPaper)
    @blueprint.response(204)
    def put(self, given: dict[str, Any], case_id: int) -> None:
        """Vote, or change my vote until the close"""
        with changing(case_id) as (act, case):
            committees.cast_ballot(act, case, choice=given["choice"])


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
        with changing(case_id) as (act, case):
            committees.record_decision(act, case, **given)
        return case
