"""Many threads use one alias from the first moment on."""

import ast

import pytest
from sqlalchemy import select
from sqlalchemy.sql.base import WriteableColumnCollection

from tests.test_architecture import product_files
from workflow.models import Employee, aliased


def test_an_alias_has_found_its_columns_before_anybody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    # While one thread filled it, another found it half empty and took the column of the table instead: asking
    # for somebody's superiors joined everybody with everybody, for as long as the process lived.
    above = aliased(Employee)
    monkeypatch.setattr(WriteableColumnCollection, "_init_proxy_index", _is_filled_by_another_thread)
    assert "employee_1.manager_id" in str(select(above.manager_id))


def _is_filled_by_another_thread(_collection: object) -> None:
    """Find nothing yet."""


def test_the_product_makes_no_other_aliases() -> None:
    makers = {
        path.name
        for path in product_files()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "sqlalchemy.orm"
        if "aliased" in {name.name for name in node.names}
    }
    assert makers == {"aliases.py"}
