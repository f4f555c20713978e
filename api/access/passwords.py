"""Passwords: what is asked of one, how it is kept, and whether it fits, for everybody in the same time."""

import secrets
import unicodedata
from collections.abc import Iterator
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from zxcvbn import zxcvbn

from api.access import sessions
from api.models import AccessSession, Account, PasswordReset
from workflow import journal
from workflow.act import Act
from workflow.errors import Invalid
from workflow.models import Department, Employee

SHORTEST = 12
_PRODUCT = ("jinsheng", "晋升")
_READ = 72  # signs that are looked at for how easily they are guessed: more takes its time
_STRONG = 4  # ten thousand million guesses, by zxcvbn's own scale
_hasher = PasswordHasher()


def set_password(act: Act, person: Employee, password: str, *, because: str = "password_set") -> None:
    """Let a person sign in with this password from now on; his sessions and links to a new one are over.

    Raises Invalid as `require_strength` does.
    """
    require_strength(act.db, person, password)
    act.execute(delete(PasswordReset).where(PasswordReset.person_id == person.id))
    account = act.db.get(Account, person.id, with_for_update=True)
    if account is None:
        account = act.add(Account(employee_id=person.id, password_hash="", password_set_at=act.now))
    account.password_hash, account.password_set_at = _hasher.hash(_normal(password)), act.now
    sessions.end(act, AccessSession.person_id == person.id)
    journal.record(act, because, chain="access", person=person.id)


def require_strength(db: Session, person: Employee, password: str) -> None:
    """Refuse a password that is too short, too easily guessed, or says who its person is (Invalid)."""
    words = _normal(password)
    if len(words) < SHORTEST:
        raise Invalid(reason="password_too_short", minimum=SHORTEST)
    if any(word in words.casefold() for word in _words_about(db, person)):
        raise Invalid(reason="password_says_who")
    if zxcvbn(words[:_READ])["score"] < _STRONG:
        raise Invalid(reason="password_too_common")


def fits(known_hash: str | None, password: str) -> bool:
    """Whether this is the password; without one on file it takes as long to say no."""
    nobodys = _nobodys_hash()
    try:
        return _hasher.verify(known_hash or nobodys, _normal(password)) and known_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    # Keyboards and input methods write the same sign in different ways.
    return unicodedata.normalize("NFKC", password)


def _words_about(db: Session, person: Employee) -> Iterator[str]:
    """What anybody would try first: name, number, address, organisation, product."""
    organisation = db.scalars(select(Department.name).where(Department.parent_id.is_(None)))
    mailbox, _, domain = (person.email or "").partition("@")
    for words in (person.name, person.number, mailbox, domain.rpartition(".")[0], *organisation, *_PRODUCT):
        for word in (words, *words.split()):
            if len(word) >= (3 if word.isascii() else 2):
                yield _normal(word).casefold()


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_hex())
