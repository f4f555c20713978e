"""The list of incidents names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_incident_is_tried_by_a_test_that_exists() -> None:
    lines = (ROOT / "docs" / "security.md").read_text("utf-8").splitlines()
    rows = [line for line in lines if line.startswith("| ") and not line.startswith("| incident")]
    assert len(rows) >= 19
    for row in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", row)
        assert named, row
        for path, test in named:
            assert f"def {test}" in (ROOT / path).read_text("utf-8"), (path, test)
