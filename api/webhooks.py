"""Webhook subscriptions: subscribe an address, list one's own, change its secret, end one."""

from typing import Any

from flask import current_app, g
from flask.views import MethodView
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.proofs import require_proof_in_browser
from api.acting import acting, person
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.webhooks import (
    MadeSubscription,
    NewSubscription,
    Subscription,
    SubscriptionPage,
    WantedEvents,
)
from api.strict import Resources
from notifications import subscriptions
from notifications.channels import guard
from notifications.channels.webhook import new_secret
from notifications.models import Receiver, WebhookSubscription
from workflow import journal
from workflow.errors import NotFound
from workflow.permissions import Operation

blueprint = Resources("webhooks", "Addresses that are told of events, signed as Standard Webhooks")


@blueprint.route("/webhook-subscriptions")
class SubscriptionsView(MethodView):
    """One's own subscriptions."""

    @allows(Operation.SUBSCRIBE)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, SubscriptionPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List one's subscriptions, also those switched off because their receiver fails"""
        own = select(WebhookSubscription).where(
            WebhookSubscription.owner_id == person().id,
            WebhookSubscription.receiver == Receiver.PROGRAM,
            WebhookSubscription.is_in_sight,
        )
        return page_of(own, [WebhookSubscription.id], arguments)

    @allows(Operation.SUBSCRIBE)
    @blueprint.arguments(NewSubscription)
    @blueprint.response(201, MadeSubscription)
    def post(self, wanted: dict[str, Any]) -> WebhookSubscription:
        """Subscribe an address; the secret of its signatures is shown this once"""
        require_proof_in_browser(g.session)
        guard.checked(wanted["url"], current_app.config.get("WEBHOOK_INTERNAL_HOSTS", ()))
        with acting() as act:
            made = act.add(
                WebhookSubscription(
                    owner_id=act.person.id,
                    url=wanted["url"],
                    secret=new_secret(),
                    created_at=act.now,
                    events=sorted(set(wanted["events"])),
                )
            )
            me = act.person.id
            journal.record(act, "webhook_subscribed", chain="access", person=me, subscription=made.id)
        return made


@blueprint.route("/webhook-subscriptions/<int:subscription_id>")
class SubscriptionView(MethodView):
    """One of one's own subscriptions."""

    @allows(Operation.SUBSCRIBE)
    @blueprint.response(200, Subscription)
    def get(self, subscription_id: int) -> WebhookSubscription:
        """Read one subscription"""
        return own(db.session(), person().id, subscription_id)

    @allows(Operation.SUBSCRIBE)
    @blueprint.response(204)
    def delete(self, subscription_id: int) -> None:
        """End a subscription"""
        with acting() as act:
            own(act.db, act.person.id, subscription_id)
            subscriptions.end(act.db, subscription_id)
            journal.record(act, "webhook_ended", chain="access", subscription=subscription_id)


@blueprint.route("/webhook-subscriptions/<int:subscription_id>/events")
class EventsView(MethodView):
    """What an address is told of."""

    @allows(Operation.SUBSCRIBE)
    @blueprint.arguments(WantedEvents)
    @blueprint.response(200, Subscription)
    def put(self, wanted: dict[str, Any], subscription_id: int) -> WebhookSubscription:
        """Tell the address of these events from now on, or of all; what is queued already is still sent"""
        with acting() as act:
            found = own(act.db, act.person.id, subscription_id)
            found.events = sorted(set(wanted["events"]))
            chosen: dict[str, Any] = {"subscription": subscription_id, "events": found.events}
            journal.record(act, "webhook_events_changed", chain="access", **chosen)
        return found


@blueprint.route("/webhook-subscriptions/<int:subscription_id>/secret")
class SecretView(MethodView):
    """The secret of a subscription's signatures."""

    @allows(Operation.SUBSCRIBE)
    @blueprint.response(200, MadeSubscription)
    def post(self, subscription_id: int) -> WebhookSubscription:
        """Make a new secret, shown this once; for 24 hours the old one signs as well"""
        require_proof_in_browser(g.session)
        with acting() as act:
            found = own(act.db, act.person.id, subscription_id)
            subscriptions.rotate(act.db, subscription_id, new_secret(), act.now)
            me = act.person.id
            journal.record(act, "webhook_rotated", chain="access", person=me, subscription=subscription_id)
        return found


@blueprint.route("/webhook-subscriptions/<int:subscription_id>/activation")
class ActivationView(MethodView):
    """The second chance of a receiver."""

    @allows(Operation.SUBSCRIBE)
    @blueprint.response(200, Subscription)
    def post(self, subscription_id: int) -> WebhookSubscription:
        """Switch a subscription on again that was switched off because its receiver failed or was gone"""
        with acting() as act:
            found = own(act.db, act.person.id, subscription_id)
            subscriptions.switch_on(act.db, subscription_id)
            journal.record(act, "webhook_switched_on", chain="access", subscription=subscription_id)
        return found


def own(
    session: Session, person_id: int, subscription_id: int, *, is_robot: bool = False
) -> WebhookSubscription:
    """A subscription of a person, or a robot, that he has not ended; raises NotFound."""
    found = session.get(WebhookSubscription, subscription_id)
    is_own = found is not None and found.owner_id == person_id and found.is_in_sight
    if found is None or not is_own or (found.receiver is not Receiver.PROGRAM) is not is_robot:
        raise NotFound(kind="webhook_subscription")
    return found
