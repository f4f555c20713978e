"""Forms of our own pages: each carries a word that only a page of this very session can know."""

import hmac
from base64 import urlsafe_b64encode
from typing import cast

from flask import current_app, request, session

from api.access.signing_in import COOKIE_KEY
from api.refusals import CrossSite

FIELD = "_form"
_KINDS = ("application/x-www-form-urlencoded", "multipart/form-data")


def word() -> str:
    """What a form of a page in this session carries."""
    secret = cast(str, current_app.secret_key).encode()
    seal = hmac.digest(secret, f"own form\0{session.get(COOKIE_KEY, '')}".encode(), "sha256")
    return urlsafe_b64encode(seal[:24]).decode()


def is_form() -> bool:
    """Whether the request comes from a form, of whatever page."""
    return request.mimetype in _KINDS


def require_own() -> None:
    """Refuse a form that no page of this session has shown (CrossSite)."""
    if not hmac.compare_digest(request.form.get(FIELD, "").encode(), word().encode()):
        raise CrossSite()
