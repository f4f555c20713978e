"""Signs links that stand for a person without a session: a handle and a seal only this service can make."""

import hmac
from base64 import urlsafe_b64encode

_HANDLE = 32  # hexadecimal digits
REVIEW, RESET = "review-link", "reset-link"


def signed(secret: str, handle: str, purpose: str = REVIEW) -> str:
    """The token that stands in a link for this handle."""
    return handle + _seal(secret, handle, purpose)


def handle_of(secret: str, token: str, purpose: str = REVIEW) -> str | None:
    """The handle a token stands for, or None if the service never signed it for this purpose."""
    handle = token[:_HANDLE]
    is_ours = hmac.compare_digest(_seal(secret, handle, purpose).encode(), token[_HANDLE:].encode())
    return handle if is_ours else None


def _seal(secret: str, handle: str, purpose: str) -> str:
    seal = hmac.digest(secret.encode(), f"{purpose}\0{handle}".encode(), "sha256")
    return urlsafe_b64encode(seal[:24]).decode()
