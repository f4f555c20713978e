"""Separation of duties: each sentence of the table has its tests, and no one person gives a role."""

import re
from pathlib import Path

import pytest

import api
import notifications
import workflow
from workflow.permissions import ALLOWED, Operation
from workflow.relations import Relation

HERE = Path(__file__).parent
ROW = re.compile(r"^\| (?!what|---)(.+) \| (\S+) \| (\w+) \|$", re.M)
TABLE = ROW.findall((HERE.parent / "docs" / "separation-of-duties.md").read_text("utf-8"))


@pytest.mark.parametrize(("sentence", "file", "test"), TABLE)
def test_what_must_hold_is_held_by_a_test(sentence: str, file: str, test: str) -> None:
    assert f"def {test}(" in (HERE / file).read_text("utf-8"), sentence


def test_the_table_is_read_whole() -> None:
    text = (HERE.parent / "docs" / "separation-of-duties.md").read_text("utf-8")
    assert len(TABLE) == sum(line.startswith("| ") for line in text.splitlines()) - 1


def test_an_administrator_may_do_nothing_that_others_may_not_but_ask() -> None:
    own = {operation for operation, relations in ALLOWED.items() if Relation.ADMIN in relations}
    of_messages = {Operation.READ_DELIVERIES, Operation.MANAGE_DELIVERY}  # of no case: `test_deliveries`
    of_roles = {Operation.READ_ROLES, Operation.MANAGE_ROLES}  # with a second person: `test_roles`
    of_hooks = {Operation.SUBSCRIBE, Operation.REPLAY}  # one's own
    assert own == {Operation.ASK_EMERGENCY} | of_hooks | of_messages | of_roles


def test_no_route_gives_anybody_a_role_but_with_a_second_person() -> None:
    """Of all that a route can reach one verb writes roles, which `test_roles` looks at."""
    writing = re.compile(r"(?:insert|update|add)\w*\((?:bare_table\()?(?:RoleHolding|HrField)")
    found = {
        f"{path.parent.name}/{path.name}"
        for package in (api, workflow, notifications)
        for path in Path(package.__path__[0]).rglob("*.py")
        if writing.search(path.read_text("utf-8"))
    }
    assert found == {"workflow/roles.py"}
