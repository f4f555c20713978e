"""Calls of everybody on the routes that name no case, held against the second table."""

import re

from tests.matrix.cells import NOBODY, World
from tests.matrix.outside import expected_outside
from workflow.models import Seat

# In the world where T1 is HR to a department and J1 to another.
PEOPLE = ("C", "L1", "D1", "H1", "A1", "X1", "M1", "J1", "T1", NOBODY)


def roles_of(world: World, number: str) -> frozenset[str] | None:
    """What a person is to the organisation, a member of its committee included; None is nobody signed in."""
    if number == NOBODY:
        return None
    person = world.ids[number]
    return world.books.roles(person) | ({"member"} if world.books.of(Seat, employee_id=person) else set())


def fault_outside(world: World, number: str, route: str) -> str | None:
    """What is wrong with the answer to a person on a route that names no case, or with what it left."""
    wanted = expected_outside(route, roles_of(world, number))
    method, rule = route.split(" ", 1)
    path = re.sub(r"<any\((\w+)[^>]*>", r"\1", rule)
    path = re.sub(r"<int:\w+>", "1", path)
    path = re.sub(r"<\w+>", "P1", path)
    with world.unchanged(is_look=method == "GET") as found:
        answer = world.calls.raw(number, method, path, {} if method in ("POST", "PUT") else None)
        found.status = answer.status_code
    told = answer.get_json() if answer.status_code >= 400 else {}
    if found.faults or answer.status_code >= 500:
        return f"{found.faults} {told}"
    is_refused = told.get("code") in ("sign_in_required", "not_allowed") and "reason" not in told["facts"]
    if (told.get("code") if is_refused else None) != wanted.code:
        return f"{wanted} {answer.status_code} {told}"
    return None
