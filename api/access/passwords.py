"""Passwords: what is asked of one, how it is kept, and whether it fits, for everybody in the same time."""

import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.access import sessions
from api.models import AccessSession, Account
from workflow.act import Act
from workflow.errors import Invalid

SHORTEST = 12
_hasher = PasswordHasher()


def set_password(act: Act, person_id: int, password: str) -> None:
    """Let a person sign in with this password from now on; every session of his is over.

    Raises Invalid with the reason if it is too easily guessed.
    """
    _require_strength(password)
    account = act.db.get(Account, person_id)
    if account is None:
        account = act.add(Account(employee_id=person_id, password_hash="", password_set_at=act.now))
    account.password_hash, account.password_set_at = _hasher.hash(password), act.now
    sessions.end(act, AccessSession.person_id == person_id)


def fits(known_hash: str | None, password: str) -> bool:
    """Whether this is the password; without one on file it takes as long to say no."""
    nobodys = _nobodys_hash()
    try:
        return _hasher.verify(known_hash or nobodys, password) and known_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def _require_strength(password: str) -> None:
    if len(password) < SHORTEST:
        raise Invalid(reason="password_too_short", minimum=SHORTEST)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_hex())
