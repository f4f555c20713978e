"""Who may do and see what: every route, every kind of person, every stage, against the oracle."""

import os
import re
from pathlib import Path

import pytest

from api.policy import routes_of
from tests.api.calls import API
from tests.matrix.books import Books
from tests.matrix.cells import NOBODY, World, cells_of, opened
from tests.matrix.oracle import CASE, WHO, parts
from tests.matrix.outside import ANYBODYS, OUTSIDE, expected_outside
from tests.matrix.worlds import WORLDS
from tests.workflow.begun import Beginning, begun, nothing
from workflow.models import InboxRow, JournalEntry, PromotionCase, Seat, Task
from workflow.vocabulary import Stage

# By everybody instead of by one of each who stand alike: 108,000 cells instead of 22,000.
_EVERYBODY = "JINSHENG_EVERYBODY" in os.environ

worlds = pytest.mark.parametrize("beginning", WORLDS, ids=lambda beginning: beginning.__name__)


@worlds
@pytest.mark.slow
def test_everybody_is_answered_as_the_table_of_rights_says(tmp_path: Path, beginning: Beginning) -> None:
    with opened(tmp_path, beginning) as world:
        cells = cells_of(world.books, world.ids, WHO, everybody=_EVERYBODY)
        faults = [fault for cell in cells for fault in world.faults(cell)]
    assert not faults, "\n".join(faults)


@worlds
def test_lists_hold_what_the_reader_may_see_and_nothing_else(tmp_path: Path, beginning: Beginning) -> None:
    with opened(tmp_path, beginning) as world:
        for number, person in world.ids.items():
            cases = world.books.of(PromotionCase)
            standings = {case.id: world.books.standing(person, case) for case in cases}
            seen = {key for key, one in standings.items() if "place" in parts(one)}
            seen -= {key for key, one in standings.items() if "admitted" in one.words}  # by its number alone
            assert _listed(world, number, "/cases") == seen, number
            waiting = {row.task_id for row in world.books.of(InboxRow, person_id=person)}
            assert _listed(world, number, "/inbox") == waiting, number
            for task in world.books.of(Task):
                gave = world.books.of(JournalEntry, action="task_handed_over", actor_id=person)
                has_given = any(entry.facts["task"] == task.id for entry in gave)
                is_own = task.id in waiting or person in (task.assignee_id, task.done_by_id) or has_given
                world.calls.get(number, f"/tasks/{task.id}", status=200 if is_own else 404)


def test_what_names_no_case_is_open_by_role_alone(tmp_path: Path) -> None:
    with opened(tmp_path, nothing) as world:
        for number in ("C", "L1", "D1", "H1", "A1", "X1", "M1", "J1", NOBODY):
            roles = _roles(world, number)
            for route in OUTSIDE:
                assert _fault_outside(world, number, roles, route) is None, (number, route)


def test_every_route_is_in_the_matrix(tmp_path: Path) -> None:
    with opened(tmp_path, nothing) as world:
        app = world.calls.client_for(NOBODY).application
        served = {f"{method} {rule.removeprefix(API)}" for rule, method, _ in routes_of(app) if API in rule}
    assert served == WHO.keys() | OUTSIDE.keys() | ANYBODYS
    assert all(CASE.split("/")[-1] not in route for route in OUTSIDE)


def test_the_matrix_is_large_and_its_cases_stand_in_every_stage(tmp_path: Path) -> None:
    stages, cells = set(), 0
    for number, beginning in enumerate(WORLDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        with begun(folder, beginning) as (company, _), company.reading() as db:
            books = Books.read(db)
        stages |= {case.stage for case in books.of(PromotionCase)}
        cells += sum(1 for _ in cells_of(books, company.ids, WHO))
    assert stages == set(Stage)
    assert cells > 20_000


def _roles(world: World, number: str) -> frozenset[str] | None:
    if number == NOBODY:
        return None
    person = world.ids[number]
    return world.books.roles(person) | ({"member"} if world.books.of(Seat, employee_id=person) else set())


def _fault_outside(world: World, number: str, roles: frozenset[str] | None, route: str) -> str | None:
    wanted = expected_outside(route, roles)
    method, rule = route.split(" ", 1)
    path = re.sub(r"<any[^>]*>", "relative", rule)
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


def _listed(world: World, number: str, path: str) -> set[int]:
    return {line["id"] for line in world.calls.get(number, f"{path}?limit=200")["items"]}
