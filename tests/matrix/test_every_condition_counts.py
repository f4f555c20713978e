"""The matrix is no ornament: without any one condition of any row of the table of rights it fails."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.policy import routes_of
from tests.api.calls import API
from tests.matrix.cells import NOBODY, Cell, World, cells_of, opened
from tests.matrix.oracle import WHO
from tests.matrix.outside import OUTSIDE
from tests.matrix.outside_cells import PEOPLE, fault_outside
from tests.matrix.worlds import WORLDS, one_with_hr_of_its_department_and_read_by_others
from tests.workflow.begun import nothing
from workflow import permissions
from workflow.permissions import Operation
from workflow.relations import Relation

_PARTS = ("_ALWAYS", "_AFTER_RELEASE", "_AFTER_EFFECT")
_READ = "GET /cases/<int:case_id>"
Operations = dict[str, Operation | None]
_IMPLIED = {Relation.ANYBODY, Relation.EVERYBODY}


@dataclass(frozen=True)
class Condition:
    """That a row of a table is open to one relation."""

    table: str
    row: Any
    relation: Relation

    def shows_in(self, cell: Cell, operations: Operations) -> bool:
        """Whether the cell may be answered otherwise without the condition."""
        is_asked = operations[cell.route] == self.row if self.table == "ALLOWED" else cell.route == _READ
        words = cell.standing.words if cell.standing is not None else frozenset()
        return is_asked and str(self.relation) in words

    def dropped(self) -> frozenset[Relation]:
        """The row without it."""
        return frozenset(getattr(permissions, self.table)[self.row] - {self.relation})


@pytest.mark.long
def test_without_any_one_condition_the_matrix_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(tmp_path, nothing) as world:
        operations = _operations(world)
    left = set(_conditions(operations))
    for number, beginning in enumerate(WORLDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        with opened(folder, beginning) as world:
            left -= {one for one in left if _is_noticed(world, one, operations, monkeypatch)}
    folder = tmp_path / "outside"
    folder.mkdir()
    with opened(folder, one_with_hr_of_its_department_and_read_by_others) as world:
        left |= {
            one
            for one in _outside(operations)
            if not _is_noticed_outside(world, one, operations, monkeypatch)
        }
    assert not left, "\n".join(str(condition) for condition in left)


def _is_noticed(
    world: World, condition: Condition, operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> bool:
    cells = [cell for cell in cells_of(world.books, world.ids, WHO) if condition.shows_in(cell, operations)]
    with monkeypatch.context() as patch:
        patch.setitem(getattr(permissions, condition.table), condition.row, condition.dropped())
        return any(world.faults(cell) for cell in cells)


def _is_noticed_outside(
    world: World, condition: Condition, operations: Operations, monkeypatch: pytest.MonkeyPatch
) -> bool:
    routes = [route for route in OUTSIDE if operations[route] == condition.row]
    with monkeypatch.context() as patch:
        patch.setitem(permissions.ALLOWED, condition.row, condition.dropped())
        return any(fault_outside(world, number, route) for route in routes for number in PEOPLE)


def _outside(operations: Operations) -> Iterator[Condition]:
    """The conditions on operations that are asked by no route that names a case."""
    of_cases = {operations[route] for route in WHO}
    for operation in {operations[route] for route in OUTSIDE} - of_cases:
        for relation in permissions.ALLOWED[operation] - _IMPLIED:
            yield Condition("ALLOWED", operation, relation)


def _conditions(operations: Operations) -> Iterator[Condition]:
    for operation in {operations[route] for route in WHO}:
        for relation in permissions.ALLOWED[operation] - _IMPLIED:
            yield Condition("ALLOWED", operation, relation)
    for table in _PARTS:
        for part, relations in getattr(permissions, table).items():
            yield from (Condition(table, part, relation) for relation in relations)


def _operations(world: World) -> Operations:
    app = world.calls.client_for(NOBODY).application
    return {f"{method} {rule.removeprefix(API)}": operation for rule, method, operation in routes_of(app)}
