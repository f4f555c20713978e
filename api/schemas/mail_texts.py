"""The words of mails as HR puts them."""

from marshmallow import Schema, fields

from api.schemas.people import Written
from notifications.texts import LONGEST
from translations import LOCALES


class TextKind(Schema):
    """A kind of mails, and whether HR has ever put something in it otherwise."""

    kind = fields.String(required=True)
    is_changed = fields.Boolean(required=True)


class TextKinds(Schema):
    """All kinds whose words can be put otherwise."""

    items = fields.List(fields.Nested(TextKind), required=True)


class TextVersion(Schema):
    """What somebody has written; null where he went back to the wording of the product."""

    text = fields.String(required=True, allow_none=True)
    at = fields.AwareDateTime(required=True)
    by = fields.String(required=True)


class MailText(Schema):
    """A part of a mail: the wording that counts, how it reads with a sample, and the versions before.

    `placeholders` may stand in it, in braces, and nothing else in braces.
    """

    part = fields.String(required=True, attribute="place.part")
    locale = fields.String(required=True, attribute="place.locale", metadata={"enum": list(LOCALES)})
    text = fields.String(required=True)
    shipped = fields.String(required=True, attribute="place.shipped")
    is_own = fields.Boolean(required=True)
    sample = fields.String(required=True)
    placeholders = fields.List(fields.String(), required=True, attribute="place.placeholders")
    versions = fields.List(fields.Nested(TextVersion), required=True)


class MailTexts(Schema):
    """The parts of the mails of one kind, in both languages."""

    items = fields.List(fields.Nested(MailText), required=True)


class TextChange(Schema):
    """What a part is to say."""

    text = Written(required=True, longest=LONGEST)
