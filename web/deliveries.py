"""Messages: what was sent to whom, what failed, and its second chance."""

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from notifications.models import DeliveryState
from translations import codes
from web.asking import read
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("deliveries")

_SHOWN = 50


@blueprint.get("/desk/deliveries")
@allows(Operation.READ_PAGES, reads={"query"})
def show() -> Response:
    """Mails and webhooks, the newest first; whatever is confidential only in number."""
    state = request.args.get("state") or None
    found = read("/deliveries", limit=_SHOWN, state=state, cursor=request.args.get("cursor"))
    return personal(
        "deliveries.html",
        deliveries=found["items"],
        further=found["next"],
        counts=read("/delivery-counts")["items"],
        state=state,
        states=list(DeliveryState),
        reasons=codes("delivery_error"),
    )
