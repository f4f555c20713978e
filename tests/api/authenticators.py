"""A device that makes and uses passkeys, in software: ES256 keys, attestation "none"."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

_PRESENT, _VERIFIED, _WITH_KEY = 0x01, 0x04, 0x40


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def read(value: str) -> bytes:
    return urlsafe_b64decode(value + "=" * (-len(value) % 4))


@dataclass
class Device:
    """One key, the site it was made for, and how often it was used."""

    origin: str = "http://localhost"
    host: str = "localhost"
    verifies: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    name: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0

    def make(self, options: dict[str, Any]) -> dict[str, Any]:
        """What a browser gives back when the device has made a passkey."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        attested = bytes(16) + len(self.name).to_bytes(2, "big") + self.name + key
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(_WITH_KEY) + attested}
        told = self._told("webauthn.create", options)
        return self._given({"clientDataJSON": text(told), "attestationObject": text(cbor2.dumps(statement))})

    def use(self, options: dict[str, Any]) -> dict[str, Any]:
        """What a browser gives back when the device has signed the challenge."""
        self.count += 1
        told, data = self._told("webauthn.get", options), self._data(0)
        signed = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(SHA256()))
        given = {"clientDataJSON": told, "authenticatorData": data, "signature": signed}
        return self._given({name: text(value) for name, value in given.items()})

    def _data(self, more: int) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _told(self, kind: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _given(self, response: dict[str, str]) -> dict[str, Any]:
        name = text(self.name)
        return {"id": name, "rawId": name, "type": "public-key", "response": response}
