"""Signs links that stand for a person without a session: a handle and a seal only this service can make."""

import hmac
from base64 import urlsafe_b64encode

HANDLE = 32  # hexadecimal digits
REVIEW = "review-link"
NO_DIGEST = "no-digest"


def signed(secret: str, handle: str, purpose: str = REVIEW) -> str:
    """The token that stands in a link for this handle."""
    return handle + _seal(secret, handle, purpose)


def handle_of(secret: str, token: str, purpose: str = REVIEW) -> str | None:
    """The handle a token stands for, or None if the service never signed it for this purpose."""
    handle = token[:HANDLE]
    is_ours = hmac.compare_digest(_seal(secret, handle, purpose).encode(), token[HANDLE:].encode())
    return handle if is_ours else None


def handle_for(person_id: int) -> str:
    """A handle that says whom a link is for, where nothing of it is kept."""
    return f"{person_id:0{HANDLE}x}"


def to_reset(address: str | None) -> str:
    """The purpose of a link to a new password: it works only while this is its person's mail address."""
    return f"reset-link\0{(address or '').lower()}"


def unguessable(secret: str, key: str) -> str:
    """What only this service can make of the key of a mail, so that nobody else knows what it is called."""
    return _seal(secret, key, "mail-key")


def _seal(secret: str, handle: str, purpose: str) -> str:
    seal = hmac.digest(secret.encode(), f"{purpose}\0{handle}".encode(), "sha256")
    return urlsafe_b64encode(seal[:24]).decode()
