"""Signs the links by which customers answer: a handle and a seal that only this service can make."""

import hmac
from base64 import urlsafe_b64encode

_HANDLE = 32  # hexadecimal digits
_PURPOSE = b"review-link\0"


def signed(secret: str, handle: str) -> str:
    """The token that stands in a link for this handle."""
    return handle + _seal(secret, handle)


def handle_of(secret: str, token: str) -> str | None:
    """The handle a token stands for, or None if the service never signed it."""
    handle = token[:_HANDLE]
    is_ours = hmac.compare_digest(_seal(secret, handle).encode(), token[_HANDLE:].encode())
    return handle if is_ours else None


def _seal(secret: str, handle: str) -> str:
    seal = hmac.digest(secret.encode(), _PURPOSE + handle.encode(), "sha256")
    return urlsafe_b64encode(seal[:24]).decode()
