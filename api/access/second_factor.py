"""The second factor: codes of an authenticator app, each good once, and recovery codes for a lost phone."""

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import cast

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from flask import current_app
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.access.sessions import digest
from api.models import RecoveryCode, SecondFactor
from api.refusals import CodeNeeded, NoSecondFactor, WrongCode
from workflow import journal
from workflow.act import Act
from workflow.errors import AlreadyExists
from workflow.models import Employee

RECOVERY_CODES = 10
_ISSUER = "Jinsheng"
_SIGNS = "abcdefghijklmnopqrstuvwxyz234567"
_STEP = timedelta(seconds=30)
_CODE = re.compile(r"[0-9]{6}")
_RECOVERY = re.compile(r"[a-z2-7]{16}")


def begin(act: Act) -> tuple[str, str]:
    """Give the person who acts a secret for his app, as text and as an address; nothing is asked for yet.

    Raises AlreadyExists while a second factor is in use.
    """
    known = _of(act, act.person.id)
    if known is not None and known.confirmed_at is not None:
        raise AlreadyExists()
    if known is not None:
        act.db.delete(known)
        act.db.flush()
    secret = pyotp.random_base32()
    act.add(SecondFactor(person_id=act.person.id, sealed=_box().encrypt(secret.encode()), created_at=act.now))
    return secret, pyotp.TOTP(secret).provisioning_uri(name=act.person.number, issuer_name=_ISSUER)


def confirm(act: Act, code: str) -> list[str]:
    """Ask for codes from now on, for this one shows that the app has the secret; gives recovery codes.

    Raises NoSecondFactor where none was begun, AlreadyExists where one is in use, WrongCode.
    """
    factor = _of(act, act.person.id)
    if factor is None:
        raise NoSecondFactor()
    if factor.confirmed_at is not None:
        raise AlreadyExists()
    if not _is_code(act, factor, code):
        raise WrongCode()
    factor.confirmed_at = act.now
    journal.record(act, "second_factor_set", chain="access", person=act.person.id)
    return _new_recovery_codes(act)


def renew_recovery_codes(act: Act) -> list[str]:
    """Other recovery codes for the person who acts; those so far are worth nothing. Raises NoSecondFactor."""
    if not is_on(act.db, act.person.id):
        raise NoSecondFactor()
    journal.record(act, "recovery_codes_renewed", chain="access", person=act.person.id)
    return _new_recovery_codes(act)


def remove(act: Act, person: Employee) -> None:
    """Ask a person for no codes any more. Raises NoSecondFactor."""
    factor = _of(act, person.id)
    if factor is None:
        raise NoSecondFactor()
    act.db.delete(factor)
    act.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    if factor.confirmed_at is not None:
        journal.record(act, "second_factor_removed", chain="access", person=person.id)


def require(act: Act, person: Employee, code: str | None) -> None:
    """Use up a code, where the person has a second factor: nothing else lets him pass.

    Raises CodeNeeded without one, WrongCode for any that is not his, is too old or was used before.
    """
    factor = _of(act, person.id)
    if factor is None or factor.confirmed_at is None:
        return
    if not code:
        raise CodeNeeded()
    if not _is_code(act, factor, code) and not _is_recovery_code(act, person, code):
        raise WrongCode()


def is_on(db: Session, person_id: int) -> bool:
    """Whether codes are asked of a person."""
    factor = db.get(SecondFactor, person_id)
    return factor is not None and factor.confirmed_at is not None


def recovery_codes_left(db: Session, person_id: int) -> int:
    """How many recovery codes a person has not used yet."""
    mine = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.person_id == person_id)
    return db.scalar(mine) or 0


def _of(act: Act, person_id: int) -> SecondFactor | None:
    return act.first(select(SecondFactor).where(SecondFactor.person_id == person_id).with_for_update())


def _is_code(act: Act, factor: SecondFactor, code: str) -> bool:
    """Whether the app shows this code now, or half a minute before or after, and it was not used before."""
    given = code.replace(" ", "")
    if not _CODE.fullmatch(given):
        return False
    try:
        app = pyotp.TOTP(_box().decrypt(factor.sealed).decode())
    except InvalidToken:  # the service's secret is another one than when it was sealed
        return False
    present = int(act.now.timestamp() // _STEP.total_seconds())
    for step in (present - 1, present, present + 1):
        if step > factor.last_step and hmac.compare_digest(app.generate_otp(step), given):
            factor.last_step = step
            return True
    return False


def _is_recovery_code(act: Act, person: Employee, code: str) -> bool:
    given = code.replace("-", "").replace(" ", "").lower()
    if not _RECOVERY.fullmatch(given):
        return False
    mine = RecoveryCode.person_id == person.id
    if not act.count(delete(RecoveryCode).where(mine, RecoveryCode.digest == digest(given))):
        return False
    journal.record(act, "recovery_code_used", chain="access", person=person.id)
    return True


def _new_recovery_codes(act: Act) -> list[str]:
    act.execute(delete(RecoveryCode).where(RecoveryCode.person_id == act.person.id))
    codes = ["".join(secrets.choice(_SIGNS) for _ in range(16)) for _ in range(RECOVERY_CODES)]
    act.db.add_all(RecoveryCode(person_id=act.person.id, digest=digest(code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]


def _box() -> Fernet:
    secret = cast(str, current_app.secret_key).encode()
    return Fernet(urlsafe_b64encode(hmac.digest(secret, b"second factor", "sha256")))
