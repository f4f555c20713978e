"""What a promotion changes on a person, on its day and once, and how it is taken back."""

from datetime import date
from typing import Any

from sqlalchemy import func, select

from workflow.act import Act
from workflow.editions.library import edition_of
from workflow.errors import Invalid
from workflow.models import CareerStep, Department, Employee, PromotionCase
from workflow.rules import deadlines
from workflow.superiors import people_below, superiors


def fix_day(case: PromotionCase, on: date) -> None:
    """Say on which day the promotion takes effect; the day begins when it does for the candidate."""
    case.effective_on = on
    case.effect_at = deadlines.local_midnight(on, case.candidate.time_zone)


def take(act: Act, case: PromotionCase) -> dict[str, Any]:
    """Give the person the new place and keep the former one; what has changed, for the journal.

    Where the department changes it also says how many people report to him, and how many departments
    he heads, for nothing is done about them.
    """
    person, on = case.candidate, case.effective_on
    assert on is not None
    to = {
        "track": case.target_track,
        "level": case.target_level,
        "post": case.target_post,
        "department_id": case.target_department_id or person.department_id,
        "manager_id": _manager(act, case),
    }
    changed = {name: to[f"{name}_id"] for name in _UNITS if to[f"{name}_id"] != getattr(person, f"{name}_id")}
    left_behind = _left_behind(act, person) if "department" in changed else {}
    _move(act, case, to, on=on, level_since=on)
    return {"on": on.isoformat(), "level": case.target_level, **changed, **left_behind}


def take_back(act: Act, case: PromotionCase, *, post: str | None = None) -> None:
    """Return the person to the former place and dates; `post` may be another one of the former level.

    Raises Invalid for a post that the edition does not know at that level.
    """
    taken = taken_step(act, case)
    wanted = post or taken.from_post
    rule = edition_of(act.db, case.edition_id).post(wanted)
    is_held = rule is not None and rule.track is taken.from_track and taken.from_level in rule.levels
    if wanted != taken.from_post and not is_held:
        raise Invalid(reason="post_not_held_at_this_level", post=wanted)
    to = {name: _former(case.candidate, taken, name) for name in _PLACE} | {"post": wanted}
    to["manager_id"] = _fit_manager(act, case, to["manager_id"])
    on = deadlines.local_day(act.now, case.candidate.time_zone)
    _move(act, case, to, on=on, level_since=taken.from_level_since, is_reversal=True)


def taken_step(act: Act, case: PromotionCase) -> CareerStep:
    """The change that the case has brought about."""
    query = select(CareerStep).where(CareerStep.case_id == case.id, CareerStep.is_reversal.is_(False))
    taken = act.first(query)
    assert taken is not None
    return taken


_UNITS = ("department", "manager")
_PLACE = ("track", "level", "post", "department_id", "manager_id")


def _move(
    act: Act,
    case: PromotionCase,
    to: dict[str, Any],
    *,
    on: date,
    level_since: date,
    is_reversal: bool = False,
) -> None:
    person = case.candidate
    places: dict[str, Any] = {f"from_{name}": getattr(person, name) for name in _PLACE}
    places |= {f"to_{name}": to[name] for name in _PLACE}
    act.add(
        CareerStep(
            employee_id=person.id,
            case_id=case.id,
            effective_on=on,
            from_level_since=person.level_since,
            is_reversal=is_reversal,
            **places,
        )
    )
    for name in _PLACE:
        setattr(person, name, to[name])
    person.level_since = level_since


def _manager(act: Act, case: PromotionCase) -> int | None:
    """The manager the case names, or whoever is above him if he has left; never anybody below the person."""
    person = case.candidate
    return _fit_manager(act, case, case.target_manager_id or person.manager_id)


def _former(person: Employee, taken: CareerStep, name: str) -> Any:
    """What the step has changed, as it was before; what somebody else has changed since stays."""
    before, after, now = getattr(taken, f"from_{name}"), getattr(taken, f"to_{name}"), getattr(person, name)
    return before if before != after and now == after else now


def _fit_manager(act: Act, case: PromotionCase, wanted: int | None) -> int | None:
    """The manager wanted, or whoever is above him if he has left; never anybody below the person."""
    person = case.candidate
    if wanted is None or wanted == person.manager_id:
        return wanted
    named = act.db.get_one(Employee, wanted)
    barred = {person.id, *act.all(people_below(person.id))}
    line = (one.id for one in (named, *superiors(act, named)) if one.is_active and one.id not in barred)
    return next(line, person.manager_id)


def _left_behind(act: Act, person: Employee) -> dict[str, int]:
    reports = select(func.count()).where(Employee.manager_id == person.id, Employee.is_active)
    heads = select(func.count()).where(Department.head_id == person.id)
    found = {"reports": act.first(reports) or 0, "heads": act.first(heads) or 0}
    return {name: count for name, count in found.items() if count}
