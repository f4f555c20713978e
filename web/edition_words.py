"""What an edition of the criteria calls its criteria and asks in its forms, in both languages."""

from collections.abc import Mapping
from typing import Any

from flask import current_app

from web.asking import read

Wordings = Mapping[str, Mapping[str, str]]
_KEPT = "jinsheng edition words"


def criteria_of(edition_id: int) -> Wordings:
    """The names of its criteria, by their keys."""
    return {one["key"]: one["name"] for one in _criteria(edition_id)}


def questions_of(edition_id: int) -> Wordings:
    """What its forms ask, by the keys of the items."""
    return {item["key"]: item["text"] for one in _criteria(edition_id) for item in one["items"]}


def label_of(edition_id: int) -> str:
    """Its key and version."""
    edition = _edition(edition_id)
    return f"{edition['key']} {edition['version']}"


def _criteria(edition_id: int) -> list[dict[str, Any]]:
    criteria: list[dict[str, Any]] = _edition(edition_id)["contents"]["criteria"]
    return criteria


def _edition(edition_id: int) -> dict[str, Any]:
    # Cases and cycles belong to published editions, which never change and which everybody may read.
    kept: dict[int, dict[str, Any]] = current_app.extensions.setdefault(_KEPT, {})
    if edition_id not in kept:
        kept[edition_id] = read(f"/editions/{edition_id}")
    return kept[edition_id]
