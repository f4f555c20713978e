"""Settings have safe defaults and come from the environment."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from notifications.channels.mail_server import Security
from server import commands, demonstration, printing
from server.cli import main
from server.config import BadSetting, Settings, from_environment


def test_without_any_setting_everything_lies_in_one_private_folder(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    settings = from_environment({"JINSHENG_FOLDER": str(folder)})
    assert settings.database_url == f"sqlite:///{folder}/jinsheng.db"
    assert settings.mailbox == folder / "mailbox"
    assert settings.mail_server is None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    environment = {"JINSHENG_FOLDER": str(tmp_path / "var")}
    first, second = from_environment(environment), from_environment(environment)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 48
    assert stat.S_IMODE((tmp_path / "var" / "secret").stat().st_mode) == 0o600


def test_two_installations_have_different_secrets(tmp_path: Path) -> None:
    keys = {from_environment({"JINSHENG_FOLDER": str(tmp_path / name)}).secret_key for name in "ab"}
    assert len(keys) == 2


def test_a_mail_server_is_used_when_it_is_named(tmp_path: Path) -> None:
    settings = from_environment(
        {
            "JINSHENG_FOLDER": str(tmp_path),
            "JINSHENG_SMTP_HOST": "mail.example.com",
            "JINSHENG_SMTP_PORT": "465",
            "JINSHENG_SMTP_SECURITY": "tls",
        }
    )
    assert settings.mail_server is not None
    assert (settings.mail_server.port, settings.mail_server.security) == (465, Security.TLS)


def test_cookies_are_for_https_only_where_the_service_is_reached_by_https(tmp_path: Path) -> None:
    outside = {"JINSHENG_FOLDER": str(tmp_path), "JINSHENG_BASE_URL": "https://jinsheng.example.com/"}
    assert from_environment(outside).secure_cookies
    assert from_environment(outside).base_url == "https://jinsheng.example.com"
    assert not from_environment({"JINSHENG_FOLDER": str(tmp_path)}).secure_cookies


@pytest.mark.parametrize("command", ["serve", "demonstrate"])
def test_links_in_mails_lead_to_the_port_that_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    served: list[Settings] = []
    monkeypatch.setattr(commands, "serve_forever", lambda settings, **_: served.append(settings))
    monkeypatch.setattr(demonstration, "load", lambda *_, **__: [])
    monkeypatch.setattr(printing, "welcome", lambda *_: None)
    environment = {"JINSHENG_FOLDER": str(tmp_path), "JINSHENG_ENVIRONMENT": "development"}
    CliRunner().invoke(main, [command, "--port", "8123"], env=environment, catch_exceptions=False)
    assert [one.base_url for one in served] == ["http://127.0.0.1:8123"]


def test_no_secret_shows_when_settings_are_printed(tmp_path: Path) -> None:
    settings = from_environment({"JINSHENG_FOLDER": str(tmp_path), "JINSHENG_SECRET_KEY": "very-secret"})
    assert "very-secret" not in repr(settings)


def test_single_sign_on_is_off_until_an_issuer_is_named(tmp_path: Path) -> None:
    environment = {"JINSHENG_FOLDER": str(tmp_path), "JINSHENG_BASE_URL": "https://p.example.com/"}
    assert from_environment(environment).single_sign_on is None
    environment |= {
        "JINSHENG_OIDC_ISSUER": "https://id.example.com",
        "JINSHENG_OIDC_CLIENT_ID": "jinsheng",
        "JINSHENG_OIDC_CLIENT_SECRET": "of the client",
        "JINSHENG_OIDC_MATCH": "number",
    }
    provider = from_environment(environment).single_sign_on
    assert provider is not None
    assert provider.callback == "https://p.example.com/sign-in/callback"
    assert (provider.match, provider.claim) == ("number", "employee_number")
    assert "of the client" not in repr(provider)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JINSHENG_BASE_URL", "https://晋升.example.com"),
        ("JINSHENG_MAIL_FROM", "Jinsheng <hr@b\u00fccher.example>"),
    ],
)
def test_an_address_that_no_mail_can_carry_is_refused(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        from_environment({"JINSHENG_FOLDER": str(tmp_path), name: value})
    assert (refusal.value.name, refusal.value.reason) == (name, "not_ascii")


def test_the_name_of_the_sender_may_be_in_any_script(tmp_path: Path) -> None:
    sender = "晋升系统 <hr@xn--bcher-kva.example>"
    settings = from_environment({"JINSHENG_FOLDER": str(tmp_path), "JINSHENG_MAIL_FROM": sender})
    assert settings.sender == sender
