"""The page about the process says what the table says."""

from pathlib import Path

from server.process_page import page, picture
from workflow.process import MOVES
from workflow.vocabulary import Stage

ROOT = Path(__file__).parent.parent


def test_the_page_in_docs_is_the_table() -> None:
    assert (ROOT / "docs" / "process.md").read_text("utf-8") == page()


def test_the_readme_shows_the_same_picture() -> None:
    assert picture() in (ROOT / "README.md").read_text("utf-8")


def test_every_move_of_the_table_is_in_the_picture() -> None:
    drawn = picture()
    for move in MOVES:
        for source in move.sources:
            assert any(
                line.startswith(f"    {source.value} --> {move.to.value}:") and move.trigger.value in line
                for line in drawn.splitlines()
            )


def test_the_present_stage_is_marked() -> None:
    assert "class review present" in picture(Stage.REVIEW)


def test_every_stage_has_a_name_in_both_languages() -> None:
    for stage in Stage:
        assert f'state "{stage.value}"' not in picture()
