"""Roles: who holds which, and changes that one person proposes and a second confirms."""

from flask.views import MethodView
from sqlalchemy import select

from api.acting import acting
from api.database import db
from api.policy import allows
from api.schemas.roles import Roles, RoleStanding
from api.strict import Resources
from workflow import roles
from workflow.act import Act
from workflow.errors import NotFound
from workflow.models import Employee
from workflow.permissions import Operation
from workflow.queries import roles as role_queries
from workflow.vocabulary import Role

blueprint = Resources("roles", "HR, auditors and administrators: who they are, and who is to be")


@blueprint.route("/roles")
class RolesView(MethodView):
    """All roles."""

    @allows(Operation.READ_ROLES)
    @blueprint.response(200, Roles)
    def get(self) -> role_queries.Roles:
        """Read who holds which role, and what has been proposed"""
        return role_queries.roles(db.session())


@blueprint.route(f"/employees/<number>/roles/<any({', '.join(Role)}):role>")
class RoleView(MethodView):
    """One role of one person."""

    @allows(Operation.MANAGE_ROLES)
    @blueprint.response(200, RoleStanding)
    def put(self, number: str, role: str) -> role_queries.RoleStanding:
        """Propose that somebody holds a role, or confirm it

        An administrator proposes. It counts once another administrator says the same, or for HR and auditors
        somebody of HR; never whoever is to hold it. Where the role is held already, it ends a proposal to
        take it.
        """
        with acting() as act:
            person = _of(act, number)
            roles.give(act, person, Role(role))
            return role_queries.standing(act.db, person, Role(role))

    @allows(Operation.MANAGE_ROLES)
    @blueprint.response(200, RoleStanding)
    def delete(self, number: str, role: str) -> role_queries.RoleStanding:
        """Propose that somebody holds a role no more, or confirm it

        By two such people as give it. Where the role is not held, it ends a proposal to give it.
        """
        with acting() as act:
            person = _of(act, number)
            roles.take(act, person, Role(role))
            return role_queries.standing(act.db, person, Role(role))


def _of(act: Act, number: str) -> Employee:
    person = act.first(select(Employee).where(Employee.number == number))
    if person is None:
        raise NotFound(kind="employee")
    return person
