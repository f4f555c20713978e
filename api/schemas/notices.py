"""Public notices."""

from marshmallow import Schema, fields

from api.pagination import page_schema
from api.schemas.people import PersonLine
from workflow.vocabulary import Level, Track


class Notice(Schema):
    """Who is to be promoted to what, how long the notice stands, and from when it has effect."""

    case = fields.Integer(required=True, attribute="case_id")
    candidate = fields.Nested(PersonLine, required=True)
    track = fields.Enum(Track, by_value=True, required=True, attribute="target_track")
    level = fields.Enum(Level, by_value=True, required=True, attribute="target_level")
    post = fields.String(required=True, attribute="target_post")
    posted_at = fields.AwareDateTime(required=True)
    until = fields.AwareDateTime(required=True, allow_none=True)
    effective_on = fields.Date(required=True, allow_none=True)
    have_i_objected = fields.Boolean(required=True)


NoticePage = page_schema(Notice)
