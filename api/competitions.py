"""Internal competitions: announce, seat the panel, score, decide."""

from typing import Any

from flask.views import MethodView

from api.acting import acting, changing, competing, person, seen
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.parts import people_by_number
from api.plain import shallow
from api.policy import allows
from api.preconditions import heading
from api.schemas.cases import CaseState
from api.schemas.competitions import (
    Competition,
    CompetitionLine,
    CompetitionPage,
    Extension,
    NewCompetition,
    NewJudge,
    OrderOfMerit,
    OwnSheet,
    Panel,
    ScoreConfirmation,
    Sheet,
)
from api.schemas.people import Decision, Reason
from api.strict import Resources
from workflow import competitions, judging, models, placings, reserve, vacancies
from workflow.models import PromotionCase
from workflow.permissions import Operation
from workflow.placings import Ties
from workflow.queries import competitions as competition_queries
from workflow.queries import own_tasks, sheets
from workflow.queries.editions import edition_for
from workflow.rules.edition import CompetitionRules
from workflow.vocabulary import TaskKind, TaskState

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
            announcement = competitions.Announcement(**wanted)
            return competitions.announce(act, announcement, edition_id=edition_id, cycle_id=cycle_id)


@blueprint.route("/competitions/<int:competition_id>")
class CompetitionView(MethodView):
    """One competition."""

    @allows(Operation.READ_COMPETITIONS)
    @blueprint.response(200, Competition)
    def get(self, competition_id: int) -> tuple[dict[str, Any], dict[str, str]]:
        """Read a competition with what of it concerns me"""
        found = competition_queries.competition(db.session(), competition_id, person().id)
        told = {
            "competition": found.competition,
            "rounds": [
                {**shallow(one), "scored": _criteria(found.rules, number)}
                for number, one in enumerate(found.rules.rounds, start=1)
            ],
            "criteria": _criteria(found.rules, found.competition.round_number),
            "entries": found.entries,
            "judges": found.judges,
            "evidence": found.evidence,
        }
        return told, heading(found.competition)


@blueprint.route("/competitions/<int:competition_id>/extension")
class ExtensionView(MethodView):
    """The longer opening of a competition."""

    @allows(Operation.RUN_COMPETITION)
    @blueprint.arguments(Extension)
    @blueprint.response(200, CompetitionLine)
    def post(self, given: dict[str, Any], competition_id: int) -> models.Competition:
        """Keep a competition open, or open it again, until a later day"""
        with competing(competition_id) as (act, competition, field):
            competitions.extend(act, competition, field, closes_on=given["closes_on"])
        return competition


@blueprint.route("/competitions/<int:competition_id>/cancellation")
class CancellationView(MethodView):
    """The calling off of a competition."""

    @allows(Operation.RUN_COMPETITION)
    @blueprint.arguments(Reason)
    @blueprint.response(200, CompetitionLine)
    def post(self, given: dict[str, Any], competition_id: int) -> models.Competition:
        """Call a competition off before its panel is seated; its cases wait for the next one"""
        with competing(competition_id) as (act, competition, field):
            competitions.cancel(act, competition, field, reason=given["reason"])
        return competition


@blueprint.route("/competitions/<int:competition_id>/panel")
class PanelView(MethodView):
    """The panels of a competition."""

    @allows(Operation.RUN_COMPETITION)
    @blueprint.arguments(Panel)
    @blueprint.response(200, CompetitionLine)
    def post(self, given: dict[str, Any], competition_id: int) -> models.Competition:
        """Draw the panels from these judges once entries are closed"""
        with competing(competition_id) as (act, competition, field):
            judges = people_by_number(act, given["judges"])
            judging.seat_panel(act, competition, field, judges)
        return competition


@blueprint.route("/competitions/<int:competition_id>/panel/<number>")
class SeatView(MethodView):
    """One judge's seat."""

    @allows(Operation.RUN_COMPETITION)
    @blueprint.arguments(NewJudge)
    @blueprint.response(200, CompetitionLine)
    def put(self, given: dict[str, Any], competition_id: int, number: str) -> models.Competition:
        """Put another judge in the place of one who has left, is late or has come to have a stake"""
        with competing(competition_id) as (act, competition, field):
            old, new = people_by_number(act, [number, given["judge"]])
            vacancies.replace_judge(act, competition, field, old=old, new=new)
        return competition


@blueprint.route("/competitions/<int:competition_id>/entries/<int:case_id>/sheet")
class SheetView(MethodView):
    """One judge's sheet for one entry."""

    @allows(Operation.READ_SHEET)
    @blueprint.response(200, OwnSheet)
    def get(self, competition_id: int, case_id: int) -> tuple[dict[str, Any], dict[str, str]]:
        """Read what I am asked for an entry in this round, and what I have handed in; only I can

        Its ETag is that of my own task.
        """
        case, _ = seen(case_id)
        sheet = sheets.own_sheet(db.session(), competition_id, case, person().id)
        kinds = TaskKind.SCORE, TaskKind.CONFIRM_SCORE
        task = own_tasks.latest_on(db.session(), case, person().id, *kinds)
        told = {
            "criteria": _criteria(sheet.rules, sheet.competition.round_number),
            "is_doubted": _is_to_confirm(task),
        }
        return shallow(sheet) | told, heading(task) if task else {}

    @allows(Operation.SCORE)
    @blueprint.arguments(Sheet)
    @blueprint.response(204)
    def put(self, given: dict[str, Any], competition_id: int, case_id: int) -> None:
        """Hand in my scores for an entry, or replace them while any sheet of the round is missing"""
        with competing(competition_id) as (act, competition, field):
            judging.score(act, competition, field, field[case_id], sheet=given["scores"])


@blueprint.route("/competitions/<int:competition_id>/entries/<int:case_id>/recusals")
class InterestView(MethodView):
    """Judges who step aside."""

    @allows(Operation.RECUSE)
    @blueprint.arguments(Reason)
    @blueprint.response(204)
    def post(self, given: dict[str, Any], competition_id: int, case_id: int) -> None:
        """Declare an interest in an entry and leave the panel

        The seat falls vacant for every entry of the panel, and sealed sheets go with it; HR has three working
        days to name another.
        """
        with competing(competition_id) as (act, competition, field):
            judging.declare_interest(act, competition, field, field[case_id], reason=given["reason"])


@blueprint.route("/competitions/<int:competition_id>/entries/<int:case_id>/sheet/confirmation")
class ConfirmationView(MethodView):
    """The standing by a sheet that lies far from the others."""

    @allows(Operation.SCORE)
    @blueprint.arguments(ScoreConfirmation)
    @blueprint.response(204)
    def post(self, given: dict[str, Any], competition_id: int, case_id: int) -> None:
        """Confirm my scores with evidence, which is what I am asked where they lie far from the others"""
        with competing(competition_id) as (act, competition, field):
            judging.confirm_score(act, competition, field, field[case_id], evidence=given["evidence"])


@blueprint.route("/competitions/<int:competition_id>/shortlist")
class ShortlistView(MethodView):
    """The signing of who goes on to the next round."""

    @allows(Operation.RUN_COMPETITION)
    @blueprint.arguments(Reason)
    @blueprint.response(200, CompetitionLine)
    def post(self, given: dict[str, Any], competition_id: int) -> models.Competition:
        """Sign the shortlist: who is not on it is passed over, and the next round begins"""
        with competing(competition_id) as (act, competition, field):
            judging.sign_shortlist(act, competition, field, reason=given["reason"])
        return competition


@blueprint.route("/competitions/<int:competition_id>/decision")
class CompetitionDecisionView(MethodView):
    """The signing of the order of merit."""

    @allows(Operation.RUN_COMPETITION)
    @blueprint.arguments(OrderOfMerit)
    @blueprint.response(200, CompetitionLine)
    def post(self, given: dict[str, Any], competition_id: int) -> models.Competition:
        """Sign the order of merit: first places go to the committee, the others to the reserve"""
        ties = Ties(given["order"], {tie["case"]: tie["reason"] for tie in given["ties"]})
        with competing(competition_id) as (act, competition, field):
            placings.decide(act, competition, field, reason=given["reason"], ties=ties)
        return competition


@blueprint.route("/competitions/<int:competition_id>/call-up")
class CallUpView(MethodView):
    """The calling up of the next in reserve."""

    @allows(Operation.RUN_COMPETITION)
    @blueprint.arguments(Reason)
    @blueprint.response(200, CompetitionLine)
    def post(self, given: dict[str, Any], competition_id: int) -> models.Competition:
        """Bring the next of the reserve before the committee because a seat is free"""
        with competing(competition_id) as (act, competition, field):
            reserve.call_up(act, competition, field, reason=given["reason"])
        return competition


@blueprint.route("/cases/<int:case_id>/reserve-expiry")
class ReserveExpiryView(MethodView):
    """The end of a place in reserve."""

    @allows(Operation.RUN_COMPETITION)
    @blueprint.arguments(Decision)
    @blueprint.response(200, CaseState)
    def post(self, given: dict[str, Any], case_id: int) -> PromotionCase:
        """Sign that a place in reserve has come to its end"""
        with changing(case_id) as (act, case):
            reserve.expire(act, case, **given)
        return case


def _criteria(rules: CompetitionRules, number: int) -> list[dict[str, Any]]:
    """What is scored in a round, by name."""
    asked, names = rules.asked_in(number), rules.names
    return [{"key": key, "name": names[key], "weight": weight} for key, weight in asked.items()]


def _is_to_confirm(task: models.Task | None) -> bool:
    return task is not None and (task.kind, task.state) == (TaskKind.CONFIRM_SCORE, TaskState.OPEN)
