"""Settings of a running service, read from the environment; every one has a safe default."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from api.access.single_sign_on import Match, Provider
from notifications.channels.mail_server import MailServer, Security
from server.logs import LogFormat

_DATABASES = ("sqlite", "postgresql")
Word = TypeVar("Word", bound=StrEnum)


class BadSetting(Exception):
    """A setting that cannot be used: its name, what is wrong, what may stand there."""

    def __init__(self, name: str, reason: str, allowed: str = "") -> None:
        """Say what is wrong by a code; the value is not told, it can hold a password."""
        super().__init__(name, reason)
        self.name, self.reason, self.allowed = name, reason, allowed


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and how the outside is reached."""

    folder: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    base_url: str
    sender: str
    mail_server: MailServer | None
    internal_hosts: tuple[str, ...]
    secure_cookies: bool
    is_development: bool = False
    metrics_token: str | None = field(default=None, repr=False)
    trusted_proxy: str | None = None
    single_sign_on: Provider | None = None
    calls_by_person: int = 600
    calls_by_address: int = 300

    @property
    def mailbox(self) -> Path:
        """The folder that takes mails where no mail server is set."""
        return self.folder / "mailbox"

    @property
    def way(self) -> Path:
        """The file by which requests have right of way on this machine."""
        return self.folder / "way"


def from_environment(
    environment: Mapping[str, str] = os.environ,
    *,
    makes: bool = True,
    shares: bool = False,
    checks: bool = False,
    port: int = 8000,
) -> Settings:
    """Read `JINSHENG_…`; what is not set lies in `JINSHENG_FOLDER`, `./var` by default.

    Folder and secret are made, unless somebody only looks, or shares the secret with other processes and
    has to be told it, or checks by it what they have made and has to find it. Raises BadSetting.
    """
    if shares and not environment.get("JINSHENG_SECRET_KEY"):
        raise BadSetting("JINSHENG_SECRET_KEY", "unshared")
    folder = Path(environment.get("JINSHENG_FOLDER", "var")).absolute()
    if checks and not (environment.get("JINSHENG_SECRET_KEY") or os.access(folder / "secret", os.R_OK)):
        raise BadSetting("JINSHENG_SECRET_KEY", "not_found")
    if makes:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    hosts = environment.get("JINSHENG_INTERNAL_HOSTS", "")
    base_url, sender = _addresses(environment, port)
    return Settings(
        folder=folder,
        database_url=_database(environment, folder),
        secret_key=environment.get("JINSHENG_SECRET_KEY") or _kept_secret(folder / "secret", makes=makes),
        base_url=base_url,
        sender=sender,
        mail_server=_mail_server(environment),
        internal_hosts=tuple(host for host in hosts.split(",") if host),
        secure_cookies=base_url.startswith("https:"),
        single_sign_on=_single_sign_on(environment, base_url),
        trusted_proxy=environment.get("JINSHENG_TRUSTED_PROXY") or None,
        calls_by_person=_number(environment, "JINSHENG_CALLS_A_MINUTE_BY_PERSON", "600"),
        calls_by_address=_number(environment, "JINSHENG_CALLS_A_MINUTE_BY_ADDRESS", "300"),
        metrics_token=environment.get("JINSHENG_METRICS_TOKEN") or None,
        is_development=environment.get("JINSHENG_ENVIRONMENT") == "development",
    )


def log_format(environment: Mapping[str, str] = os.environ) -> LogFormat:
    """How to log; raises BadSetting."""
    return _one_of(LogFormat, environment, "JINSHENG_LOGS", "text")


def _addresses(environment: Mapping[str, str], port: int) -> tuple[str, str]:
    """Where links lead, if not to this machine, and whom mails are from; mails take ASCII alone for both."""
    base_url = environment.get("JINSHENG_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    sender = environment.get("JINSHENG_MAIL_FROM", "Jinsheng <jinsheng@localhost>")
    for name, address in (("JINSHENG_BASE_URL", base_url), ("JINSHENG_MAIL_FROM", parseaddr(sender)[1])):
        if not address.isascii():
            raise BadSetting(name, "not_ascii")
    return base_url, sender


def _mail_server(environment: Mapping[str, str]) -> MailServer | None:
    host = environment.get("JINSHENG_SMTP_HOST")
    if not host:
        return None
    return MailServer(
        host=host,
        port=_number(environment, "JINSHENG_SMTP_PORT", "25"),
        security=_one_of(Security, environment, "JINSHENG_SMTP_SECURITY", "starttls"),
        user=environment.get("JINSHENG_SMTP_USER"),
        password=environment.get("JINSHENG_SMTP_PASSWORD"),
    )


def _single_sign_on(environment: Mapping[str, str], base_url: str) -> Provider | None:
    issuer = environment.get("JINSHENG_OIDC_ISSUER")
    if not issuer:
        return None
    match = _one_of(Match, environment, "JINSHENG_OIDC_MATCH", "mail")
    usual = "email" if match is Match.MAIL else "employee_number"
    return Provider(
        issuer=issuer,
        client_id=_needed(environment, "JINSHENG_OIDC_CLIENT_ID"),
        client_secret=_needed(environment, "JINSHENG_OIDC_CLIENT_SECRET"),
        match=match,
        claim=environment.get("JINSHENG_OIDC_CLAIM", usual),
        callback=f"{base_url}/sign-in/callback",
    )


def _database(environment: Mapping[str, str], folder: Path) -> str:
    name = "JINSHENG_DATABASE_URL"
    found = environment.get(name, f"sqlite:///{folder / 'jinsheng.db'}")
    try:
        url = make_url(found)
        url.get_dialect().import_dbapi()
    except (ArgumentError, ImportError, ValueError) as error:
        raise BadSetting(name, "no_database") from error
    if url.get_backend_name() not in _DATABASES:
        raise BadSetting(name, "no_database")
    return found


def _number(environment: Mapping[str, str], name: str, usual: str) -> int:
    found = environment.get(name, usual)
    if not (found.isascii() and found.isdecimal() and len(found) < 10):
        raise BadSetting(name, "no_number")
    return int(found)


def _one_of(kind: type[Word], environment: Mapping[str, str], name: str, usual: str) -> Word:
    try:
        return kind(environment.get(name, usual))
    except ValueError as error:
        raise BadSetting(name, "unknown", ", ".join(kind)) from error


def _needed(environment: Mapping[str, str], name: str) -> str:
    if not environment.get(name):
        raise BadSetting(name, "missing")
    return environment[name]


def _kept_secret(file: Path, *, makes: bool) -> str:
    # A default secret would let anybody forge a session; each installation makes its own once.
    if file.exists():
        return file.read_text()
    secret = secrets.token_urlsafe(48)
    if makes:
        file.touch(mode=0o600)
        file.write_text(secret)
    return secret
