"""Kept apart: relatives, and open grievances, that keep people out of each other's cases."""

from typing import Any

from flask.views import MethodView

from api.acting import acting, person, reading
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.parts import by_number, people_by_number
from api.policy import allows
from api.schemas.kept_apart import NewPair, Pair, PairPage, Relatives
from api.strict import Resources
from workflow import keeping_apart
from workflow.models import KeptApart
from workflow.permissions import Operation
from workflow.queries.kept_apart import PAIR, PairLine, pairs_known_to, relatives_of
from workflow.vocabulary import ApartBecause

blueprint = Resources(
    "kept-apart", "Relatives, and open grievances, that keep people out of each other's cases"
)


@blueprint.route("/kept-apart")
class PairsView(MethodView):
    """The pairs on file."""

    @allows(Operation.KEEP_APART)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, PairPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List who is kept apart, but for grievances of mine"""
        return page_of(pairs_known_to(person().id), PAIR, arguments)

    @allows(Operation.KEEP_APART)
    @blueprint.arguments(NewPair)
    @blueprint.response(201, Pair)
    def post(self, given: dict[str, Any]) -> PairLine:
        """Keep two people apart; neither may be me

        From then on neither has a say in the other's cases: not as rater, approver, judge, member or HR.
        Relatives read of each other under `/me/relatives`; of a grievance neither of the two is told.
        """
        with acting() as act:
            one, other = people_by_number(act, [given["one"], given["other"]])
            key = keeping_apart.declare(act, one, other, because=given["because"]).id
        line: PairLine = reading().scalars(pairs_known_to(person().id).where(KeptApart.id == key)).one()
        return line


@blueprint.route(f"/kept-apart/<one>/<other>/<any({', '.join(ApartBecause)}):because>")
class PairView(MethodView):
    """One pair on file."""

    @allows(Operation.KEEP_APART)
    @blueprint.response(204)
    def delete(self, one: str, other: str, because: str) -> None:
        """Take a pair off the file, such as a grievance that is settled"""
        with acting() as act:
            keeping_apart.lift(act, by_number(act, one), by_number(act, other), because=ApartBecause(because))


@blueprint.route("/me/relatives")
class RelativesView(MethodView):
    """My relatives who work here."""

    @allows(Operation.READ_OWN_RELATIVES)
    @blueprint.response(200, Relatives)
    def get(self) -> dict[str, Any]:
        """Read who is on file as a relative of mine"""
        return {"items": relatives_of(db.session(), person().id)}
