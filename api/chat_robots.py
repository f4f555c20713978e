"""Robots of groups in a chat: tell a group that something has happened, try it out, end it."""

from typing import Any

from flask import current_app, g
from flask.views import MethodView
from sqlalchemy import select

from api.access.proofs import require_proof_in_browser
from api.acting import acting, person
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.chat_robots import NewRobot, Robot, RobotPage, WantedTopics
from api.schemas.webhooks import SentWebhook
from api.strict import Resources
from api.webhooks import own
from notifications import replays, subscriptions
from notifications.channels import guard
from notifications.models import Delivery, Receiver, WebhookSubscription
from workflow import journal
from workflow.permissions import Operation

blueprint = Resources("chat robots", "Groups in a chat that are told that something has happened")


@blueprint.route("/chat-robots")
class RobotsView(MethodView):
    """One's own robots."""

    @allows(Operation.MAKE_ROBOT)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, RobotPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List one's robots, also those switched off because they fail"""
        mine = select(WebhookSubscription).where(
            WebhookSubscription.owner_id == person().id,
            WebhookSubscription.receiver != Receiver.PROGRAM,
            WebhookSubscription.is_in_sight,
        )
        return page_of(mine, [WebhookSubscription.id], arguments)

    @allows(Operation.MAKE_ROBOT)
    @blueprint.arguments(NewRobot)
    @blueprint.response(201, Robot)
    def post(self, wanted: dict[str, Any]) -> WebhookSubscription:
        """Tell a group by its robot: the number of a case, no name, no outcome, and a link"""
        require_proof_in_browser(g.session)
        guard.checked(wanted["url"], current_app.config.get("WEBHOOK_INTERNAL_HOSTS", ()))
        wanted["events"] = sorted(set(wanted.pop("topics")))
        receiver = Receiver(wanted.pop("receiver"))
        with acting() as act:
            me = act.person.id
            robot = WebhookSubscription(owner_id=me, created_at=act.now, receiver=receiver, **wanted)
            made = act.add(robot)
            journal.record(act, "robot_made", chain="access", person=me, subscription=made.id)
        return made


@blueprint.route("/chat-robots/<int:robot_id>")
class RobotView(MethodView):
    """One of one's own robots."""

    @allows(Operation.MAKE_ROBOT)
    @blueprint.response(204)
    def delete(self, robot_id: int) -> None:
        """Let a robot say nothing more"""
        with acting() as act:
            own(act.db, act.person.id, robot_id, is_robot=True)
            subscriptions.end(act.db, robot_id)
            journal.record(act, "robot_ended", chain="access", subscription=robot_id)


@blueprint.route("/chat-robots/<int:robot_id>/topics")
class RobotTopicsView(MethodView):
    """What a group is told of."""

    @allows(Operation.MAKE_ROBOT)
    @blueprint.arguments(WantedTopics)
    @blueprint.response(200, Robot)
    def put(self, wanted: dict[str, Any], robot_id: int) -> WebhookSubscription:
        """Tell the group of these topics from now on, or of all; what is queued already is still said"""
        with acting() as act:
            found = own(act.db, act.person.id, robot_id, is_robot=True)
            found.events = sorted(set(wanted["topics"]))
            chosen: dict[str, Any] = {"subscription": robot_id, "topics": found.events}
            journal.record(act, "robot_topics_changed", chain="access", **chosen)
        return found


@blueprint.route("/chat-robots/<int:robot_id>/test")
class RobotTestView(MethodView):
    """A message that tells nothing."""

    @allows(Operation.MAKE_ROBOT)
    @blueprint.response(201, SentWebhook)
    def post(self, robot_id: int) -> Delivery:
        """Say in the group that it is connected"""
        with acting() as act:
            return replays.test(act, own(act.db, act.person.id, robot_id, is_robot=True))


@blueprint.route("/chat-robots/<int:robot_id>/activation")
class RobotActivationView(MethodView):
    """The second chance of a robot."""

    @allows(Operation.MAKE_ROBOT)
    @blueprint.response(200, Robot)
    def post(self, robot_id: int) -> WebhookSubscription:
        """Switch a robot on again that was switched off because it failed"""
        with acting() as act:
            found = own(act.db, act.person.id, robot_id, is_robot=True)
            subscriptions.switch_on(act.db, robot_id)
            journal.record(act, "robot_switched_on", chain="access", subscription=robot_id)
        return found
