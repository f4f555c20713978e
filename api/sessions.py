"""Sign in, see who is signed in and where, sign out here or elsewhere."""

from collections.abc import Sequence
from typing import Any

from flask import g
from flask.views import MethodView
from sqlalchemy import select

from api.access import offices, proofs, sessions, signing_in
from api.access.offices import Office
from api.acting import acting, now, own_session, person
from api.database import db
from api.models import AccessSession
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.sessions import Credentials, OwnSessionPage, Proof, Proved, SignedIn
from api.strict import Resources
from workflow.calendars import calendar_of
from workflow.errors import NotFound
from workflow.models import Employee
from workflow.permissions import Operation

blueprint = Resources("sessions", "Signing in; a session lasts 12 hours, and 30 minutes after its last use")


@blueprint.route("/session")
class SessionView(MethodView):
    """The session of the caller."""

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.response(200, SignedIn)
    def get(self) -> dict[str, Any]:
        """Who is signed in"""
        return signed_in(person(), g.caller.offices)

    @allows(Operation.SIGN_IN)
    @blueprint.arguments(Credentials)
    @blueprint.response(201, SignedIn)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Sign in"""
        return signed_in(signing_in.sign_in(**given))

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.response(204)
    def delete(self) -> None:
        """Sign out"""
        signing_in.sign_out()


@blueprint.route("/session/proof")
class ProofView(MethodView):
    """Proving again who one is."""

    @allows(Operation.PROVE_ONESELF)
    @blueprint.arguments(Proof)
    @blueprint.response(200, Proved)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Prove that it is still me, before a ballot, a decision, a waiver, a publication or an export"""
        return {"until": proofs.prove_by_password(**given)}


@blueprint.route("/me/sessions")
class OwnSessionsView(MethodView):
    """Where the caller is signed in."""

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, OwnSessionPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List one's sessions"""
        is_current = AccessSession.id == own_session().id
        own = select(AccessSession, is_current).where(sessions.of(person().id, now()))
        page = page_of(own, [AccessSession.id], arguments)
        return Page([_listed(*row) for row in page.items], page.next)

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.response(204)
    def delete(self) -> None:
        """Sign out everywhere else"""
        with acting() as act:
            sessions.end(act, AccessSession.person_id == act.person.id, AccessSession.id != own_session().id)


@blueprint.route("/me/sessions/<int:session_id>")
class OwnSessionView(MethodView):
    """One of one's own sessions."""

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.response(204)
    def delete(self, session_id: int) -> None:
        """Sign out in one browser"""
        with acting() as act:
            if not sessions.end(act, sessions.of(act.person.id, act.now), AccessSession.id == session_id):
                raise NotFound(kind="session")


def signed_in(employee: Employee, held: Sequence[Office] | None = None) -> dict[str, Any]:
    """Who is signed in, as he is shown; his roles are looked up unless they are known."""
    roles = offices.of(db.session(), employee) if held is None else held
    calendar = calendar_of(employee.site)
    return {
        "number": employee.number,
        "name": employee.name,
        "locale": employee.locale,
        "time_zone": employee.time_zone,
        "country": calendar.country,
        "days_worked": sorted(calendar.worked),
        "days_off": sorted(calendar.off),
        "roles": [one.role for one in roles if one.department is None],
        "hr_department": next((one.department for one in roles if one.department), None),
    }


def _listed(one: AccessSession, is_current: bool) -> dict[str, Any]:
    return {
        "id": one.id,
        "browser": one.browser,
        "begun_at": one.begun_at,
        "seen_at": one.seen_at,
        "proved_at": one.proved_at,
        "is_current": bool(is_current),
    }
