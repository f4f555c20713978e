"""Passkeys: made once on a device, then enough by themselves to sign in, and to prove who one is."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, select
from webauthn.helpers import options_to_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from api.access.sessions import digest
from api.acting import now, running
from api.address import base_url
from api.database import db
from api.models import Passkey, PasskeyChallenge
from api.refusals import PasskeyRefused
from workflow import journal
from workflow.act import Act
from workflow.models import Employee

_LASTS = timedelta(minutes=5)
_SIGN_IN = "sign in"
_MUST = UserVerificationRequirement.REQUIRED  # by finger, face or code: two factors in one


def options_to_make(person: Employee) -> dict[str, Any]:
    """What a browser needs to make a passkey for a person; no device makes a second one."""
    known = db.session.scalars(select(Passkey.credential_id).where(Passkey.person_id == person.id))
    options = webauthn.generate_registration_options(
        rp_id=_host(),
        rp_name="Jinsheng 晋升",
        user_id=str(person.id).encode(),
        user_name=person.number,
        user_display_name=person.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_MUST
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=key) for key in known],
    )
    _remember(options.challenge, _making(person))
    return cast(dict[str, Any], json.loads(options_to_json(options)))


def options_to_use() -> dict[str, Any]:
    """What a browser needs to sign somebody in, or to prove him; it does not say who there is."""
    options = webauthn.generate_authentication_options(rp_id=_host(), user_verification=_MUST)
    _remember(options.challenge, _SIGN_IN)
    return cast(dict[str, Any], json.loads(options_to_json(options)))


def make(act: Act, name: str, credential: dict[str, Any]) -> Passkey:
    """Put the passkey on file that a browser has made for the person who acts. Raises PasskeyRefused."""
    challenge = _use_up(act, credential, _making(act.person))
    try:
        made = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=base_url(),
            require_user_verification=True,
        )
    except Exception as error:  # what a browser sends may break at any depth of the parser
        raise PasskeyRefused() from error
    passkey = act.add(
        Passkey(
            person_id=act.person.id,
            name=name,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            created_at=act.now,
        )
    )
    journal.record(act, "passkey_made", chain="access", person=act.person.id, passkey=passkey.id)
    return passkey


def owner_of(credential: dict[str, Any]) -> int:
    """Whose passkey this says it is, which is not proved yet. Raises PasskeyRefused."""
    query = select(Employee.id).join(Passkey, Passkey.person_id == Employee.id)
    found = db.session.scalar(query.where(Passkey.credential_id == _id_of(credential), Employee.is_active))
    if found is None:
        raise PasskeyRefused()
    return found


def require(act: Act, credential: dict[str, Any]) -> None:
    """Prove by a passkey, and a challenge that is used up, who the person who acts is; or PasskeyRefused."""
    challenge = _use_up(act, credential, _SIGN_IN)
    mine = (Passkey.person_id == act.person.id, Passkey.credential_id == _id_of(credential))
    passkey = act.first(select(Passkey).where(*mine).with_for_update())
    if passkey is None:
        raise PasskeyRefused()
    try:
        used = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=_host(),
            expected_origin=base_url(),
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise PasskeyRefused() from error
    passkey.sign_count, passkey.last_used_at = used.new_sign_count, act.now


def remove(act: Act, passkey: Passkey) -> None:
    """Let a passkey open nothing any more."""
    act.db.delete(passkey)
    journal.record(act, "passkey_removed", chain="access", person=passkey.person_id, passkey=passkey.id)


def sweep(act: Act) -> int:
    """Forget challenges that nobody has answered."""
    return act.count(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= act.now))


def _remember(challenge: bytes, purpose: str) -> None:
    db.session.close()
    with running().door.acting(now=now()) as act:
        act.add(
            PasskeyChallenge(digest=digest(challenge.hex()), purpose=purpose, expires_at=act.now + _LASTS)
        )


def _use_up(act: Act, credential: dict[str, Any], purpose: str) -> bytes:
    """The challenge that is answered, which was ours, is for this purpose and was not answered before."""
    try:
        told = json.loads(_decoded(credential["response"]["clientDataJSON"]))
        challenge = _decoded(told["challenge"])
    except (KeyError, TypeError, ValueError) as error:
        raise PasskeyRefused() from error
    ours = (PasskeyChallenge.digest == digest(challenge.hex()), PasskeyChallenge.purpose == purpose)
    if not act.count(delete(PasskeyChallenge).where(*ours, PasskeyChallenge.expires_at > act.now)):
        raise PasskeyRefused()
    return challenge


def _id_of(credential: dict[str, Any]) -> bytes:
    try:
        return _decoded(credential["id"])
    except (KeyError, TypeError, ValueError) as error:
        raise PasskeyRefused() from error


def _decoded(text: str) -> bytes:
    if not isinstance(text, str):
        raise TypeError
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _making(person: Employee) -> str:
    return f"passkey of {person.id}"


def _host() -> str:
    return urlsplit(base_url()).hostname or "localhost"
