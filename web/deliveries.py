"""Messages: what was sent to whom, what failed, and its second chance."""

from urllib.parse import urlencode

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from notifications.deliveries import SOUGHT
from notifications.models import Channel, DeliveryState
from notifications.robots import Topic
from web import picking
from web.asking import read
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("deliveries")

_SHOWN = 50
_SOUGHT = ("state", "channel", "kind", "person", "from", "to")


@blueprint.get("/desk/deliveries")
@allows(Operation.READ_PAGES, reads={"query"})
def show() -> Response:
    """What a search of mails, webhooks and chat messages finds; whatever is confidential only in number."""
    given = {name: request.args.get(name, "").strip() for name in _SOUGHT}
    wanted = {name: typed for name, typed in given.items() if typed}
    typed_name, number, doubts = picking.sought("person")
    if typed_name:
        wanted["person"] = number or typed_name
    found = read("/deliveries", limit=_SHOWN, cursor=request.args.get("cursor"), **wanted)
    return personal(
        "deliveries.html",
        deliveries=found["items"],
        further=found["next"],
        counts=read("/delivery-counts")["items"],
        wanted=wanted,
        typed_name=typed_name,
        doubts=doubts,
        query=urlencode(wanted),
        others=urlencode({name: typed for name, typed in wanted.items() if name != "state"}),
        states=list(DeliveryState),
        channels=list(Channel),
        kinds=SOUGHT,
        topics=list(Topic),
    )
