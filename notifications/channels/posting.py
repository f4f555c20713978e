"""Posting where one may: the address that was checked is the one connected to, and nothing leads on."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from notifications.channels.guard import Destination, checked

_TIMEOUT = 15  # seconds
_LARGEST = 64 * 1024
_AT_ONCE = 4096


class NoAnswer(Exception):
    """Nobody has answered, or not in time; the text is a code."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver has answered; of a body as much as was asked for."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class _Pinned(HTTPAdapter):
    """Connects to the checked address while TLS and Host still speak of the name."""

    def __init__(self, destination: Destination) -> None:
        self._destination = destination
        super().__init__()

    def build_connection_pool_key_attributes(self, *args: Any, **kwargs: Any) -> Any:
        host, pool = super().build_connection_pool_key_attributes(*args, **kwargs)
        host["host"] = self._destination.address
        if host["scheme"] != "https":
            return host, pool
        name = self._destination.host
        return host, {**pool, "server_hostname": name, "assert_hostname": name}


def post(
    url: str, body: str, headers: Mapping[str, str], internal_hosts: Collection[str], *, reads: bool = False
) -> Answer:
    """What is answered, with the beginning of its body if that is read. Raises UnsafeUrl, NoAnswer."""
    destination = checked(url, internal_hosts)
    with requests.Session() as session:
        session.trust_env = False  # no proxy and no stored password may come between
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Pinned(destination))
        try:
            answer = session.post(
                destination.url,
                data=body.encode(),
                headers={**headers, "host": urlsplit(destination.url).netloc},
                timeout=_TIMEOUT,
                allow_redirects=False,
                stream=True,
            )
            with answer:
                return Answer(answer.status_code, answer.headers, _beginning(answer) if reads else b"")
        except (requests.RequestException, OSError) as trouble:
            raise NoAnswer(type(trouble).__name__) from trouble


def _beginning(answer: requests.Response) -> bytes:
    """As much as comes within the time; whoever sends byte by byte is not waited for."""
    until, body = time.monotonic() + _TIMEOUT, b""
    while len(body) < _LARGEST and time.monotonic() < until:
        part = answer.raw.read1(_AT_ONCE, decode_content=True)
        if not part:
            break
        body += part
    return body
