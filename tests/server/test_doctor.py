"""What the doctor finds in an installation, and that what is red stops the start."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from packaging.requirements import Requirement
from sqlalchemy import Engine, create_engine, text

import server.doctor
from api.access.single_sign_on import Match, Provider
from notifications.channels.mail_server import MailServer, Security
from notifications.models import Channel, Delivery
from server import cli, commands, demonstration, doctor
from server.config import Settings
from server.doctor import surroundings
from tests.company import Company, a_company
from tests.databases import fresh_sqlite
from translations import LOCALES, say
from workflow.database import connect
from workflow.models import Employee
from workflow.store import Door
from workflow.vocabulary import Role

SECRET = "q7Zt-0vXw3Lr_8nKp5Hy2Bs9Ud4Mf6Gj1Ca"


def settings_in(folder: Path) -> Settings:
    return Settings(
        folder=folder,
        database_url="",
        secret_key=SECRET,
        base_url="https://jinsheng.example.com",
        sender="jinsheng@example.com",
        mail_server=MailServer(host="mail.example.com", port=25, security=Security.STARTTLS),
        internal_hosts=(),
        secure_cookies=True,
        trusted_proxy="127.0.0.1",
    )


@pytest.fixture
def sound(tmp_path: Path) -> Iterator[doctor.Installation]:
    """An installation on which only people are missing."""
    file = Path(str(fresh_sqlite(tmp_path).url.database))
    file.chmod(0o600)
    engine = connect(f"sqlite:///{file}")  # as it is set up outside of tests
    yield doctor.Installation(settings_in(tmp_path), engine, lambda: datetime.now(UTC))
    engine.dispose()


def found(installation: doctor.Installation, **changed: object) -> dict[str, str]:
    """Colour by code of what the doctor finds once settings are changed."""
    settings = replace(installation.settings, **changed)  # type: ignore[arg-type]
    findings = doctor.examine(replace(installation, settings=settings))
    return {one.code: one.colour for one in findings if one.code and not one.code.startswith("nobody")}


def run(*words: str) -> Result:
    return CliRunner().invoke(cli.main, list(words), catch_exceptions=False)


def test_holidays_that_are_not_published_yet_and_time_zones_that_do_not_exist_are_yellow(
    sound: doctor.Installation,
) -> None:
    with sound.engine.begin() as connection:
        for name, country, zone in (("A", "CN", "Mars/Olympus"), ("B", "DE", "Europe/Berlin")):
            connection.execute(
                text("INSERT INTO site (name, country, time_zone, own_days) VALUES (:n, :c, :z, '{}')"),
                {"n": name, "c": country, "z": zone},
            )
    autumn = replace(sound, now=lambda: datetime(2099, 12, 1, tzinfo=UTC))
    assert found(autumn) == {"holidays_unknown": "yellow", "time_zone_unknown": "yellow"}
    summer = replace(sound, now=lambda: datetime(2026, 6, 1, tzinfo=UTC))
    assert found(summer) == {"time_zone_unknown": "yellow"}


def test_a_sound_installation_is_green(sound: doctor.Installation) -> None:
    assert found(sound) == {}


@pytest.mark.parametrize(("key", "code"), [("short", "secret_short"), ("changeme" * 5, "secret_guessable")])
def test_a_secret_that_can_be_guessed_is_red(sound: doctor.Installation, key: str, code: str) -> None:
    assert found(sound, secret_key=key) == {code: "red"}


@pytest.mark.parametrize("name", ["secret", "jinsheng.db", "jinsheng.db-wal", "mailbox/1.eml"])
def test_a_file_that_others_may_read_is_red(sound: doctor.Installation, name: str) -> None:
    file = sound.settings.folder / name
    file.parent.mkdir(exist_ok=True)
    file.touch()
    file.chmod(0o640)
    assert found(sound) == {}
    file.chmod(0o644)
    assert found(sound) == {"file_open_to_all": "red"}


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost"])
def test_plain_http_on_this_machine_is_for_development_only(sound: doctor.Installation, url: str) -> None:
    assert found(sound, base_url=url, secure_cookies=False) == {"address_not_https": "red"}
    assert found(sound, base_url=url, secure_cookies=False, is_development=True) == {}


@pytest.mark.parametrize("url", ["http://10.0.0.7", "http://jinsheng.example.com", "https://", "jinsheng"])
def test_any_other_address_without_https_is_red_everywhere(sound: doctor.Installation, url: str) -> None:
    for is_development in (True, False):
        told = found(sound, base_url=url, secure_cookies=False, is_development=is_development)
        assert told == {"address_not_https": "red"}


def test_cookies_that_do_not_fit_the_address_are_red(sound: doctor.Installation) -> None:
    assert found(sound, secure_cookies=False) == {"cookies_disagree": "red"}


def test_mails_that_stay_in_the_house_are_yellow(sound: doctor.Installation) -> None:
    assert found(sound, mail_server=None) == {"mails_to_folder": "yellow"}
    assert found(sound, mail_server=None, is_development=True) == {}


@pytest.mark.parametrize(
    ("host", "told"), [("mail.example.com", {"mail_password_in_clear": "red"}), ("::1", {})]
)
def test_a_password_sent_to_a_mail_server_in_clear_is_red(
    sound: doctor.Installation, host: str, told: dict[str, str]
) -> None:
    server = MailServer(host=host, port=25, security=Security.NONE, user="jinsheng", password="secret")
    assert found(sound, mail_server=server) == told
    assert found(sound, mail_server=replace(server, user=None, password=None)) == {}


def test_a_provider_of_single_sign_on_without_https_is_red(sound: doctor.Installation) -> None:
    provider = Provider("http://id.example.com", "us", "secret", Match.MAIL, "email", "https://us/callback")
    assert found(sound, single_sign_on=provider) == {"issuer_not_https": "red"}
    assert found(sound, single_sign_on=replace(provider, issuer="https://id.example.com")) == {}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"trusted_proxy": "*"}, "proxy_anybody"),
        ({"trusted_proxy": None}, "proxy_unnamed"),
        ({"calls_by_person": 0}, "calls_unbounded"),
        ({"calls_by_address": 0}, "calls_unbounded"),
    ],
)
def test_callers_who_are_not_told_apart_or_not_bounded_are_yellow(
    sound: doctor.Installation, changed: dict[str, object], code: str
) -> None:
    assert found(sound, **changed) == {code: "yellow"}


def test_the_doctor_only_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path / "var"))
    assert "no_database" in run("doctor", "--json").output
    assert run("mailbox").exit_code == 0
    assert not (tmp_path / "var").exists()


def test_ways_into_the_internal_network_are_yellow(sound: doctor.Installation) -> None:
    assert found(sound, internal_hosts=("hr.intranet",)) == {"internal_hosts": "yellow"}


def test_libraries_that_are_absent_or_of_another_version_are_named() -> None:
    wanted = ["flask>=3", "flask>=900", "no-such-library", 'no-such-driver; extra == "postgres"']
    unfit = list(surroundings.unfit([Requirement(line) for line in wanted]))
    assert [(name, asked) for name, _, asked in unfit] == [("flask", ">=900"), ("no-such-library", "")]


def test_a_database_that_keeps_less_than_promised_is_red(sound: doctor.Installation) -> None:
    plain = create_engine(sound.engine.url)  # as SQLite is without our settings: foreign keys off
    assert found(replace(sound, engine=plain)) == {"sqlite_unsafe": "red"}
    plain.dispose()


def test_a_database_that_does_not_wait_for_its_disk_is_red(engine: Engine, tmp_path: Path) -> None:
    installation = doctor.Installation(settings_in(tmp_path), engine, lambda: datetime.now(UTC))
    findings = [one for one in doctor.examine(installation) if one.examination == "durability"]
    # The tests have set them up so, for speed.
    off = {"sqlite": ["synchronous"], "postgresql": ["fsync", "full_page_writes", "synchronous_commit"]}
    assert [one.facts["name"] for one in findings if one.colour == "red"] == off[engine.dialect.name]


def test_clocks_that_differ_are_yellow(engine: Engine, tmp_path: Path) -> None:
    wrong = doctor.Installation(
        settings_in(tmp_path), engine, lambda: datetime.now(UTC) + timedelta(minutes=2)
    )
    differ = found(wrong).get("clocks_differ")
    assert differ == ("yellow" if engine.dialect.name == "postgresql" else None)


def test_an_older_schema_is_red_and_its_people_are_not_looked_for(sound: doctor.Installation) -> None:
    with sound.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    findings = list(doctor.examine(sound))
    assert [(one.code, one.colour) for one in findings if one.code] == [("schema_other", "red")]


def test_a_newer_schema_and_what_only_a_newer_version_can_send_are_yellow(
    sound: doctor.Installation,
) -> None:
    with sound.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of next year'"))
    company = a_company(Door(sound.engine))
    mail = {"channel": Channel.MAIL, "created_at": company.now, "next_at": company.now}
    with company.door.acting(now=company.now) as act:
        act.add(Delivery(key="d", kind="sent_by_pigeon", person_id=company.ids["H1"], **mail))
    assert found(replace(sound, now=lambda: company.now)) == {
        "schema_newer": "yellow",
        "messages_newer": "yellow",
    }


def test_a_journal_that_can_be_rewritten_is_red(engine: Engine, tmp_path: Path) -> None:
    installation = doctor.Installation(settings_in(tmp_path), engine, lambda: datetime.now(UTC))
    assert "journal_unguarded" not in found(installation)
    off, on = {
        "sqlite": ("DROP TRIGGER journal_entry_is_append_only_update", "SELECT 1"),
        "postgresql": tuple(
            f"ALTER TABLE journal_entry {word} TRIGGER journal_entry_is_append_only"
            for word in ("DISABLE", "ENABLE")
        ),
    }[engine.dialect.name]
    with engine.begin() as connection:
        connection.execute(text(off))
    told = found(installation)
    with engine.begin() as connection:
        connection.execute(text(on))
    assert told["journal_unguarded"] == "red"


def test_a_superuser_of_the_database_is_yellow(engine: Engine, tmp_path: Path) -> None:
    # The tests' PostgreSQL belongs to one; SQLite has none.
    installation = doctor.Installation(settings_in(tmp_path), engine, lambda: datetime.now(UTC))
    told = found(installation).get("database_superuser")
    assert told == ("yellow" if engine.dialect.name == "postgresql" else None)


def test_a_role_without_anybody_is_yellow(company: Company, tmp_path: Path) -> None:
    installation = doctor.Installation(settings_in(tmp_path), company.door.engine, lambda: company.now)
    missing = {one.code for one in doctor.examine(installation) if one.examination == "roles"}
    with company.door.acting(now=company.now) as act:
        for person in ("H1", "H2"):
            act.db.get_one(Employee, company.ids[person]).is_active = False
    left = {one.code for one in doctor.examine(installation) if one.examination == "roles"}
    assert left - missing == {"nobody_as_hr"}


def test_people_of_the_demonstration_are_red_where_it_matters(sound: doctor.Installation) -> None:
    now = datetime(2026, 10, 23, 7, tzinfo=UTC)  # no holidays of the next year are missed yet
    demonstration.load(Door(sound.engine), now=now)
    sound = replace(sound, now=lambda: now)
    assert found(sound) == {"made_up_people": "red"}
    assert found(sound, is_development=True) == {}


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path))
    assert "no_database" in run("doctor", "--json").output
    assert not (tmp_path / "jinsheng.db").exists()


def test_a_database_that_is_silent_is_red(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path))
    monkeypatch.setenv("JINSHENG_DATABASE_URL", "postgresql+psycopg://me:pass-word@127.0.0.1:1/none")
    result = run("doctor")
    assert (result.exit_code, "does not answer" in result.output) == (1, True)
    assert "pass-word" not in result.output


def test_the_doctor_speaks_both_languages_and_to_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path))
    words = run("doctor")
    assert words.exit_code == 1
    assert "red    Address of the service / 服务地址" in words.output
    assert "Put a server that speaks https in front of it" in words.output
    assert "请在服务前架设支持 https 的服务器" in words.output
    data = {one["examination"]: one for one in json.loads(run("doctor", "--json").output)}
    assert data["secret"] == {
        "examination": "secret",
        "colour": "green",
        "code": None,
        "facts": {},
        "sentences": {},
    }
    assert data["address"]["sentences"]["en"]["what"].startswith("The service is reached at http://")


def test_yellow_alone_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path))
    monkeypatch.setenv("JINSHENG_BASE_URL", "https://jinsheng.example.com")
    assert run("doctor").exit_code == 0


def test_what_is_unsafe_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Settings] = []
    monkeypatch.setattr(commands, "serve_forever", lambda settings, **_: started.append(settings))
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path))
    refused = run("serve")
    assert (refused.exit_code, started) == (1, [])
    assert "which is not https" in refused.output
    assert "服务未启动" in refused.output
    monkeypatch.setenv("JINSHENG_ENVIRONMENT", "development")
    assert run("serve").exit_code == 0
    monkeypatch.setenv("JINSHENG_ENVIRONMENT", "Production")
    monkeypatch.setenv("JINSHENG_BASE_URL", "https://jinsheng.example.com")
    assert run("serve").exit_code == 0
    assert len(started) == 2


def test_the_demonstration_stays_out_of_a_production_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINSHENG_FOLDER", str(tmp_path))
    refused = run("demonstrate")
    assert (refused.exit_code, "make run" in refused.output) == (1, True)
    assert not (tmp_path / "jinsheng.db").exists()


@pytest.mark.parametrize("locale", LOCALES)
def test_whatever_the_doctor_finds_is_said_with_its_reason_and_its_remedy(locale: str) -> None:
    sources = Path(server.doctor.__path__[0]).glob("*.py")
    words = "".join(path.read_text("utf-8") for path in sources)
    codes = [*re.findall(r'(?:red|yellow)\("(\w+)"', words), *(f"nobody_as_{role}" for role in Role)]
    parts = {f"doctor.{code}.{part}" for code in codes for part in ("what", "why", "do")}
    assert {part for part in parts if say(part, locale) == part} == set()
    assert len(codes) > 15
