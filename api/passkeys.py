"""One's own passkeys: make, list, rename, remove; sign in with one, prove oneself by one."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from api.access import passkeys, proofs, signing_in
from api.acting import acting, person
from api.models import Passkey
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.passkeys import (
    Credential,
    NewPasskey,
    OwnPasskey,
    OwnPasskeyPage,
    PasskeyName,
    PasskeyOptions,
)
from api.schemas.sessions import Proved, SignedIn
from api.sessions import signed_in
from api.strict import Resources
from workflow.act import Act
from workflow.errors import NotFound
from workflow.permissions import Operation

blueprint = Resources("passkeys", "Passkeys: signing in by finger, face or the code of one's device")


@blueprint.route("/session/passkey/options")
class OptionsToUseView(MethodView):
    """A challenge for whatever passkey the browser has."""

    @allows(Operation.SIGN_IN)
    @blueprint.response(200, PasskeyOptions)
    def post(self) -> dict[str, Any]:
        """Begin to sign in, or to prove myself, with a passkey"""
        return {"options": passkeys.options_to_use()}


@blueprint.route("/session/passkey")
class SessionByPasskeyView(MethodView):
    """Signing in with a passkey."""

    @allows(Operation.SIGN_IN)
    @blueprint.arguments(Credential)
    @blueprint.response(201, SignedIn)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Sign in with a passkey"""
        return signed_in(signing_in.sign_in_by_passkey(given["credential"]))


@blueprint.route("/session/proof/passkey")
class ProofByPasskeyView(MethodView):
    """Proving oneself by a passkey."""

    @allows(Operation.PROVE_ONESELF)
    @blueprint.arguments(Credential)
    @blueprint.response(200, Proved)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Prove by a passkey that it is still me"""
        return {"until": proofs.prove_by_passkey(given["credential"])}


@blueprint.route("/me/passkeys/options")
class OptionsToMakeView(MethodView):
    """A challenge for a new passkey."""

    @allows(Operation.SECURE_OWN_ACCESS)
    @blueprint.response(200, PasskeyOptions)
    def post(self) -> dict[str, Any]:
        """Begin to make a passkey"""
        return {"options": passkeys.options_to_make(person())}


@blueprint.route("/me/passkeys")
class PasskeysView(MethodView):
    """The caller's passkeys."""

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, OwnPasskeyPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List my passkeys"""
        return page_of(select(Passkey).where(Passkey.person_id == person().id), [Passkey.id], arguments)

    @allows(Operation.SECURE_OWN_ACCESS)
    @blueprint.arguments(NewPasskey)
    @blueprint.response(201, OwnPasskey)
    def post(self, given: dict[str, Any]) -> Passkey:
        """Put a passkey on file that my browser has made"""
        with acting() as act:
            return passkeys.make(act, given["name"], given["credential"])


@blueprint.route("/me/passkeys/<int:passkey_id>")
class PasskeyView(MethodView):
    """One of the caller's passkeys."""

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.arguments(PasskeyName)
    @blueprint.response(200, OwnPasskey)
    def put(self, given: dict[str, Any], passkey_id: int) -> Passkey:
        """Give a passkey another name"""
        with acting() as act:
            passkey = _own(act, passkey_id)
            passkey.name = given["name"]
            return passkey

    @allows(Operation.SECURE_OWN_ACCESS)
    @blueprint.response(204)
    def delete(self, passkey_id: int) -> None:
        """Let a passkey open nothing any more"""
        with acting() as act:
            passkeys.remove(act, _own(act, passkey_id))


def _own(act: Act, passkey_id: int) -> Passkey:
    passkey = act.db.get(Passkey, passkey_id)
    if passkey is None or passkey.person_id != act.person.id:
        raise NotFound(kind="passkey")
    return passkey
