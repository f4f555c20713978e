"""Seals what is secret in a round under a key that is destroyed when the secret is no longer needed."""

import hashlib
import hmac
import json
import secrets
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import delete

from workflow.act import Act
from workflow.errors import NotFound
from workflow.models import RoundKey


def new_key(act: Act, round_id: int) -> str:
    """Make the key of a round, or give back the one it has."""
    existing = act.db.get(RoundKey, round_id)
    if existing is not None:
        return existing.key
    return act.add(RoundKey(round_id=round_id, key=Fernet.generate_key().decode())).key


def key_of(act: Act, round_id: int) -> str:
    """The key of a round; raises NotFound once it is destroyed."""
    row = act.db.get(RoundKey, round_id)
    if row is None:
        raise NotFound(kind="round_key")
    return row.key


def destroy_key(act: Act, round_id: int) -> None:
    """Make everything sealed under the key unreadable for ever."""
    row = act.db.get(RoundKey, round_id)
    if row is not None:
        act.db.expunge(row)
    act.execute(delete(RoundKey).where(RoundKey.round_id == round_id))


def seal(key: str, content: dict[str, Any]) -> bytes:
    """Encrypt a form so that nobody reads it in the database."""
    return Fernet(key).encrypt(json.dumps(content, ensure_ascii=False).encode())


def unseal(key: str, sealed: bytes) -> dict[str, Any]:
    """Read a sealed form."""
    content: dict[str, Any] = json.loads(Fernet(key).decrypt(sealed))
    return content


def pseudonym(key: str, person: int) -> str:
    """The name under which a person's ballot lies in the box until the close."""
    return hmac.new(key.encode(), str(person).encode(), hashlib.sha256).hexdigest()


def random_name() -> str:
    """A name that says nothing about anybody: 32 hexadecimal digits."""
    return secrets.token_hex(16)
