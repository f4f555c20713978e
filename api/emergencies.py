"""Break the glass: read a case that is not one's own for an hour, which another person has granted."""

from typing import Any

from flask.views import MethodView

from api.acting import changing, person
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.emergencies import EmergencyAccess as Line
from api.schemas.emergencies import EmergencyAccessPage
from api.schemas.people import Reason
from api.strict import Resources
from workflow import emergencies
from workflow.models import EmergencyAccess
from workflow.permissions import Operation
from workflow.queries.emergencies import AccessLine, access, accesses_known_to

blueprint = Resources("emergencies", "Reading a case that is not one's own, in an emergency")


@blueprint.route("/emergency-accesses")
class AccessesView(MethodView):
    """What has been asked for and granted."""

    @allows(Operation.READ_EMERGENCIES)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, EmergencyAccessPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List what I have asked for; HR and auditors, what was asked of the cases they see"""
        return page_of(accesses_known_to(person().id), [EmergencyAccess.id], arguments)


@blueprint.route("/cases/<int:case_id>/emergency-accesses")
class CaseAccessesView(MethodView):
    """Reading one case in an emergency."""

    @allows(Operation.ASK_EMERGENCY)
    @blueprint.arguments(Reason)
    @blueprint.response(201, Line)
    def post(self, given: dict[str, Any], case_id: int) -> AccessLine:
        """Ask to read a case for an hour, and say why; for administrators, and HR of another department

        HR and auditors are told, and one of them grants it or not, within a day. What is read by it is where
        the case stands, the nomination and the timeline: no review, no score, no vote; nothing can be done.
        """
        with changing(case_id) as (act, case):
            asked = emergencies.ask(act, case, reason=given["reason"])
            return access(act.db, act.person.id, asked.id)


@blueprint.route("/cases/<int:case_id>/emergency-accesses/<int:access_id>/grant")
class GrantView(MethodView):
    """The second person's word."""

    @allows(Operation.GRANT_EMERGENCY)
    @blueprint.response(200, Line)
    def post(self, case_id: int, access_id: int) -> AccessLine:
        """Let whoever has asked read the case for an hour from now; candidate and auditors are told"""
        with changing(case_id) as (act, case):
            granted = emergencies.grant(act, case, access_id)
            return access(act.db, act.person.id, granted.id)
