"""One of one's own webhooks: whether its messages arrive, once more what was sent, and its secret."""

from flask import request
from werkzeug.wrappers import Response

from api.acting import now
from api.policy import allows
from notifications.audience import EVENTS
from notifications.models import DeliveryState
from web.asking import read
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("webhooks")

_SHOWN = 50


@blueprint.get("/webhooks/<int:subscription_id>")
@allows(Operation.READ_PAGES, reads={"query"})
def show(subscription_id: int) -> Response:
    """A subscription with its messages, the newest first."""
    path = f"/webhook-subscriptions/{subscription_id}"
    state = request.args.get("state") or None
    found = read(f"{path}/deliveries", limit=_SHOWN, state=state, cursor=request.args.get("cursor"))
    return personal(
        "webhook.html",
        hook=read(path),
        deliveries=found["items"],
        further=found["next"],
        state=state,
        states=list(DeliveryState),
        known=sorted(EVENTS),
        now=now().isoformat(),
    )
