"""Who holds which role, addresses that are told of events, and accesses in an emergency."""

from flask import request
from werkzeug.wrappers import Response

from api.acting import now
from api.policy import allows
from notifications.audience import EVENTS
from notifications.models import Receiver
from notifications.robots import Topic
from translations import LOCALES
from web.asking import read, read_if_allowed
from web.rendering import Pages, personal
from workflow.permissions import Operation
from workflow.vocabulary import Role

blueprint = Pages("administration")

_ALL = 200
_SHOWN = 50


@blueprint.get("/administration")
@allows(Operation.READ_PAGES)
def show() -> Response:
    """Roles that are held and proposed, and one's own webhooks and chat robots."""
    hooks = read_if_allowed("/webhook-subscriptions", limit=_ALL)
    robots = read_if_allowed("/chat-robots", limit=_ALL)
    return personal(
        "administration.html",
        **read("/roles"),
        roles=list(Role),
        hooks=hooks["items"] if hooks else None,
        events=sorted(EVENTS),
        robots=robots["items"] if robots else None,
        receivers=[one for one in Receiver if one is not Receiver.PROGRAM],
        topics=list(Topic),
        locales=LOCALES,
    )


@blueprint.get("/desk/emergencies")
@allows(Operation.READ_PAGES, reads={"query"})
def show_emergencies() -> Response:
    """Who wants to read a case that is not his own, or may for an hour."""
    found = read("/emergency-accesses", limit=_SHOWN, cursor=request.args.get("cursor"))
    return personal("emergencies.html", accesses=found["items"], further=found["next"], now=now().isoformat())
