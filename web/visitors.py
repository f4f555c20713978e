"""Whom a visitor of the demonstration may be; there is nobody where the service is none."""

from dataclasses import dataclass
from typing import cast

from flask import current_app

VISITORS = "jinsheng demonstration"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody to sign in as; what is to be seen with these eyes stands in the catalogue under his number."""

    number: str
    name: str
    password: str


def visitors() -> list[Visitor]:
    """Everybody a visitor may be here; nobody outside the demonstration."""
    return cast(list[Visitor], current_app.extensions.get(VISITORS, []))
