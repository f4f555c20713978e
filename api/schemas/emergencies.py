"""Reading a case that is not one's own, in an emergency."""

from marshmallow import Schema, fields

from api.pagination import page_schema
from api.schemas.people import PersonLine


class EmergencyAccess(Schema):
    """That somebody wants to read a case, or may until an instant, and when he first has."""

    id = fields.Integer(required=True)
    case = fields.Integer(required=True, attribute="case_id")
    asked_by = fields.Nested(PersonLine, required=True)
    asked_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True)
    granted_by = fields.Nested(PersonLine, required=True, allow_none=True)
    ends_at = fields.AwareDateTime(required=True, allow_none=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)


EmergencyAccessPage = page_schema(EmergencyAccess)
