"""What an operator types, and what the `jinsheng` command answers."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook
from sqlalchemy import create_engine, select, text

from notifications.channels.email import message_id
from notifications.models import Channel, Delivery, DeliveryState
from server import config
from server.app import channels
from server.cli import main
from server.clock import system_time
from workflow.database import connect, writing
from workflow.models import Employee

HEAD = "employee_number,name,email,department,post,track,level,manager_number,hired_on,level_since\n"
BOSS = "1,Ann Lee,ann@example.com,Service,Director,management,expert,,2015-01-01,2020-01-01\n"
ENGINEER = "2,Bo Li,bo@example.com,Service,Engineer,professional,junior,1,2024-01-01,2024-01-01\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path / "var"))
    return tmp_path


def run(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, list(words), input=given, catch_exceptions=False)


def a_file(folder: Path, *lines: str) -> str:
    file = folder / "people.csv"
    file.write_text(HEAD + "".join(lines), encoding="utf-8")
    return str(file)


def people(folder: Path) -> int:
    engine = create_engine(f"sqlite:///{folder}/var/jinsheng.db")
    with engine.connect() as connection:
        count: int = connection.execute(text("SELECT count(*) FROM employee")).scalar_one()
    engine.dispose()
    return count


def test_an_import_says_how_many_people_are_new_and_a_second_changes_nothing(folder: Path) -> None:
    file = a_file(folder, BOSS, ENGINEER)
    assert "created                        2" in run("import-organisation", file).output
    second = run("import-organisation", file).output
    assert "created                        0" in second
    assert "unchanged                      2" in second


def test_a_dry_run_reports_and_keeps_nothing(folder: Path) -> None:
    result = run("import-organisation", a_file(folder, BOSS), "--dry-run")
    assert "created                        1" in result.output
    assert "Dry run" in result.output
    assert people(folder) == 0


def test_a_bad_line_is_named_in_words_and_nothing_is_imported(folder: Path) -> None:
    result = run("import-organisation", a_file(folder, BOSS, ENGINEER.replace("junior", "wizard")))
    assert result.exit_code == 1
    assert "line 3, level: is not a level / 不是已知职级: wizard" in result.output
    assert "文件未导入" in result.output
    assert people(folder) == 0


def test_bad_lines_can_be_skipped_when_asked(folder: Path) -> None:
    file = a_file(folder, BOSS, ENGINEER.replace("junior", "wizard"))
    result = run("import-organisation", file, "--skip-bad")
    assert result.exit_code == 0
    assert "line 3, level" in result.output
    assert people(folder) == 1


def test_an_edition_with_faults_is_refused_by_path_and_reason(folder: Path) -> None:
    file = folder / "edition.yaml"
    file.write_text("extends: default\nkey: mine\nversion: '1'\nrating_scale: {low: 5, high: 1}\n")
    result = run("publish-criteria", str(file))
    assert result.exit_code == 1
    assert "rating_scale" in result.output


def test_verify_says_that_all_chains_hold_and_names_what_does_not(folder: Path) -> None:
    run("import-organisation", a_file(folder, BOSS))
    assert run("verify").exit_code == 0
    engine = create_engine(f"sqlite:///{folder}/var/jinsheng.db")
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER journal_entry_is_append_only_update"))
        connection.execute(text("UPDATE journal_entry SET action = 'x' WHERE chain = 'organisation'"))
    engine.dispose()
    result = run("verify")
    assert result.exit_code == 1
    assert "organisation entry 1: entry_altered" in result.output


def test_a_password_is_set_for_somebody_on_file_only(folder: Path) -> None:
    run("import-organisation", a_file(folder, BOSS))
    word = "correct horse battery\n"
    assert run("set-password", "1", given=word + word).exit_code == 0
    assert "nobody has the number 9" in run("set-password", "9", given=word + word).output
    assert run("set-password", "1", given="short\nshort\n").exit_code == 1


def test_what_nobody_has_is_not_taken_away(folder: Path) -> None:
    run("import-organisation", a_file(folder, BOSS))
    for command in ("remove-second-factor", "unlink-single-sign-on"):
        assert run(command, "1").exit_code == 1
        assert run(command, "nobody").exit_code == 1


def test_an_empty_mailbox_and_an_empty_day_say_so(folder: Path) -> None:
    assert "0 mails" in run("mailbox").output
    assert "2026-03-02, reminders: 0" in run("remind", "--dry-run", "--date", "2026-03-02").output


def test_relatives_are_imported_after_a_dry_run_that_keeps_nothing(folder: Path) -> None:
    run("import-organisation", a_file(folder, BOSS, ENGINEER))
    file, mapping = folder / "relatives.csv", folder / "relatives.yaml"
    file.write_text("Person;Kin\n1;2\n", "utf-8")
    mapping.write_text(
        "columns: {employee_number: Person, other_number: Kin, because: {constant: relative}}", "utf-8"
    )
    words = ("import-kept-apart", str(file), "--mapping", str(mapping))
    assert "1 pairs added, 0 known already" in run(*words, "--dry-run").output
    assert "1 pairs added, 0 known already" in run(*words).output
    assert "0 pairs added, 1 known already" in run(*words).output
    file.write_text("Person;Kin\n1;9\n", "utf-8")
    result = run(*words)
    assert (result.exit_code, "line 2, other_number" in result.output) == (1, True)
    assert "没有人使用这个工号" in result.output


def test_contacts_are_imported_after_a_dry_run_that_keeps_nothing(folder: Path) -> None:
    run("import-organisation", a_file(folder, BOSS, ENGINEER))
    file = folder / "contacts.csv"
    file.write_text("employee_number,source,name,email,locale\n2,customer,Li Na,li@example.com,en\n", "utf-8")
    for words in ((str(file), "--dry-run"), (str(file),)):
        assert "1 people: 1 contacts added" in run("import-contacts", *words).output
    assert "0 contacts added" in run("import-contacts", str(file)).output
    file.write_text("employee_number,source,person_number\n2,peer,2\n", "utf-8")
    result = run("import-contacts", str(file))
    assert (result.exit_code, "line 2" in result.output) == (1, True)
    assert "与名单所属人是同一人" in result.output


def test_a_workbook_is_imported_and_its_sheet_is_named_where_there_are_several(folder: Path) -> None:
    book = Workbook()
    book.active.title = "People"
    for line in (HEAD, BOSS):
        book.active.append(line.strip().split(","))
    book.create_sheet("Notes")
    file = folder / "people.xlsx"
    book.save(file)
    result = run("import-organisation", str(file))
    assert "“People” was read" in result.output
    assert "created                        1" in result.output


@pytest.mark.parametrize("command", ["serve", "upgrade", "verify"])
@pytest.mark.parametrize(
    "named",
    [
        "sqlite:///{folder}/notes.txt",
        "sqlite:///{folder}",
        "sqlite:///{folder}/nowhere/x.db",
        "postgresql+psycopg://me:pass-word@127.0.0.1:9/x",
    ],
)
def test_what_is_no_database_is_said_to_be_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: str, named: str
) -> None:
    (folder / "notes.txt").write_text(
        "Nothing but some words about the weather, and no database at all.\n" * 9
    )
    monkeypatch.setenv("JINSHENG_DATABASE_URL", named.format(folder=folder))
    refused = run(command)
    assert refused.exit_code == 1
    assert isinstance(refused.exception, SystemExit)
    for words in ("does not open as a database", "不是可以打开的数据库"):
        assert words in refused.output
    assert "pass-word" not in refused.output


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"CALLS_A_MINUTE_BY_PERSON": "many"}, "CALLS_A_MINUTE_BY_PERSON is no whole number"),
        ({"CALLS_A_MINUTE_BY_ADDRESS": "-1"}, "CALLS_A_MINUTE_BY_ADDRESS 不是整数"),
        ({"SMTP_HOST": "mail", "SMTP_PORT": "١"}, "SMTP_PORT is no whole number"),
        ({"SMTP_HOST": "mail", "SMTP_SECURITY": "ssl"}, "Write one of: none, starttls, tls"),
        ({"OIDC_ISSUER": "https://id"}, "OIDC_CLIENT_ID is not set"),
        ({"OIDC_ISSUER": "https://id", "OIDC_MATCH": "email"}, "请填写其中之一：number, mail"),
        ({"DATABASE_URL": "pass-word"}, "DATABASE_URL names no database"),
        ({"DATABASE_URL": "mysql://me:pass-word@host/x"}, "DATABASE_URL names no database"),
        ({"DATABASE_URL": "postgresql+psycopg://me:pass-word@host:x/x"}, "DATABASE_URL names no database"),
    ],
)
@pytest.mark.parametrize("command", ["doctor", "upgrade"])
def test_a_setting_that_cannot_be_used_is_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: str, settings: dict[str, str], named: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"JINSHENG_{name}", value)
    refused = run(command)
    assert (refused.exit_code, named in refused.output) == (1, True)
    assert "pass-word" not in refused.output


_RETURNED = """Content-Type: multipart/report; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; bo@example.com
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

Message-ID: <x@localhost>

--b--
"""


def test_a_mail_that_came_back_is_taken_in_whatever_it_is_and_kept_by_the_mail_server_where_it_cannot_be(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("import-organisation", a_file(folder, BOSS, ENGINEER))
    result = run("bounce", given="Subject: I am away\n\nUntil Monday.")
    assert (result.exit_code, result.output) == (0, "came back: nothing that was sent from here\n")
    monkeypatch.setenv("JINSHENG_FOLDER", str(folder / "elsewhere"))
    monkeypatch.setenv("JINSHENG_SECRET_KEY", "what the service has as well")
    (folder / "elsewhere").mkdir()
    assert run("bounce", given=_RETURNED).exit_code == 75
    foreign = _RETURNED.replace("@localhost>", "@elsewhere.example>")
    assert run("bounce", given=foreign).exit_code == 0


def test_without_the_secret_of_the_service_no_mail_is_taken_for_a_foreign_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JINSHENG_SECRET_KEY", raising=False)
    monkeypatch.setenv("JINSHENG_FOLDER", str(folder / "elsewhere"))
    for mail in (_RETURNED, "Subject: I am away"):
        refused = run("bounce", given=mail)
        assert refused.exit_code == 75
        assert "JINSHENG_SECRET_KEY is not set" in refused.output
        assert "未设置 JINSHENG_SECRET_KEY" in refused.output
    assert not (folder / "elsewhere").exists()


def test_a_mail_that_was_sent_from_here_is_known_by_a_name_that_nobody_can_guess(folder: Path) -> None:
    run("import-organisation", a_file(folder, BOSS, ENGINEER))
    settings, now = config.from_environment(), system_time()
    engine = connect(settings.database_url)
    with writing(engine) as db:
        reader = db.scalars(select(Employee.id).where(Employee.number == "2")).one()
        mail = Delivery(
            key="k",
            channel=Channel.MAIL,
            kind="password_changed",
            created_at=now,
            next_at=now,
            state=DeliveryState.SENT,
            sent_at=now,
            person_id=reader,
        )
        db.add(mail)
    engine.dispose()
    names = [message_id(key, settings.sender) for key in ("k", channels(settings).mail_key("k"))]
    guessed, told = (run("bounce", given=_RETURNED.replace("<x@localhost>", name)).output for name in names)
    assert guessed == "came back: nothing that was sent from here\n"
    assert told == "came back: bo@example.com\n"
