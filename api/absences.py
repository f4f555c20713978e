"""Absences: who is away, and who stands in meanwhile."""

from typing import Any

from flask.views import MethodView

from api.acting import acting, person
from api.pagination import Page, PageArguments, page_of
from api.parts import by_number
from api.policy import allows
from api.schemas.absences import Absence as Line
from api.schemas.absences import AbsencePage, NewAbsence
from api.strict import Resources
from workflow import absences
from workflow.errors import NotFound
from workflow.models import Absence
from workflow.permissions import Operation
from workflow.queries.absences import AbsenceLine, absence, absences_known_to

blueprint = Resources("absences", "Who is away, and who stands in meanwhile")


@blueprint.route("/absences")
class AbsencesView(MethodView):
    """Absences, and who stands in."""

    @allows(Operation.READ_ABSENCES)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, AbsencePage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List the absences of mine, of my reports, and those in which I stand in; HR sees all"""
        return page_of(absences_known_to(person().id), [Absence.id], arguments)

    @allows(Operation.NAME_SUBSTITUTE)
    @blueprint.arguments(NewAbsence)
    @blueprint.response(201, Line)
    def post(self, given: dict[str, Any]) -> AbsenceLine:
        """Let somebody do my tasks while I am away, or those of a report of mine; HR, those of anybody

        Approvals, ratings during mentoring and the decision at its end, those already open included, of one
        kind or of all; the rest is personal. Nothing goes to somebody with a part or a stake in the case, nor
        any further. Whoever is away may act all the same.
        """
        with acting() as act:
            number = given.pop("absent")
            absent = by_number(act, number) if number is not None else act.person
            substitute = by_number(act, given.pop("substitute"))
            named = absences.name_substitute(act, absent, substitute, **given)
            return absence(act.db, act.person.id, named.id)


@blueprint.route("/absences/<int:absence_id>")
class AbsenceView(MethodView):
    """One absence."""

    @allows(Operation.END_SUBSTITUTION)
    @blueprint.response(204)
    def delete(self, absence_id: int) -> None:
        """End it now: for either of the two, the line manager of whoever is away, and HR"""
        with acting() as act:
            found = act.db.get(Absence, absence_id)
            if found is None:
                raise NotFound(kind="absence")
            absences.end(act, found)
