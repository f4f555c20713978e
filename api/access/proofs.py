"""What weighs so much that a session alone is not enough: its person has proved who he is just now."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update

from api.access import delays, passkeys, passwords, second_factor
from api.acting import acting, now, own_session, person
from api.database import db
from api.models import AccessSession, Account
from api.refusals import ProofNeeded, WrongProof
from workflow.act import Act
from workflow.permissions import Operation

LASTS = timedelta(minutes=15)
# An approval is not among them: twenty minutes a week, mostly on a phone.
NEEDS_PROOF = frozenset(
    {
        Operation.CAST_BALLOT,
        Operation.READ_OWN_BALLOT,  # or an open browser would show how its owner votes
        Operation.RECORD_DECISION,
        Operation.RELEASE_DECISIONS,
        Operation.WAIVE,
        Operation.GRANT_EMERGENCY,
        Operation.PUBLISH_CRITERIA,
        Operation.EXPORT_OWN_DATA,
        Operation.EXPORT_JOURNAL,
        Operation.READ_DOSSIER,
        Operation.MANAGE_ROLES,
        Operation.IMPORT_ORGANISATION,
        Operation.SECURE_OWN_ACCESS,  # or whoever finds an open browser would make himself a key
    }
)


def require_proof(operation: Operation, session: AccessSession | None) -> None:
    """Refuse what weighs so much, unless the session's person has proved himself lately (ProofNeeded)."""
    if operation in NEEDS_PROOF and session is None:
        raise _needed()
    if operation in NEEDS_PROOF:
        require_proof_in_browser(session)


def require_proof_in_browser(session: AccessSession | None) -> None:
    """The same of what a token may do by itself, but nobody in a browser that was left open (ProofNeeded)."""
    if session is not None and now() - session.proved_at >= LASTS:
        raise _needed()


def prove_by_password(password: str, code: str | None = None) -> datetime:
    """Prove by one's password who one is; says until when that is enough. Refused as `proving` is."""
    with proving(password, code) as act:
        return note_proof(act, own_session().id)


@contextmanager
def proving(password: str, code: str | None) -> Iterator[Act]:
    """An act of whoever says his password; where it is refused, the code is not used up.

    Raises WrongProof, CodeNeeded and WrongCode where the person has a second factor, or TooManyTries while
    a pause after failures lasts.
    """
    name = f"proof {person().number}"  # apart from signing in, which anybody may fail under his number
    delays.take_a_try(name)
    account = db.session.get(Account, person().id)
    if not passwords.fits(account.password_hash if account else None, password):
        raise WrongProof()
    with acting() as act:
        second_factor.require(act, act.person, code)
        delays.succeeded(act, name)
        yield act


def prove_by_passkey(credential: dict[str, Any]) -> datetime:
    """Prove by one's passkey who one is; says until when that is enough. Raises PasskeyRefused."""
    with acting() as act:
        passkeys.require(act, credential)
        return note_proof(act, own_session().id)


def note_proof(act: Act, session_id: int) -> datetime:
    """Put on file that a session's person has proved who he is; says until when that is enough."""
    act.execute(update(AccessSession).where(AccessSession.id == session_id).values(proved_at=act.now))
    return act.now + LASTS


def _needed() -> ProofNeeded:
    return ProofNeeded(minutes=LASTS // timedelta(minutes=1))
