"""Who may do and see what: every route, every kind of person, every stage, against the oracle."""

import os
from pathlib import Path

import pytest

from api.policy import routes_of
from tests.api.calls import API
from tests.matrix.asking import ELSEWHERE
from tests.matrix.books import Books
from tests.matrix.cells import NOBODY, World, cells_of, may_succeed, opened
from tests.matrix.oracle import CASE, WHO, parts
from tests.matrix.outside import ANYBODYS, OUTSIDE
from tests.matrix.outside_cells import PEOPLE, fault_outside
from tests.matrix.worlds import WORLDS, one_with_hr_of_its_department_and_read_by_others
from tests.workflow.begun import Beginning, begun, nothing
from workflow.models import InboxRow, JournalEntry, PromotionCase, Task
from workflow.vocabulary import Stage

# By everybody instead of by one of each who stand alike: 108,000 cells instead of 22,000.
_EVERYBODY = "JINSHENG_EVERYBODY" in os.environ

worlds = pytest.mark.parametrize("beginning", WORLDS, ids=lambda beginning: beginning.__name__)


@worlds
@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_everybody_is_answered_as_the_table_of_rights_says(tmp_path: Path, beginning: Beginning) -> None:
    with opened(tmp_path, beginning) as world:
        cells = cells_of(world.books, world.ids, WHO, everybody=_EVERYBODY)
        faults = [fault for cell in cells for fault in world.faults(cell)]
    assert not faults, "\n".join(faults)


@worlds
def test_lists_hold_what_the_reader_may_see_and_nothing_else(tmp_path: Path, beginning: Beginning) -> None:
    alike = set()
    with opened(tmp_path, beginning) as world:
        for number, person in world.ids.items():
            cases = world.books.of(PromotionCase)
            standings = {case.id: world.books.standing(person, case) for case in cases}
            seen = {key for key, one in standings.items() if "place" in parts(one)}
            seen -= {key for key, one in standings.items() if "admitted" in one.words}  # by its number alone
            assert _listed(world, number, "/cases") == seen, number
            waiting = {row.task_id for row in world.books.of(InboxRow, person_id=person)}
            assert _listed(world, number, "/inbox") == waiting, number
            own = waiting | _had(world.books, person)
            # Of those who stand alike and have had the same tasks, one is asked for each of all tasks.
            kind = (frozenset(standings.items()), frozenset(own))
            if _EVERYBODY or kind not in alike:
                for task in world.books.of(Task):
                    world.calls.get(number, f"/tasks/{task.id}", status=200 if task.id in own else 404)
            alike.add(kind)


def _had(books: Books, person: int) -> set[int]:
    """The tasks that a person was given, has done or has handed over."""
    gave = books.of(JournalEntry, action="task_handed_over", actor_id=person)
    given = {task.id for task in books.of(Task) if person in (task.assignee_id, task.done_by_id)}
    return given | {entry.facts["task"] for entry in gave}


def test_what_names_no_case_is_open_by_role_alone(tmp_path: Path) -> None:
    with opened(tmp_path, one_with_hr_of_its_department_and_read_by_others) as world:
        for number in PEOPLE:
            for route in OUTSIDE:
                assert fault_outside(world, number, route) is None, (number, route)


def test_every_route_is_in_the_matrix(tmp_path: Path) -> None:
    with opened(tmp_path, nothing) as world:
        app = world.calls.client_for(NOBODY).application
        served = {f"{method} {rule.removeprefix(API)}" for rule, method, _ in routes_of(app) if API in rule}
    assert served == WHO.keys() | OUTSIDE.keys() | ANYBODYS
    assert all(CASE.split("/")[-1] not in route for route in OUTSIDE)


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_every_act_goes_through_for_somebody(tmp_path: Path) -> None:
    left = {route for route in WHO if not route.startswith("GET")} - ELSEWHERE
    for number, beginning in enumerate(WORLDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        with opened(folder, beginning) as world:
            for cell in cells_of(world.books, world.ids, tuple(left)):
                if cell.route in left and may_succeed(cell) and world.goes_through(cell):
                    left.remove(cell.route)
    assert not left


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


def _listed(world: World, number: str, path: str) -> set[int]:
    return {line["id"] for line in world.calls.get(number, f"{path}?limit=200")["items"]}
