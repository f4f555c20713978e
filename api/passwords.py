"""One's own password: changed by whoever knows it, or by a link in a mail."""

from typing import Any

from flask.views import MethodView

from api.access import resets, signing_in
from api.policy import allows
from api.schemas.passwords import NewPassword, ResetAsked, ResetFor, ResetPassword, Told
from api.strict import Resources
from translations import both
from workflow.models import Employee
from workflow.permissions import Operation

blueprint = Resources("passwords", "One's own password, changed by whoever knows it or reads one's mail")


@blueprint.route("/me/password")
class OwnPasswordView(MethodView):
    """The password of the caller."""

    @allows(Operation.PROVE_ONESELF)
    @blueprint.arguments(NewPassword)
    @blueprint.response(204)
    def put(self, given: dict[str, Any]) -> None:
        """Change my password; I stay signed in here and am signed out everywhere else"""
        signing_in.change_password(**given)


@blueprint.route("/password-resets")
class ResetsView(MethodView):
    """Links to a new password."""

    @allows(Operation.RESET_PASSWORD)
    @blueprint.arguments(ResetAsked)
    @blueprint.response(202, Told)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Have a link sent to the mail address on file; the answer is the same whether there is one or not"""
        resets.ask(given["person"])
        return {"messages": both("access.reset_asked")}


@blueprint.route("/password-resets/<token>")
class ResetView(MethodView):
    """The link from a mail."""

    @allows(Operation.RESET_PASSWORD)
    @blueprint.response(200, ResetFor)
    def get(self, token: str) -> Employee:
        """Whose password this changes"""
        return resets.whose(token)

    @allows(Operation.RESET_PASSWORD)
    @blueprint.arguments(ResetPassword)
    @blueprint.response(204)
    def post(self, given: dict[str, Any], token: str) -> None:
        """Set the new password, once; every session is over"""
        resets.use(token, given["password"])
