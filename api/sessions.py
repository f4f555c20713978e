"""Sign in, see who is signed in, sign out."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from api import identity
from api.acting import person
from api.database import db
from api.policy import allows
from api.schemas.sessions import Credentials, SignedIn
from api.strict import Resources
from workflow.models import Employee, RoleHolding
from workflow.permissions import Operation

blueprint = Resources("sessions", "Signing in with number and password; lasts 12 hours")


@blueprint.route("/session")
class SessionView(MethodView):
    """The session of the caller."""

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.response(200, SignedIn)
    def get(self) -> dict[str, Any]:
        """Who is signed in"""
        return _signed_in(person())

    @allows(Operation.SIGN_IN)
    @blueprint.arguments(Credentials)
    @blueprint.response(201, SignedIn)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Sign in"""
        return _signed_in(identity.sign_in(given["number"], given["password"]))

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.response(204)
    def delete(self) -> None:
        """Sign out"""
        identity.sign_out()


def _signed_in(employee: Employee) -> dict[str, Any]:
    held = select(RoleHolding.role).where(RoleHolding.employee_id == employee.id).order_by(RoleHolding.role)
    return {
        "number": employee.number,
        "name": employee.name,
        "locale": employee.locale,
        "time_zone": employee.time_zone,
        "roles": db.session.scalars(held).all(),
    }
