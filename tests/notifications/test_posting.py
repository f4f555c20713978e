"""Posting over TLS: the certificate must fit the name, though it is the checked address that is called."""

import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from notifications.channels import posting
from notifications.channels.guard import Destination
from notifications.channels.posting import NoAnswer, post

NAME = "hooks.example"


def certificate(folder: Path) -> Path:
    """A certificate of `NAME` with its key, which it has signed itself."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)]),
    )
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "receiver.pem"
    file.write_bytes(secret + made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM))
    return file


class Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(204)
        self.send_header("x-asked", f"{self.headers['host']} {self.path}")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a receiver whose certificate is trusted; every name leads there."""
    file = certificate(tmp_path)
    server = HTTPServer(("127.0.0.1", 0), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    running = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    running.start()
    monkeypatch.setattr(posting, "_trust", lambda: ssl.create_default_context(cafile=str(file)))
    here = lambda url, _hosts: Destination(url, url.split("/")[2].partition(":")[0], "127.0.0.1")  # noqa: E731
    monkeypatch.setattr(posting, "checked", here)
    yield server.server_port
    server.shutdown()
    running.join()
    server.server_close()


def test_the_certificate_of_the_name_is_trusted_at_the_checked_address(receiver: int) -> None:
    answer = post(f"https://{NAME}:{receiver}/in?of=1", "{}", {}, ())
    assert (answer.status, answer.headers["x-asked"]) == (204, f"{NAME}:{receiver} /in?of=1")


def test_a_certificate_of_another_name_is_not(receiver: int) -> None:
    with pytest.raises(NoAnswer, match="SSLError"):
        post(f"https://other.example:{receiver}/in", "{}", {}, ())


def test_a_certificate_that_nobody_vouches_for_is_not(receiver: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "_trust", ssl.create_default_context)
    with pytest.raises(NoAnswer, match="SSLError"):
        post(f"https://{NAME}:{receiver}/in", "{}", {}, ())
