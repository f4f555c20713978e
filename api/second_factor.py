"""One's own second factor: begin it, confirm it with a code, see it, end it."""

from typing import Any

from flask.views import MethodView

from api.access import second_factor
from api.acting import acting, person
from api.database import db
from api.policy import allows
from api.schemas.second_factor import Code, NewSecondFactor, RecoveryCodes, SecondFactorState
from api.strict import Resources
from workflow.permissions import Operation

blueprint = Resources("second_factor", "One's own second factor: codes of an authenticator app")


@blueprint.route("/me/second-factor")
class SecondFactorView(MethodView):
    """The second factor of the caller."""

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.response(200, SecondFactorState)
    def get(self) -> dict[str, Any]:
        """Whether codes are asked of me"""
        me, session = person().id, db.session()
        left = second_factor.recovery_codes_left(session, me)
        return {"is_on": second_factor.is_on(session, me), "recovery_codes_left": left}

    @allows(Operation.SECURE_OWN_ACCESS)
    @blueprint.response(201, NewSecondFactor)
    def post(self) -> dict[str, Any]:
        """Begin: get a secret for my app; codes are asked for once I have confirmed it"""
        with acting() as act:
            secret, uri = second_factor.begin(act)
        return {"secret": secret, "uri": uri}

    @allows(Operation.SECURE_OWN_ACCESS)
    @blueprint.response(204)
    def delete(self) -> None:
        """Have no codes asked of me any more"""
        with acting() as act:
            second_factor.remove(act, act.person)


@blueprint.route("/me/second-factor/confirmation")
class ConfirmationView(MethodView):
    """The first code of an app."""

    @allows(Operation.SECURE_OWN_ACCESS)
    @blueprint.arguments(Code)
    @blueprint.response(200, RecoveryCodes)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Confirm with a code that my app has the secret; recovery codes are shown this once"""
        with acting() as act:
            codes = second_factor.confirm(act, given["code"])
        return {"recovery_codes": codes}


@blueprint.route("/me/second-factor/recovery-codes")
class RecoveryCodesView(MethodView):
    """Codes for when the phone is lost."""

    @allows(Operation.SECURE_OWN_ACCESS)
    @blueprint.response(201, RecoveryCodes)
    def post(self) -> dict[str, Any]:
        """Get other recovery codes; those so far are worth nothing"""
        with acting() as act:
            codes = second_factor.renew_recovery_codes(act)
        return {"recovery_codes": codes}
