"""Examines what lies around the database: secret, files, ways in and out, versions."""

import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from packaging.requirements import Requirement

from notifications.channels.mail_server import Security
from server.doctor.findings import Installation, Report, red, yellow

_SHORTEST_SECRET = 32
_FEWEST_LETTERS = 10  # different ones; a word said over and over has fewer
_PYTHONS = ((3, 11), (3, 13))  # the oldest and the newest that the tests are run on


def secret(installation: Installation) -> Report:
    """Whether sessions and links are signed with something nobody guesses."""
    key = installation.settings.secret_key
    if len(key) < _SHORTEST_SECRET:
        yield red("secret_short", length=len(key), minimum=_SHORTEST_SECRET)
    elif len(set(key)) < _FEWEST_LETTERS:
        yield red("secret_guessable", letters=len(set(key)))


def files(installation: Installation) -> Report:
    """Whether other users of the machine are kept from secret, database and mails."""
    for file in _files(installation):
        if file.stat().st_mode & 0o007:
            yield red("file_open_to_all", file=file)


def address(installation: Installation) -> Report:
    """Whether the service is reached by https, and its cookies are for https alone."""
    settings = installation.settings
    if not _is_private(settings.base_url, installation):
        yield red("address_not_https", url=settings.base_url)
    elif settings.secure_cookies != (urlsplit(settings.base_url).scheme == "https"):
        yield red("cookies_disagree", url=settings.base_url)


def proxy(installation: Installation) -> Report:
    """Whether the service knows who is calling: behind https there is always a proxy."""
    settings = installation.settings
    if settings.trusted_proxy == "*":
        yield yellow("proxy_anybody")
    elif settings.secure_cookies and settings.trusted_proxy is None:
        yield yellow("proxy_unnamed")


def limits(installation: Installation) -> Report:
    """Whether anything keeps a caller from calling all the time."""
    settings = installation.settings
    if not settings.calls_by_person or not settings.calls_by_address:
        yield yellow("calls_unbounded")


def single_sign_on(installation: Installation) -> Report:
    """Whether nobody on the way can say in the provider's name who somebody is."""
    provider = installation.settings.single_sign_on
    if provider is not None and not _is_private(provider.issuer, installation):
        yield red("issuer_not_https", url=provider.issuer)


def mail(installation: Installation) -> Report:
    """Whether mails leave the house, and the password of the mail server stays in it."""
    settings = installation.settings
    server = settings.mail_server
    if server is None:
        if not settings.is_development:
            yield yellow("mails_to_folder", folder=settings.mailbox)
    elif server.security is Security.NONE and server.password and not _is_loopback(server.host):
        yield red("mail_password_in_clear", host=server.host)


def webhooks(installation: Installation) -> Report:
    """Whether webhooks may reach into the internal network."""
    hosts = installation.settings.internal_hosts
    if hosts:
        yield yellow("internal_hosts", hosts=", ".join(hosts))


def versions(_installation: Installation) -> Report:
    """Whether Python and the libraries are those the tests are run with."""
    oldest, newest = _PYTHONS
    if not oldest <= sys.version_info[:2] <= newest:
        yield yellow("python_untested", version=sys.version.split()[0])
    try:
        wanted = [Requirement(line) for line in requires("jinsheng") or ()]
    except PackageNotFoundError:
        return  # run from its folder: there is nobody to say what it asks for
    for name, found, asked in unfit(wanted):
        yield yellow("library_unfit", name=name, version=found or "–", asked=asked)


def unfit(wanted: list[Requirement]) -> Iterator[tuple[str, str | None, str]]:
    """The libraries that are absent or of a version that was not asked for: name, version, what was asked."""
    for one in wanted:
        is_extra = one.marker is not None and not one.marker.evaluate({"extra": ""})
        found = _installed(one.name)
        if found is None and is_extra:
            continue
        if found is None or not one.specifier.contains(found, prereleases=True):
            yield one.name, found, str(one.specifier)


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _files(installation: Installation) -> Iterator[Path]:
    settings, url = installation.settings, installation.engine.url
    known = [settings.folder / "secret", *settings.mailbox.glob("*.eml")]
    if url.drivername.startswith("sqlite") and url.database:
        known += [Path(f"{url.database}{suffix}") for suffix in ("", "-wal", "-shm")]
    return (file for file in known if file.exists())


def _is_private(url: str, installation: Installation) -> bool:
    """Whether it is https, or stays on this machine where nothing is at stake."""
    parts = urlsplit(url)
    if parts.scheme == "http":
        return installation.settings.is_development and _is_loopback(parts.hostname)
    return parts.scheme == "https" and bool(parts.hostname)


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False
