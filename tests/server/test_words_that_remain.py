"""Where words outlive the row they were written into: a file that is being read, answers that were kept."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from api.models import KeptAnswer
from tests.company import Company
from tests.server.erasing_done import erase
from tests.server.test_commands import BOSS, ENGINEER, a_file, run
from workflow.database import connect


def test_a_file_that_is_being_read_is_reported_until_a_later_run_has_cleared_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path / "var"))
    run("import-organisation", a_file(tmp_path, BOSS, ENGINEER))
    engine = connect(f"sqlite:///{tmp_path}/var/jinsheng.db")
    with engine.begin() as connection:
        connection.execute(text("UPDATE employee SET is_active = 0 WHERE number = '2'"))
    with engine.connect() as reader:
        reader.execute(text("SELECT name FROM employee")).all()
        told = run("erase", "--person", "2")
    assert (told.exit_code, "run `jinsheng erase` again" in told.output) == (1, True)
    assert "1  people who have left" in told.output
    engine.dispose()
    assert run("erase").exit_code == 0


def test_answers_that_name_whoever_is_erased_are_kept_without_their_words(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        for key, number in (("a", "C"), ("b", "P1")):
            body = f'{{"candidate":{{"number":"{number}","name":"Person {number}"}}}}'
            until = (company.now + timedelta(days=30)).date()
            kept = {"route": "POST /x", "digest": "", "status": 201, "until": until, "body": body}
            act.add(KeptAnswer(person_id=company.ids["H1"], key=key, **kept))
    company.leaves("C")
    erase(company, "C")
    with company.reading() as db:
        bodies = dict(db.execute(select(KeptAnswer.key, KeptAnswer.body)).all())
    assert (bodies["a"], "Person P1" in bodies["b"]) == ("", True)
