"""The trees in a file: managers who are missing or go round in circles, departments, derived managers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from integrations.organisation.people import Known, Person, Problem

Parents = Mapping[str, str | None]


def manager_problems(people: Iterable[Person], known: Known) -> list[Problem]:
    """People whose line closes a circle of managers; each problem names every number of the circle."""
    managers = {**known.managers, **{person.employee_number: person.manager_number for person in people}}
    return _circles(
        people, managers, "manager_number", "manager_cycle", lambda person: person.employee_number
    )


def department_problems(people: Iterable[Person], known: Known) -> list[Problem]:
    """Lines that give a department a second parent, or that close a circle of departments."""
    parents = department_parents(people)
    problems = [
        _problem(person, "parent_department", "second_parent", person.parent_department)
        for person in people
        if person.parent_department and person.parent_department != parents[person.department]
    ]
    tree = {**known.departments, **parents}
    claims = [person for person in people if person.parent_department]
    return problems + _circles(
        claims, tree, "parent_department", "department_cycle", lambda person: person.department
    )


def department_parents(people: Iterable[Person]) -> dict[str, str | None]:
    """Every department the people name, with the first parent that is said of it."""
    parents: dict[str, str | None] = {}
    for person in people:
        parents[person.department] = parents.get(person.department) or person.parent_department
        if person.parent_department:
            parents.setdefault(person.parent_department, None)
    return parents


def with_derived_managers(people: Iterable[Person]) -> list[Person]:
    """Give everybody a manager: active people of the next level present in the department, in turn.

    Who stands at the top reports to the first of the department's highest active people, who has no manager.
    """
    active: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    people = list(people)
    for person in people:
        if person.active:
            active[person.department][person.level.rank].append(person.employee_number)
    turns: dict[tuple[str, int], int] = defaultdict(int)
    placed = []
    for person in people:
        above = _level_above(active[person.department], person.level.rank)
        turn = turns[person.department, person.level.rank]
        turns[person.department, person.level.rank] += 1
        manager = above[turn % len(above)] if above else None
        placed.append(replace(person, manager_number=None if manager == person.employee_number else manager))
    return placed


def _level_above(active: Mapping[int, Sequence[str]], rank: int) -> Sequence[str]:
    higher = [level for level in active if level > rank]
    if higher:
        return active[min(higher)]
    return active[max(active)][:1] if active else ()


def _circles(
    people: Iterable[Person], parents: Parents, column: str, reason: str, place: Callable[[Person], str]
) -> list[Problem]:
    circle_of = {member: circle for circle in _find_circles(parents) for member in circle}
    return [
        _problem(person, column, reason, " > ".join((*circle_of[place(person)], circle_of[place(person)][0])))
        for person in people
        if place(person) in circle_of
    ]


def _find_circles(parents: Parents) -> list[tuple[str, ...]]:
    seen: dict[str, int] = {}
    circles = []
    for start, walk in enumerate(parents):
        path = []
        node: str | None = walk
        while node is not None and node not in seen:
            seen[node] = start
            path.append(node)
            node = parents.get(node)
        if node is not None and seen[node] == start:
            circles.append(tuple(path[path.index(node) :]))
    return circles


def _problem(person: Person, column: str, reason: str, value: str | None) -> Problem:
    return Problem(line=person.line, column=column, reason=reason, value=value or "")
