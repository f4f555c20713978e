"""Forgets how people got in: tokens that are over, and everything of whoever has left."""

from collections.abc import Sequence

from sqlalchemy import delete, or_, select

from api.models import (
    AccessSession,
    Account,
    ExternalIdentity,
    KeptAnswer,
    Passkey,
    PasswordReset,
    PersonalToken,
    RecoveryCode,
    SecondFactor,
)
from workflow.act import Act
from workflow.models import Departure, LegalHold
from workflow.retention import KEPT_FOR, DataClass

BY_PERSON = (
    AccessSession.person_id,
    PasswordReset.person_id,
    SecondFactor.person_id,
    RecoveryCode.person_id,
    ExternalIdentity.person_id,
    Passkey.person_id,
    PersonalToken.person_id,
    KeptAnswer.person_id,
    Account.employee_id,
)


def erase_access(act: Act, people: Sequence[int] = ()) -> int:
    """Delete old tokens, and every way in of some people and of whoever left long ago; how many."""
    over = act.now - KEPT_FOR[DataClass.ACCESS]
    held = select(LegalHold.employee_id)
    gone = select(Departure.employee_id).where(
        Departure.noticed_at <= over, Departure.employee_id.not_in(held)
    )
    old = delete(PersonalToken).where(PersonalToken.expires_at <= over)
    count = act.count(old.execution_options(synchronize_session=False))
    for person in BY_PERSON:
        theirs = delete(person.class_).where(or_(person.in_(gone), person.in_(people)))
        count += act.count(theirs.execution_options(synchronize_session=False))
    return count
