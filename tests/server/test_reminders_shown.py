"""What `jinsheng remind --dry-run` shows of the reminders to come."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from notifications.preview import PreviewLine
from server import printing
from server.cli import main
from workflow.database import connect, writing
from workflow.models import InboxRow, Reminder, Task
from workflow.vocabulary import ReminderTarget, TaskKind

DAY = date(2026, 12, 2)
DUE = datetime(2026, 12, 3, 10, tzinfo=UTC)
LATE = datetime(2026, 1, 5, 10, tzinfo=UTC)
BOSS = """employee_number,name,department,post,track,level,hired_on,level_since
1,Ann Lee,Service,Director,management,expert,2015-01-01,2020-01-01
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


def test_customers_are_counted_with_the_others_and_columns_stand_below_each_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = [
        PreviewLine("陈静怡", "1002", ReminderTarget.OWNER, TaskKind.CAST_BALLOT, 17, DUE, 1),
        PreviewLine("Bo", "3", ReminderTarget.MANAGER, TaskKind.DECIDE_RATER_OBJECTION, None, DUE, 1),
        PreviewLine(None, None, ReminderTarget.OWNER, TaskKind.REVIEW, None, None, 4),
        PreviewLine(None, None, None, "review_reminder", None, None, 8),
    ]
    printing.reminders(DAY, lines)
    *shown, total = capsys.readouterr().out.splitlines()
    assert total == "2026-12-02, reminders: 14"
    assert "8 people" in shown[-1]
    assert "Reminder to a customer" in shown[-1]
    ends = {"due 2026-12-03 10:00 UTC", "confidential"}
    assert {line[shown[-1].index("confidential") :] for line in shown[1:]} == ends


def test_without_a_day_it_shows_the_next_on_which_somebody_is_reminded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path))
    (tmp_path / "people.csv").write_text(BOSS, encoding="utf-8")
    run("import-organisation", str(tmp_path / "people.csv"))
    engine = connect(f"sqlite:///{tmp_path}/jinsheng.db")
    with writing(engine) as db:
        task = Task(
            kind=TaskKind.FIX_DATA, case_id=None, round_id=None, assignee_id=1, opened_at=LATE, due_at=LATE
        )
        db.add(task)
        db.flush()
        db.add(InboxRow(person_id=1, due_at=LATE, task_id=task.id))
        db.add(Reminder(task_id=task.id, at=LATE, target=ReminderTarget.OWNER))
    engine.dispose()
    shown = run("remind", "--dry-run").output
    assert "1 Ann Lee" in shown
    assert shown.endswith(", reminders: 1\n")
