"""What was sent to one's own receiver: a list, a test, and once more under the same ids."""

from typing import Any

from flask.views import MethodView

from api.acting import acting, person
from api.database import db
from api.pagination import Page, page_of
from api.policy import allows
from api.schemas.webhooks import Replay, Replayed, SentPage, SentQuery, SentWebhook
from api.strict import Resources
from api.webhooks import own
from notifications import replays
from notifications.models import Delivery
from workflow.permissions import Operation

blueprint = Resources("webhook deliveries", "What was sent to one's own receivers, and what became of it")


@blueprint.route("/webhook-subscriptions/<int:subscription_id>/deliveries")
class SentView(MethodView):
    """What was to be sent to one's own receiver."""

    @allows(Operation.SUBSCRIBE)
    @blueprint.arguments(SentQuery, location="query")
    @blueprint.response(200, SentPage)
    def get(self, arguments: dict[str, Any], subscription_id: int) -> Page:
        """List the messages of a subscription with their ids, the newest first"""
        found = own(db.session(), person().id, subscription_id)
        query, state = replays.deliveries_of(found.id), arguments.pop("state", None)
        if state is not None:
            query = query.where(Delivery.state == state)
        return page_of(query, [Delivery.id], arguments, newest_first=True)


@blueprint.route("/webhook-subscriptions/<int:subscription_id>/test")
class WebhookTestView(MethodView):
    """A message that says nothing."""

    @allows(Operation.REPLAY)
    @blueprint.response(201, SentWebhook)
    def post(self, subscription_id: int) -> Delivery:
        """Send a `ping`, to see whether it arrives and its signature is right"""
        with acting() as act:
            return replays.test(act, own(act.db, act.person.id, subscription_id))


@blueprint.route("/webhook-subscriptions/<int:subscription_id>/deliveries/<int:delivery_id>/replay")
class ReplayView(MethodView):
    """One message once more."""

    @allows(Operation.REPLAY)
    @blueprint.response(200, SentWebhook)
    def post(self, subscription_id: int, delivery_id: int) -> Delivery:
        """Send one message again, under the same `webhook-id`"""
        with acting() as act:
            return replays.replay(act, own(act.db, act.person.id, subscription_id), delivery_id)


@blueprint.route("/webhook-subscriptions/<int:subscription_id>/replay")
class ReplaysView(MethodView):
    """All messages of a period once more."""

    @allows(Operation.REPLAY)
    @blueprint.arguments(Replay)
    @blueprint.response(200, Replayed)
    def post(self, given: dict[str, Any], subscription_id: int) -> dict[str, int]:
        """Send again what was queued from `since` until before `until`, under the same `webhook-id`s"""
        with acting() as act:
            found = own(act.db, act.person.id, subscription_id)
            return {"deliveries": replays.replay_since(act, found, **given)}
