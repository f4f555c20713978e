"""Where people belong: departments with parents and heads, and sites, brought in line with a plan."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert, select, update

from integrations.organisation.hierarchy import department_parents
from integrations.organisation.people import Plan
from workflow.act import Act
from workflow.models import Department, Employee, Site


def load_departments(act: Act, plan: Plan) -> tuple[dict[str, int], set[int]]:
    """Every department by name with its key, and the keys of those that are new or have another parent."""
    parents = department_parents(plan.people)
    known = _keys(act, Department)
    fresh = [{"name": name} for name in parents if name not in known]
    if fresh:
        act.db.execute(insert(Department), fresh)
    keys = _keys(act, Department)
    touched = {keys[row["name"]] for row in fresh}
    if "parent_department" in plan.given:
        wanted = {keys[name]: keys[parent] if parent else None for name, parent in parents.items()}
        touched |= _set(act, "parent_id", wanted)
    return keys, touched


def load_sites(act: Act, plan: Plan) -> dict[str, int]:
    """Every site by name with its key; country and time zone are those of the first person there."""
    known = _keys(act, Site)
    fresh: dict[str, dict[str, Any]] = {}
    for person in plan.people:
        if person.site not in known:
            place = {"country": person.country, "time_zone": person.time_zone}
            fresh.setdefault(person.site, {"name": person.site, "own_days": {}, **place})
    if fresh:
        act.db.execute(insert(Site), list(fresh.values()))
    return _keys(act, Site)


def name_heads(act: Act, plan: Plan, departments: Mapping[str, int], people: Mapping[str, int]) -> set[int]:
    """Give departments their heads; returns the keys of those whose head is another one now.

    The file names them in `department_head`; without that column the head is the active person of the
    highest level in the department, and of several the one with the lowest number.
    """
    if "department_head" in plan.given:
        named = [person for person in plan.people if person.department_head]
        wanted: dict[int, int | None]
        wanted = {departments[person.department]: people[person.employee_number] for person in named}
    else:
        highest = _highest(act)
        wanted = {key: highest.get(key) for key in departments.values()}
    return _set(act, "head_id", wanted)


def _keys(act: Act, model: type[Department] | type[Site]) -> dict[str, int]:
    return dict(act.db.execute(select(model.name, model.id)).all())


def _set(act: Act, field: str, wanted: Mapping[int, int | None]) -> set[int]:
    present = act.db.execute(select(Department.id, getattr(Department, field)))
    changes = [{"id": key, field: wanted[key]} for key, value in present if wanted.get(key, value) != value]
    if changes:
        act.db.execute(update(Department), changes)
    return {change["id"] for change in changes}


def _highest(act: Act) -> dict[int, int]:
    active = select(Employee.department_id, Employee.id, Employee.level, Employee.number)
    people = act.db.execute(active.where(Employee.is_active)).all()
    # Numbers are text: the shorter is the lower, so that 9 comes before 10.
    first = sorted(people, key=lambda person: (-person.level.rank, len(person.number), person.number))
    heads: dict[int, int] = {}
    for person in first:
        heads.setdefault(person.department_id, person.id)
    return heads
