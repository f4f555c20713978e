"""The project tests its own rules: sizes, names, words in both languages; imports are linted by `make`."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint

from translations import LOCALES, _catalogue
from workflow.models import Base

ROOT = Path(__file__).parent.parent
PACKAGES = ("workflow", "notifications", "api", "web", "integrations", "server", "translations")
VAGUE = {"utils", "util", "helpers", "common", "misc", "manager", "services"}


def product_files() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def test_no_file_is_longer_than_350_lines() -> None:
    long = {
        path.name: n for path in product_files() if (n := len(path.read_text("utf-8").splitlines())) > 350
    }
    assert long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in (*product_files(), *(ROOT / "benchmarks").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 40
    ]
    assert long == []


def test_every_module_begins_with_a_sentence() -> None:
    silent = [
        path.relative_to(ROOT)
        for path in product_files()
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [path for path in product_files() if path.stem in VAGUE] == []


def test_no_two_files_of_tests_have_one_name() -> None:
    # Their folders are no packages: of two with one name, pytest reads only the first.
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_nothing_in_the_domain_reads_the_clock() -> None:
    readers = [
        path.relative_to(ROOT)
        for path in (ROOT / "workflow").rglob("*.py")
        if any(call in path.read_text("utf-8") for call in ("datetime.now(", "date.today(", "time.time("))
    ]
    assert readers == []


def test_both_catalogues_hold_the_same_codes_with_the_same_facts() -> None:
    english, chinese = (_catalogue(locale) for locale in LOCALES)
    assert english.keys() == chinese.keys()
    assert [code for code, sentence in {**english, **chinese}.items() if not sentence.strip()] == []


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_check_constraint_is_a_rule_in_words(table: object) -> None:
    checks = [c for c in table.constraints if isinstance(c, CheckConstraint)]  # type: ignore[attr-defined]
    assert all("_" in str(check.name) for check in checks)
