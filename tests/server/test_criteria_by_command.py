"""What the command may do to criteria: bring those of the product, and drafts of all others."""

from pathlib import Path

from sqlalchemy import create_engine, text

from tests.server.test_commands import folder, run
from workflow.editions import reading

__all__ = ["folder"]

OWN = "extends: default\nkey: {key}\nversion: '1'\n"


def published(folder: Path, document: str) -> str:
    file = folder / "edition.yaml"
    file.write_text(document, encoding="utf-8")
    result = run("publish-criteria", str(file))
    assert result.exit_code == 0
    return result.output


def states(folder: Path) -> dict[str, str]:
    engine = create_engine(f"sqlite:///{folder}/var/jinsheng.db")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT key, state FROM criteria_edition")).all()
    engine.dispose()
    return {row.key: row.state for row in rows}


def test_criteria_of_ones_own_are_a_draft_that_hr_publishes(folder: Path) -> None:
    published(folder, reading.shipped()["default"])
    assert "draft" in published(folder, OWN.format(key="mine"))
    assert states(folder) == {"default": "published", "mine": "draft"}


def test_what_comes_with_the_product_counts_at_once(folder: Path) -> None:
    for document in reading.shipped().values():
        assert "draft" not in published(folder, document)
    assert set(states(folder).values()) == {"published"}
