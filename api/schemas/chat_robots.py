"""Robots of groups in a chat, which are told that something has happened."""

from urllib.parse import urlsplit

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from api.schemas.people import Line
from notifications.models import Receiver
from notifications.robots import Topic
from translations import LOCALES

ROBOTS = tuple(one for one in Receiver if one is not Receiver.PROGRAM)
_KINDS = tuple(one.value for one in ROBOTS)


class WantedTopics(Schema):
    """What a group is told of; no topics named means all."""

    topics = fields.List(fields.String(validate=validate.OneOf(list(Topic))), load_default=list)


class NewRobot(WantedTopics):
    """A robot that somebody has made in a group of the chat; no topics named means all.

    `secret` is the one of its signature, where the vendor has one (DingTalk, Feishu).
    """

    receiver = fields.String(required=True, validate=validate.OneOf(_KINDS))
    name = Line(required=True, longest=100)
    url = fields.String(required=True, validate=validate.Length(1, 2000))
    secret = fields.String(load_default="", validate=validate.Length(max=100))
    locale = fields.String(required=True, validate=validate.OneOf(LOCALES))


class _Host(fields.String):
    """The host of an address; the rest of it is all that is needed to speak in the group."""

    def _serialize(self, value: str | None, attr: str | None, obj: object, **kwargs: object) -> str | None:
        return super()._serialize(urlsplit(value or "").hostname, attr, obj, **kwargs)


class Robot(Schema):
    """A robot, of its address only the host, and nothing of its secret."""

    id = fields.Integer(required=True)
    receiver = fields.Enum(Receiver, by_value=True, required=True)
    name = fields.String(required=True)
    host = _Host(required=True, attribute="url")
    locale = fields.String(required=True)
    topics = fields.List(fields.String(), required=True, attribute="events")
    is_active = fields.Boolean(required=True)
    created_at = fields.AwareDateTime(required=True)
    failing_since = fields.AwareDateTime(required=True, allow_none=True)


RobotPage = page_schema(Robot)
