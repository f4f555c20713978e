"""Which addresses a webhook may be sent to: public ones over https, and internal hosts by name."""

import re
import socket
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from workflow.errors import UnsafeUrl

_Address = IPv4Address | IPv6Address

# What programs read in different ways is no address: blanks, control signs, anything but ASCII, backslashes.
_PLAIN = re.compile(r"[!-\[\]-~]+")

_NAT64 = ip_network("64:ff9b::/96")
_UNICAST6 = ip_network("2000::/3")
# What Python's `is_global` lets through, or did in one of its versions.
_DENIED = tuple(
    ip_network(network)
    for network in (
        "100.64.0.0/10",
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
    )
)


@dataclass(frozen=True, slots=True)
class Destination:
    """A URL that may be called, its host, and what to connect to: an internal host or a public address."""

    url: str
    host: str
    address: str


def checked(url: str, internal_hosts: Collection[str] = ()) -> Destination:
    """Where a URL leads, resolved now and to be connected to as resolved.

    Raises UnsafeUrl unless it is https without credentials and all its addresses are public,
    or its host is one of the internal hosts.
    """
    parts = _parts(url)
    host = parts.hostname or ""
    if (
        not host
        or not _PLAIN.fullmatch(url)
        or parts.username is not None
        or parts.scheme not in ("http", "https")
    ):
        raise UnsafeUrl(url=url, reason="not_a_plain_address")
    if host in internal_hosts:
        return Destination(url, host, host)
    if parts.scheme != "https":
        raise UnsafeUrl(url=url, reason="not_https")
    addresses = _resolve(host, parts.port or 443, url)
    if not all(_is_public(address) for address in addresses):
        raise UnsafeUrl(url=url, reason="not_public")
    return Destination(url, host, str(addresses[0]))


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read here because reading it checks it
    except ValueError as error:
        raise UnsafeUrl(url=url, reason="not_a_plain_address") from error
    return parts


def _resolve(host: str, port: int, url: str) -> list[_Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnsafeUrl(url=url, reason="unknown_host") from error
    return [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]


def _is_public(address: _Address) -> bool:
    address = _unwrapped(address)
    if isinstance(address, IPv6Address) and address not in _UNICAST6:
        return False
    if any(address in network for network in _DENIED):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _unwrapped(address: _Address) -> _Address:
    """The IPv4 address inside an IPv6 one: mapped, 6to4 or NAT64; no other wrapping is global unicast."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
