"""Messages: what was sent to whom, what failed, and its second chance."""

from typing import Any

from flask.views import MethodView

from api.acting import acting, person, roles
from api.database import db
from api.pagination import Page, page_of
from api.policy import allows
from api.schemas.deliveries import Delivery, DeliveryCounts, DeliveryPage, DeliveryQuery
from api.strict import Resources
from notifications import deliveries, models
from notifications.deliveries import DeliveryCount, DeliveryLine, Wanted
from workflow.permissions import Operation

blueprint = Resources("deliveries", "Mails and webhooks: what was sent to whom, and what became of it")


@blueprint.route("/deliveries")
class DeliveriesView(MethodView):
    """Messages by name."""

    @allows(Operation.READ_DELIVERIES)
    @blueprint.arguments(DeliveryQuery, location="query")
    @blueprint.response(200, DeliveryPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List mails, webhooks and chat messages, the newest first

        Mails about a case are listed for its HR, all else for administrators too. Digests, nudges, mails to
        customers and answers to objections are counts: see `GET /delivery-counts`.
        """
        page: dict[str, Any] = {
            name: arguments.pop(name) for name in ("limit", "cursor") if name in arguments
        }
        wanted = Wanted(**arguments)
        are_few = deliveries.sees_few(db.session(), roles(), wanted)
        query = deliveries.found(person(), wanted, are_few=are_few)
        return page_of(query, [models.Delivery.id], page, newest_first=True)


@blueprint.route("/delivery-counts")
class DeliveryCountsView(MethodView):
    """Messages in numbers."""

    @allows(Operation.READ_DELIVERIES)
    @blueprint.response(200, DeliveryCounts)
    def get(self) -> dict[str, list[DeliveryCount]]:
        """Count the messages that are listed for nobody by kind and state

        For administrators the mails about cases are counted too, as one kind.
        """
        return {"items": deliveries.counts(db.session(), roles())}


@blueprint.route("/deliveries/<int:delivery_id>/retry")
class DeliveryRetryView(MethodView):
    """The second chance of a message."""

    @allows(Operation.MANAGE_DELIVERY)
    @blueprint.response(200, Delivery)
    def post(self, delivery_id: int) -> DeliveryLine:
        """Send again what could not be sent, was not worth it, or was cancelled"""
        with acting() as act:
            deliveries.retry(act, delivery_id)
            return deliveries.delivery(act.db, act.person.id, delivery_id)


@blueprint.route("/deliveries/<int:delivery_id>/cancellation")
class DeliveryCancellationView(MethodView):
    """The end of a message that waits."""

    @allows(Operation.MANAGE_DELIVERY)
    @blueprint.response(200, Delivery)
    def post(self, delivery_id: int) -> DeliveryLine:
        """Let a message that waits not be sent; never one that warns somebody of what is done to him"""
        with acting() as act:
            deliveries.cancel(act, delivery_id)
            return deliveries.delivery(act.db, act.person.id, delivery_id)
