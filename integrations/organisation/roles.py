"""Which roles people hold beyond being employees, and to whose people somebody of HR is HR."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select, tuple_

from integrations.organisation.people import Person
from workflow import journal
from workflow.act import Act
from workflow.hr_fields import holdings
from workflow.models import HrField, RoleHolding, bare_table
from workflow.vocabulary import Role

# A person, a role he holds, and the department to whose people alone he holds it.
Holding = tuple[int, str, int | None]


def load_roles(
    act: Act, given: frozenset[str], people: Mapping[int, Person], departments: Mapping[str, int]
) -> set[int]:
    """Bring the roles of these people, by key, in line; returns the keys of those with a change.

    Whoever is HR to one department does not hold the role for all. Without the column of departments
    everybody of HR stays HR to whom he was.
    """
    fields, changed = _load_fields(act, given, people, departments)
    of_these = select(RoleHolding.employee_id, RoleHolding.role).where(RoleHolding.employee_id.in_(people))
    present = {(key, role) for key, role in act.db.execute(of_these)}
    wanted = {(key, role) for key, person in people.items() for role in person.roles}
    wanted -= {(key, Role.HR) for key in fields}
    if fresh := sorted(wanted - present):
        act.db.execute(
            insert(bare_table(RoleHolding)), [{"employee_id": key, "role": role} for key, role in fresh]
        )
    if gone := sorted(present - wanted):
        holding = tuple_(RoleHolding.employee_id, RoleHolding.role)
        act.db.execute(delete(RoleHolding).where(holding.in_(gone)))
    return changed | {key for key, _ in wanted ^ present}


def _load_fields(
    act: Act, given: frozenset[str], people: Mapping[int, Person], departments: Mapping[str, int]
) -> tuple[dict[int, int], set[int]]:
    """To which department each of the people is HR now, and the keys of those for whom that has changed."""
    of_these = select(HrField.employee_id, HrField.department_id).where(HrField.employee_id.in_(people))
    present = dict(act.db.execute(of_these).all())
    if "hr_department" in given:
        wanted = {key: departments[who.hr_department] for key, who in people.items() if who.hr_department}
    else:
        wanted = {key: field for key, field in present.items() if Role.HR in people[key].roles}
    changed = {key for key in present | wanted if present.get(key) != wanted.get(key)}
    if changed:
        act.db.execute(delete(HrField).where(HrField.employee_id.in_(changed)))
    if new := [{"employee_id": key, "department_id": wanted[key]} for key in changed if key in wanted]:
        act.db.execute(insert(bare_table(HrField)), new)
    return wanted, changed


def held_roles(act: Act) -> set[Holding]:
    """Every role that anybody holds."""
    held = holdings()
    rows = act.db.execute(select(held.c.employee_id, held.c.role, held.c.department_id))
    return {(person, str(role), department) for person, role, department in rows}


def tell_of_roles(act: Act, before: set[Holding]) -> None:
    """Write down who has come to hold which role, and who no more; auditors are told of it."""
    after = held_roles(act)
    if before != after:
        new, gone = (sorted(some, key=str) for some in (after - before, before - after))
        journal.record(act, "roles_changed", chain="organisation", given=new, taken=gone)
