"""Mails to oneself: which come and which do not, and the way out of digests by a link."""

from typing import Any

from flask import current_app
from flask.views import MethodView

from api.acting import acting, now, person, running
from api.database import db
from api.policy import allows
from api.schemas.preferences import Preferences, Wishes
from api.signing import NO_DIGEST, handle_of
from api.strict import Resources
from notifications import preferences
from notifications.preferences import FIXED, Topic
from workflow.errors import NotFound
from workflow.permissions import Operation

blueprint = Resources("preferences", "Which mails come to oneself")


@blueprint.route("/me/preferences")
class PreferencesView(MethodView):
    """One's own."""

    @allows(Operation.CHOOSE_MAILS)
    @blueprint.response(200, Preferences)
    def get(self) -> dict[str, Any]:
        """Read which mails come to oneself"""
        return _told(person().id)

    @allows(Operation.CHOOSE_MAILS)
    @blueprint.arguments(Wishes)
    @blueprint.response(200, Preferences)
    def put(self, wanted: dict[str, bool]) -> dict[str, Any]:
        """Choose which mails come to oneself; what is not named stays, and `rights` always come"""
        with acting() as act:
            preferences.wish(act, act.person.id, {Topic(name): value for name, value in wanted.items()})
        return _told(person().id)


@blueprint.route("/unsubscribe-links/<token>")
class UnsubscribeView(MethodView):
    """The way out of digests, for whoever holds the link that stands in one."""

    @allows(Operation.END_DIGESTS)
    @blueprint.response(204)
    def post(self, token: str) -> None:
        """Send no more digests to whoever this link was made for; all else stays as it is"""
        end_digests(token)


def reader_of(token: str) -> int:
    """Whom a link was made for; raises NotFound."""
    handle = handle_of(str(current_app.secret_key), token, NO_DIGEST)
    if handle is None:
        raise NotFound(kind="unsubscribe_link")
    return int(handle, 16)


def end_digests(token: str) -> None:
    """Send no more digests to whoever a link was made for; raises NotFound."""
    reader = reader_of(token)
    with running().door.acting(now=now()) as act:
        preferences.wish(act, reader, {Topic.DIGEST: False})


def _told(person_id: int) -> dict[str, Any]:
    wanted = preferences.wishes(db.session(), person_id)
    return {
        "items": [
            {"topic": topic, "by_mail": is_wanted, "is_fixed": topic is FIXED}
            for topic, is_wanted in wanted.items()
        ]
    }
