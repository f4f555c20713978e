"""What people would rather not have by mail."""

from marshmallow import Schema, fields

from api.schemas.people import Truth
from notifications.preferences import Topic


class Preference(Schema):
    """Whether mails of a topic are sent; where `is_fixed` they always are, for rights hang on them."""

    topic = fields.Enum(Topic, by_value=True, required=True)
    by_mail = fields.Boolean(required=True)
    is_fixed = fields.Boolean(required=True)


class Preferences(Schema):
    """All topics."""

    items = fields.List(fields.Nested(Preference), required=True)


# A topic that is not named stays as it is.
Wishes = Schema.from_dict({topic.value: Truth() for topic in Topic}, name="Wishes")
