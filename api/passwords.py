"""One's own password."""

from typing import Any

from flask.views import MethodView

from api.access import signing_in
from api.policy import allows
from api.schemas.sessions import NewPassword
from api.strict import Resources
from workflow.permissions import Operation

blueprint = Resources("passwords", "One's own password, changed by whoever knows it")


@blueprint.route("/me/password")
class OwnPasswordView(MethodView):
    """The password of the caller."""

    @allows(Operation.PROVE_ONESELF)
    @blueprint.arguments(NewPassword)
    @blueprint.response(204)
    def put(self, given: dict[str, Any]) -> None:
        """Change my password; I stay signed in here and am signed out everywhere else"""
        signing_in.change_password(given["old"], given["new"])
