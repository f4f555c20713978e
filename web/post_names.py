"""The names of posts, as the published editions of the criteria have them."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import current_app, g

from web.asking import read

_KEPT = "jinsheng post names"


def post_name(key: str, locale: str) -> str:
    """The name of a post; its key, where no edition knows it any more."""
    # Published editions never change, and everybody signed in may read them.
    names: dict[str, Mapping[str, str]] = current_app.extensions.setdefault(_KEPT, {})
    if key not in names and not g.get("post_names_read"):  # a post may be any words of a file
        g.post_names_read = True
        names |= {post["key"]: post["name"] for edition in _editions() for post in _posts_of(edition)}
    return names[key][locale] if key in names else key


def _editions() -> Iterator[int]:
    cursor = None
    while True:
        found = read("/editions", cursor=cursor)
        yield from (edition["id"] for edition in found["items"] if edition["state"] != "draft")
        cursor = found["next"]
        if cursor is None:
            return


def _posts_of(edition_id: int) -> list[dict[str, Any]]:
    posts: list[dict[str, Any]] = read(f"/editions/{edition_id}")["contents"]["posts"]
    return posts
