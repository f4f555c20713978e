"""Say who is away from one day to another and who stands in meanwhile, and end it before its time."""

from datetime import date, datetime, timedelta

from sqlalchemy import literal, or_, select

from workflow import journal, substitutes
from workflow.act import Act
from workflow.errors import AlreadyExists, Invalid, NotAllowed, NotFound, NotTransferable, PersonUnfit
from workflow.hr_fields import is_hr_to
from workflow.models import Absence, Employee, RoleHolding
from workflow.permissions import require_no_case_on_its_way
from workflow.rules.deadlines import local_day, local_midnight
from workflow.vocabulary import TRANSFERABLE_TASKS, Role, TaskKind

LONGEST = timedelta(days=90)


def name_substitute(
    act: Act,
    absent: Employee,
    substitute: Employee,
    *,
    from_on: date,
    until_on: date,
    kind: TaskKind | None = None,
) -> Absence:
    """Let somebody do the tasks of one who is away, those already open included; both days count.

    Whoever is away says so himself, or his line manager or HR does. Raises NotAllowed to others, OwnCase to
    those who have a case on its way; NotTransferable for a kind that is personal, PersonUnfit, Invalid for
    days that are over or too far ahead, AlreadyExists where somebody stands in already.
    """
    _require_say(act, absent)
    if kind is not None and kind not in TRANSFERABLE_TASKS:
        raise NotTransferable(reason="personal")
    obstacle = _obstacle(act, absent, substitute)
    if obstacle is not None:
        raise PersonUnfit(reason=obstacle)
    begins_at, ends_at = _days(act, absent, from_on, until_on)
    _require_free(act, absent, kind, begins_at, ends_at)
    absence = act.add(
        Absence(
            absent_id=absent.id,
            substitute_id=substitute.id,
            kind=kind,
            from_on=from_on,
            until_on=until_on,
            begins_at=begins_at,
            ends_at=ends_at,
            named_by_id=act.person.id,
            named_at=act.now,
        )
    )
    _record(act, "substitute_named", absence)
    substitutes.share(act)
    return absence


def end(act: Act, absence: Absence) -> None:
    """Nobody stands in any more from now on: for either of the two, the line manager, or HR.

    Raises NotFound to others, Invalid where it is over already.
    """
    absent = act.db.get_one(Employee, absence.absent_id)
    if act.person.id != absence.substitute_id and not _has_say(act, absent):
        raise NotFound(kind="absence")
    if absence.ended_at is not None or absence.ends_at <= act.now:
        raise Invalid(reason="absence_over")
    _end(act, absence)
    substitutes.share(act)


def end_of_leavers(act: Act) -> int:
    """End every absence in which either of the two has left; how many."""
    gone = select(Employee.id).where(~Employee.is_active)
    either = or_(Absence.absent_id.in_(gone), Absence.substitute_id.in_(gone))
    found = act.all(select(Absence).where(Absence.ended_at.is_(None), Absence.ends_at > act.now, either))
    for absence in found:
        _end(act, absence)
    return len(found)


def _end(act: Act, absence: Absence) -> None:
    absence.ended_at = act.now
    _record(act, "substitution_ended", absence)


def _require_say(act: Act, absent: Employee) -> None:
    if not _has_say(act, absent):
        raise NotAllowed(reason="not_your_absence")
    if act.person.id != absent.id:
        require_no_case_on_its_way(act.db, act.person)
    if not absent.is_active:
        raise PersonUnfit(reason="left")


def _has_say(act: Act, absent: Employee) -> bool:
    is_near = act.person.id in (absent.id, absent.manager_id)
    return is_near or bool(act.db.scalar(select(is_hr_to(act.person.id, absent.id))))


def _obstacle(act: Act, absent: Employee, substitute: Employee) -> str | None:
    """What keeps somebody from standing in, as a reason; stakes are looked at case by case."""
    administers = act.db.get(RoleHolding, (substitute.id, Role.ADMIN)) is not None
    obstacles = {
        "is_away": substitute.id == absent.id,
        "left": not substitute.is_active,
        "administers": administers,
    }
    return next((name for name, stands in obstacles.items() if stands), None)


def _days(act: Act, absent: Employee, from_on: date, until_on: date) -> tuple[datetime, datetime]:
    today = local_day(act.now, absent.time_zone)
    last = today + LONGEST
    if not today <= from_on <= until_on <= last:
        raise Invalid(reason="absence_out_of_bounds", first=today, last=last)
    zone = absent.time_zone
    return local_midnight(from_on, zone), local_midnight(until_on + timedelta(days=1), zone)


def _require_free(
    act: Act, absent: Employee, kind: TaskKind | None, begins_at: datetime, ends_at: datetime
) -> None:
    # Locked, so that two who name somebody at the same time come one after the other.
    act.all(select(Employee.id).where(Employee.id == absent.id).with_for_update(key_share=True))
    same = or_(Absence.kind.is_(None), literal(kind is None), Absence.kind == kind)
    overlapping = select(Absence.id).where(
        Absence.absent_id == absent.id,
        Absence.ended_at.is_(None),
        Absence.begins_at < ends_at,
        Absence.ends_at > begins_at,
        same,
    )
    if act.first(overlapping) is not None:
        raise AlreadyExists(kind="absence")


def _record(act: Act, action: str, absence: Absence) -> None:
    journal.record(
        act,
        action,
        chain="absences",
        absence=absence.id,
        kind=absence.kind,
        person=absence.absent_id,
        substitute=absence.substitute_id,
    )
