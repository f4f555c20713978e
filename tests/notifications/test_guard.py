"""Webhooks never lead inward: half a hundred disguises of addresses inside, and what is no plain address."""

import socket
from typing import Any

import pytest
from office import SECRET
from receivers import Receiver

from notifications.channels import Verdict
from notifications.channels.guard import checked
from notifications.channels.webhook import Receivers
from workflow.errors import UnsafeUrl

NAMES = {
    "inward.example": ["127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "half.example": ["8.8.8.8", "10.0.0.5"],
    "half6.example": ["2606:4700::1111", "fd00::5"],
    "mapped.example": ["::ffff:192.168.1.1"],
    "scoped.example": ["fe80::1%eth0"],
    "nat64.example": ["64:ff9b::a9fe:a9fe"],
    "trailing.example.": ["10.9.8.7"],
    "127.0.0.1.nip.example": ["127.0.0.1"],
    "xn--6qq79v.example": ["172.16.0.1"],
}
INWARD = [
    *(
        "https://127.0.0.1/",
        "https://127.0.0.1:8443/",
        "https://127.0.0.1./",
        "https://127.1/",
        "https://127.0.1/",
    ),
    *(
        "https://0/",
        "https://0.0.0.0/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0X7F.0x0.0x0.0x1/",
    ),
    *("https://017700000001/", "https://0177.0.0.1/", "https://2130706433/", "https://127.0x0.0.01/"),
    *("https://3232235777/", "https://0xa9fea9fe/", "https://2852039166/", "https://169.254.43518/"),
    *("https://10.0.0.1/", "https://172.31.255.255/", "https://192.168.0.1/", "https://100.127.255.254/"),
    *("https://192.0.0.8/", "https://198.19.0.1/", "https://192.88.99.1/", "https://240.0.0.1/"),
    *("https://[::]/", "https://[::1]/", "https://[0:0:0:0:0:0:0:1]/", "https://[::ffff:127.0.0.1]/"),
    *("https://[::ffff:7f00:1]/", "https://[0:0:0:0:0:ffff:a00:1]/", "https://[::127.0.0.1]/"),
    *("https://[::ffff:0:127.0.0.1]/", "https://[2002:7f00:1::]/", "https://[2002:a9fe:a9fe::1]/"),
    *("https://[2002:c0a8:101::]/", "https://[64:ff9b::10.0.0.1]/", "https://[64:ff9b:1::10.0.0.1]/"),
    *("https://[2001:0:53aa:64c:0:0:80ff:fffe]/", "https://[2001:db8::1]/", "https://[3fff::1]/"),
    *(
        "https://[fc00::1]/",
        "https://[fe80::1]/",
        "https://[fec0::1]/",
        "https://[ff05::2]/",
        "https://[100::1]/",
    ),
    *(f"https://{name}/" for name in NAMES),
]
NO_PLAIN_ADDRESS = [
    *("https://example.com@127.0.0.1/", "https://127.0.0.1:80@8.8.8.8/", "https://@8.8.8.8/"),
    *(
        "https://8.8.8.8\\@127.0.0.1/",
        "https://8.8.8.8\t/",
        "https://8.8.8.8/\r\nHost: inside",
        "https://8.8.8.8/ x",
    ),
    *("https://127。0。0。1/", "https://127．0．0．1/", "https://①②⑦.0.0.1/", "https://ⅼocalhost/"),
    *("https://[::1/", "https://8.8.8.8:99999/", "https://8.8.8.8:x/"),
    *("//8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/", "javascript:1", "https:8.8.8.8", ""),
]


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of `NAMES` resolve as they say there; numbers as the machine reads them."""
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        if host not in NAMES:
            return list(real(host, port, *args, flags=socket.AI_NUMERICHOST, **kwargs))
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in NAMES[host]]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def test_there_are_more_than_fifty() -> None:
    assert len(set(INWARD)) == len(INWARD) > 50


@pytest.mark.parametrize("url", INWARD)
def test_no_disguise_leads_inward(url: str) -> None:
    with pytest.raises(UnsafeUrl) as refusal:
        checked(url)
    assert refusal.value.facts["reason"] in ("not_public", "unknown_host")


@pytest.mark.parametrize("url", [url for url in INWARD if "example" not in url])
def test_a_named_host_inside_opens_no_other(url: str) -> None:
    with pytest.raises(UnsafeUrl):
        checked(url, {"hooks.internal", "10.0.0.99"})


@pytest.mark.parametrize("url", NO_PLAIN_ADDRESS)
def test_what_programs_read_in_different_ways_is_refused(url: str) -> None:
    with pytest.raises(UnsafeUrl) as refusal:
        checked(url)
    assert refusal.value.facts["reason"] == "not_a_plain_address"


@pytest.mark.parametrize("inward", ["http://127.0.0.1/", "https://169.254.169.254/latest", "//10.0.0.1/"])
def test_nothing_that_a_receiver_answers_leads_on(receiver: Receiver, inward: str) -> None:
    for status in (301, 302, 303, 307, 308):
        receiver.answers.append((status, {"location": inward}))
        outcome = Receivers({"127.0.0.1"}).send(receiver.url, (SECRET,), "k", {"type": "ping"})
        assert (outcome.verdict, outcome.reason) == (Verdict.LATER, str(status))
    assert len(receiver.calls) == 5
