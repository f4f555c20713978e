"""Break the glass: somebody reads a case that is not his for an hour; another person has granted it."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from workflow import cases, conflicts, journal
from workflow.act import Act
from workflow.errors import AlreadyExists, Conflicted, Invalid, NotFound, OwnCase
from workflow.kept_apart import are_apart
from workflow.models import EmergencyAccess, HrField, PromotionCase, Recusal, RoleHolding
from workflow.permissions import Operation, sees_place
from workflow.relations import barred_from, is_rival, relations
from workflow.vocabulary import Role

LASTS = timedelta(minutes=60)
WAITS = timedelta(days=1)  # whoever needs a case so badly is not granted it a week later


def ask(act: Act, case: PromotionCase, *, reason: str) -> EmergencyAccess:
    """Ask to read a case for an hour, saying why.

    Raises Invalid for what one sees anyway, AlreadyExists where one has asked already; NotFound where one
    has a stake in the case, as for a case that does not exist.
    """
    cases.require_reason(reason)
    if _has_stake(act, case):
        raise NotFound(kind="case")
    if sees_place(relations(act.db, act.person, case)):
        raise Invalid(reason="sees_it_already")
    mine = select(EmergencyAccess.id).where(
        EmergencyAccess.case_id == case.id, EmergencyAccess.asked_by_id == act.person.id
    )
    is_under_way = or_(EmergencyAccess.ends_at > act.now, _is_asked(act))
    if act.first(mine.where(is_under_way)) is not None:
        raise AlreadyExists(kind="emergency_access")
    access = act.add(
        EmergencyAccess(case_id=case.id, asked_by_id=act.person.id, asked_at=act.now, reason=reason)
    )
    journal.record(act, "emergency_asked", case=case, text=reason, access=access.id)
    return access


def grant(act: Act, case: PromotionCase, access_id: int) -> EmergencyAccess:
    """Let whoever has asked read the case from now on for an hour.

    Raises OwnCase to whoever has asked himself, Conflicted to somebody with a stake in the case, NotFound
    for what has been granted already or was asked for more than a day ago.
    """
    wanted = select(EmergencyAccess).where(
        EmergencyAccess.id == access_id, EmergencyAccess.case_id == case.id, _is_asked(act)
    )
    access = act.first(wanted)
    if access is None:
        raise NotFound(kind="emergency_access")
    if access.asked_by_id == act.person.id:
        raise OwnCase(operation=Operation.GRANT_EMERGENCY)
    if _has_stake(act, case):
        raise Conflicted()
    access.granted_by_id, access.ends_at = act.person.id, act.now + LASTS
    act.db.flush()
    journal.record(act, "emergency_granted", case=case, access=access.id, person=access.asked_by_id)
    return access


def admission(db: Session, person_id: int, case_id: int, now: datetime) -> EmergencyAccess | None:
    """By what somebody may read a case now that is not his; a stake, or the loss of his role, ends it."""
    is_recused = exists().where(Recusal.case_id == PromotionCase.id, Recusal.employee_id == person_id)
    is_apart = are_apart(PromotionCase.candidate_id, person_id)
    administers = exists().where(RoleHolding.employee_id == person_id, RoleHolding.role == Role.ADMIN)
    serves = exists().where(HrField.employee_id == person_id)
    query = (
        select(EmergencyAccess)
        .join(PromotionCase, PromotionCase.id == EmergencyAccess.case_id)
        .where(PromotionCase.id == case_id, EmergencyAccess.asked_by_id == person_id)
        .where(EmergencyAccess.ends_at > now, or_(administers, serves))
        .where(PromotionCase.candidate_id != person_id, ~is_apart, ~is_recused)
        .where(~is_rival(person_id, PromotionCase))
    )
    return db.scalars(query).first()


def note_reading(act: Act, case: PromotionCase, access_id: int) -> None:
    """Write down, once, that somebody has read the case."""
    access = act.db.get_one(EmergencyAccess, access_id)
    if access.read_at is None:
        access.read_at = act.now
        journal.record(act, "emergency_read", case=case, access=access.id)


def _is_asked(act: Act) -> ColumnElement[bool]:
    return EmergencyAccess.ends_at.is_(None) & (EmergencyAccess.asked_at > act.now - WAITS)


def _has_stake(act: Act, case: PromotionCase) -> bool:
    kept_out = barred_from(act, case) | conflicts.recused(act, case)
    return act.person.id in kept_out | {case.candidate_id}
