"""From the plan to the tables, set by set: people, what is on file about them, heads, one journal entry."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from sqlalchemy import RowMapping, insert, select, update

from integrations.organisation.people import Difference, Known, Person, Plan, Progress
from integrations.organisation.places import load_departments, load_sites, name_heads
from integrations.organisation.records import load_records
from integrations.organisation.roles import held_roles, load_roles, tell_of_roles
from workflow import journal
from workflow.act import Act
from workflow.errors import BadImport
from workflow.models import CareerStep, Department, Employee, aliased, bare_table

STEP = 1000
Item = TypeVar("Item")

# Columns of the file that stand in the employee's own row, by the name the table gives them.
_FIELDS = {
    "name": "name",
    "email": "email",
    "department": "department_id",
    "site": "site_id",
    "manager_number": "manager_id",
    "track": "track",
    "level": "level",
    "post": "post",
    "level_since": "level_since",
    "hired_on": "hired_on",
    "locale": "locale",
    "time_zone": "own_time_zone",
    "active": "is_active",
    "sanction": "under_sanction",
}
_CAREER = ("track", "level", "post", "level_since")


@dataclass(frozen=True, slots=True)
class Report:
    """What an import has done, in people; a second import of the same file has all of them unchanged.

    `left` are keys of people who are newly known to have left; `departments` counts departments that are
    new or have another parent or head; `not_in_file` counts people on file whom the import does not
    mention; `skipped` counts bad lines; `without_manager` and `left_unknown` are the plan's.
    """

    created: int
    changed: int
    unchanged: int
    left: tuple[int, ...]
    departments: int
    not_in_file: int
    skipped: int
    without_manager: tuple[str, ...]
    left_unknown: int
    differences: tuple[Difference, ...]

    @property
    def counts(self) -> dict[str, Any]:
        """Every figure of the report as a number, for the journal and the screen."""
        return {key: value if isinstance(value, int) else len(value) for key, value in asdict(self).items()}


def known_organisation(act: Act) -> Known:
    """The manager tree and the department tree as they are before an import."""
    manager, parent = aliased(Employee), aliased(Department)
    people = select(Employee.number, manager.number).outerjoin(manager, Employee.manager_id == manager.id)
    units = select(Department.name, parent.name).outerjoin(parent, Department.parent_id == parent.id)
    return Known(
        today=act.now.date(),
        managers=dict(act.db.execute(people).all()),
        departments=dict(act.db.execute(units).all()),
    )


def load(act: Act, plan: Plan, *, skip_bad: bool = False, progress: Progress | None = None) -> Report:
    """Bring the tables in line with the plan; what the file does not speak about stays as it is.

    A level, track, post or its date that a promotion case has set is never undone, only reported. Raises
    `BadImport` if a line is bad and `skip_bad` is not set. `progress` is told the number of further people.
    """
    if plan.problems and not skip_bad:
        raise BadImport(lines=list(plan.problems))
    act.db.flush()
    before, roles = _on_file(act), held_roles(act)
    departments, touched = load_departments(act, plan)
    places = _Places(departments, load_sites(act, plan), {})
    _create(act, plan, before, places)
    places.people.update(
        (number, key) for key, number in act.db.execute(select(Employee.id, Employee.number))
    )
    _seat_newcomers(act, plan, before, places)
    changed, differences = _change(act, plan, before, places)
    changed |= _load_records(act, plan, places, progress)
    touched |= name_heads(act, plan, places.departments, places.people)
    act.db.expire_all()
    tell_of_roles(act, roles)
    report = _report(plan, before, places.people, changed, differences, len(touched))
    journal.record(act, "organisation_imported", chain="organisation", **report.counts)
    return report


@dataclass(frozen=True, slots=True)
class _Places:
    departments: Mapping[str, int]
    sites: Mapping[str, int]
    people: dict[str, int]


def _on_file(act: Act) -> dict[str, RowMapping]:
    columns = [getattr(Employee, field) for field in ("id", "number", *_FIELDS.values())]
    return {row["number"]: row for row in act.db.execute(select(*columns)).mappings()}


def _create(act: Act, plan: Plan, before: Mapping[str, RowMapping], places: _Places) -> None:
    fresh = [person for person in plan.people if person.employee_number not in before]
    for chunk in _chunks(fresh):
        # Managers follow once everybody has a key.
        rows = [
            {**_row(person, places), "number": person.employee_number, "manager_id": None} for person in chunk
        ]
        act.db.execute(insert(bare_table(Employee)), rows)


def _row(person: Person, places: _Places) -> dict[str, Any]:
    row = {field: getattr(person, column) for column, field in _FIELDS.items()}
    row["department_id"] = places.departments[person.department]
    row["site_id"] = places.sites[person.site]
    row["manager_id"] = places.people.get(person.manager_number or "")
    return row


def _seat_newcomers(act: Act, plan: Plan, before: Mapping[str, RowMapping], places: _Places) -> None:
    seats = [
        {"id": places.people[person.employee_number], "manager_id": places.people[person.manager_number]}
        for person in plan.people
        if person.employee_number not in before and person.manager_number
    ]
    _update(act, seats)


def _change(
    act: Act, plan: Plan, before: Mapping[str, RowMapping], places: _Places
) -> tuple[set[int], list[Difference]]:
    fields = [field for column, field in _FIELDS.items() if column in plan.given]
    set_by_cases = set(act.db.scalars(select(CareerStep.employee_id).distinct()))
    differences: list[Difference] = []
    updates = []
    for person in plan.people:
        row = before.get(person.employee_number)
        if row is None:
            continue
        wanted = _row(person, places)
        new = {field: wanted[field] for field in fields if wanted[field] != row[field]}
        if row["id"] in set_by_cases:
            differences += _differences(person, row, new)
            new = {field: value for field, value in new.items() if field not in _CAREER}
        if new:
            updates.append({"id": row["id"], **{field: row[field] for field in fields}, **new})
    _update(act, updates)
    return {change["id"] for change in updates}, differences


def _update(act: Act, rows: Sequence[dict[str, Any]]) -> None:
    for chunk in _chunks(rows):
        act.db.execute(update(Employee), chunk)


def _differences(person: Person, row: RowMapping, new: Mapping[str, Any]) -> Iterator[Difference]:
    for field in _CAREER:
        if field in new:
            yield Difference(person.employee_number, field, str(row[field]), str(new[field]))


def _load_records(act: Act, plan: Plan, places: _Places, progress: Progress | None) -> set[int]:
    touched: set[int] = set()
    for chunk in _chunks(plan.people):
        people = {places.people[person.employee_number]: person for person in chunk}
        touched |= load_records(act, plan.given, people)
        if "roles" in plan.given:
            touched |= load_roles(act, plan.given, people, places.departments)
        if progress:
            progress(len(chunk))
    return touched


def _report(
    plan: Plan,
    before: Mapping[str, RowMapping],
    ids: Mapping[str, int],
    changed: set[int],
    differences: Sequence[Difference],
    departments: int,
) -> Report:
    known = [person for person in plan.people if person.employee_number in before]
    changed_people = len(changed & {ids[person.employee_number] for person in known})
    return Report(
        created=len(plan.people) - len(known),
        changed=changed_people,
        unchanged=len(known) - changed_people,
        left=tuple(ids[person.employee_number] for person in plan.people if _has_left(person, plan, before)),
        departments=departments,
        not_in_file=len(before) - len(known),
        skipped=len({problem["line"] for problem in plan.problems}),
        without_manager=plan.without_manager,
        left_unknown=plan.left_unknown,
        differences=tuple(differences),
    )


def _has_left(person: Person, plan: Plan, before: Mapping[str, RowMapping]) -> bool:
    row = before.get(person.employee_number)
    return "active" in plan.given and not person.active and (row is None or row["is_active"])


def _chunks(whole: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (whole[start : start + STEP] for start in range(0, len(whole), STEP))
