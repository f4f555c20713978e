"""Forgets how people got in: tokens that are over, and everything of whoever has left."""

from collections.abc import Sequence

from sqlalchemy import delete, exists, literal, or_, select, update

from api.models import (
    AccessSession,
    Account,
    CalendarFeed,
    ExternalIdentity,
    KeptAnswer,
    Passkey,
    PasswordReset,
    PersonalToken,
    RecoveryCode,
    SecondFactor,
)
from workflow.act import Act
from workflow.models import Departure, Employee, LegalHold
from workflow.retention import KEPT_FOR, DataClass

BY_PERSON = (
    AccessSession.person_id,
    PasswordReset.person_id,
    SecondFactor.person_id,
    RecoveryCode.person_id,
    ExternalIdentity.person_id,
    Passkey.person_id,
    PersonalToken.person_id,
    CalendarFeed.person_id,
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
    _empty_answers(act, people)
    return count


def _empty_answers(act: Act, people: Sequence[int]) -> None:
    """Of answers kept for others that name these people, as JSON does, only the status stays."""
    number = literal('"') + Employee.number + '"'
    named = exists().where(Employee.id.in_(people), KeptAnswer.body.contains(number))
    act.execute(update(KeptAnswer).where(named).values(body="").execution_options(synchronize_session=False))
