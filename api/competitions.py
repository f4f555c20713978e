"""Internal competitions: announce, seat the panel, score, decide."""

from collections.abc import Mapping
from typing import Any

from flask.views import MethodView

from api.acting import acting, competing, person
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.parts import people_by_number
from api.policy import allows
from api.schemas.competitions import (
    Competition,
    CompetitionLine,
    CompetitionPage,
    NewCompetition,
    NewJudge,
    Panel,
    Sheet,
)
from api.schemas.people import Reason
from api.strict import Resources
from workflow import competitions, models, panels
from workflow.act import Act
from workflow.errors import OwnCase
from workflow.models import PromotionCase
from workflow.permissions import Operation
from workflow.queries import competitions as competition_queries
from workflow.queries.editions import edition_for

blueprint = Resources("competitions", "Internal competitions for a post")


@blueprint.route("/competitions")
class CompetitionsView(MethodView):
    """All competitions."""

    @allows(Operation.READ_COMPETITIONS)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, CompetitionPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List competitions"""
        return page_of(competition_queries.announced(), [models.Competition.id], arguments, newest_first=True)

    @allows(Operation.RUN_COMPETITION)
    @blueprint.arguments(NewCompetition)
    @blueprint.response(201, CompetitionLine)
    def post(self, wanted: dict[str, Any]) -> models.Competition:
        """Announce a competition for a post"""
        cycle_id, edition_id = wanted.pop("cycle"), wanted.pop("edition")
        with acting() as act:
            edition_id = edition_for(act.db, on=act.now.date(), cycle_id=cycle_id, edition_id=edition_id)
            return competitions.announce(act, edition_id=edition_id, cycle_id=cycle_id, **wanted)


@blueprint.route("/competitions/<int:competition_id>")
class CompetitionView(MethodView):
    """One competition."""

    @allows(Operation.READ_COMPETITIONS)
    @blueprint.response(200, Competition)
    def get(self, competition_id: int) -> dict[str, Any]:
        """Read a competition with what of it concerns me"""
        found = competition_queries.competition(db.session(), competition_id, person().id)
        rules = found.rules
        return {
            "competition": found.competition,
            "entries": found.entries,
            "judges": found.judges,
            "criteria": [
                {"key": key, "name": rules.names[key], "weight": weight}
                for key, weight in rules.criteria.items()
            ]
            if rules is not None
            else [],
        }


@blueprint.route("/competitions/<int:competition_id>/panel")
class PanelView(MethodView):
    """The judges of a competition."""

    @allows(Operation.RUN_COMPETITION)
    @blueprint.arguments(Panel)
    @blueprint.response(200, CompetitionLine)
    def post(self, given: dict[str, Any], competition_id: int) -> models.Competition:
        """Seat the panel"""
        with competing(competition_id) as (act, competition, field):
            _refuse_candidate(act, field)
            judges = people_by_number(act, given["judges"])
            competitions.seat_panel(act, competition, field, judges)
        return competition


@blueprint.route("/competitions/<int:competition_id>/panel/<number>")
class SeatView(MethodView):
    """One judge's seat."""

    @allows(Operation.RUN_COMPETITION)
    @blueprint.arguments(NewJudge)
    @blueprint.response(200, CompetitionLine)
    def put(self, given: dict[str, Any], competition_id: int, number: str) -> models.Competition:
        """Put another judge in the place of one who has left or is late"""
        with competing(competition_id) as (act, competition, field):
            _refuse_candidate(act, field)
            old, new = people_by_number(act, [number, given["judge"]])
            panels.replace_judge(act, competition, field, old=old, new=new)
        return competition


@blueprint.route("/competitions/<int:competition_id>/entries/<int:case_id>/sheet")
class SheetView(MethodView):
    """One judge's sheet for one entry."""

    @allows(Operation.SCORE)
    @blueprint.arguments(Sheet)
    @blueprint.response(204)
    def put(self, given: dict[str, Any], competition_id: int, case_id: int) -> None:
        """Hand in my scores for an entry, or replace them while any sheet is missing"""
        with competing(competition_id) as (act, competition, field):
            competitions.score(act, competition, field, field[case_id], sheet=given["scores"])


@blueprint.route("/competitions/<int:competition_id>/decision")
class CompetitionDecisionView(MethodView):
    """The signing of the order of merit."""

    @allows(Operation.RUN_COMPETITION)
    @blueprint.arguments(Reason)
    @blueprint.response(200, CompetitionLine)
    def post(self, given: dict[str, Any], competition_id: int) -> models.Competition:
        """Sign the order of merit: first places go to the committee, the others to the reserve"""
        with competing(competition_id) as (act, competition, field):
            _refuse_candidate(act, field)
            competitions.decide(act, competition, field, reason=given["reason"])
        return competition


def _refuse_candidate(act: Act, field: Mapping[int, PromotionCase]) -> None:
    """HR people lose their rights over a competition they take part in."""
    if act.person.id in {case.candidate_id for case in field.values()}:
        raise OwnCase(operation=Operation.RUN_COMPETITION)
