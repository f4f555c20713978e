"""Mails to oneself: which come, and the page behind the link that ends digests."""

from flask import Response

from api import preferences
from api.address import base_url
from api.policy import allows
from web.asking import read
from web.rendering import Pages, of_browser, page, personal
from workflow.permissions import Operation

blueprint = Pages("preferences")


@blueprint.get("/preferences")
@allows(Operation.READ_PAGES)
def show() -> Response:
    """Which mails come to me."""
    return personal(
        "preferences.html",
        preferences=read("/me/preferences")["items"],
        feed_since=read("/me/calendar-feed")["created_at"],
        root=base_url(),
    )


@blueprint.get("/unsubscribe/<token>")
@allows(Operation.END_DIGESTS, reads={"query"})
def ask(token: str) -> Response:
    """What pressing the button does; mail scanners follow links, so looking changes nothing."""
    preferences.reader_of(token)
    return page("unsubscribe.html", f"/unsubscribe/{token}", of_browser(), is_done=False)


@blueprint.post("/unsubscribe/<token>")
@allows(Operation.END_DIGESTS, reads={"query", "form"})
def end(token: str) -> Response:
    """No more digests, whether a person or a mail program has pressed."""
    preferences.end_digests(token)
    return page("unsubscribe.html", f"/unsubscribe/{token}", of_browser(), is_done=True)
