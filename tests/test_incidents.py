"""The list of incidents names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_incident_is_tried_by_a_test_that_exists() -> None:
    lines = (ROOT / "docs" / "security.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| incident")]
    assert len(rows) >= 23
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", row)
        assert named, row
        for path, test in named:
            assert f"def {test}" in (ROOT / path).read_text("utf-8"), (path, test)


def test_every_number_that_a_test_bears_stands_in_the_list() -> None:
    listed = (ROOT / "docs" / "security.md").read_text("utf-8")
    tests = "".join(path.read_text("utf-8") for path in sorted((ROOT / "tests").rglob("*.py")))
    numbers = set(re.findall(r"CVE-\d{4}-\d+|GHSA(?:-\w{4}){3}", tests))
    assert {number for number in numbers if number not in listed} == set()
