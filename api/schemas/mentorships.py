"""Mentoring after a promotion."""

from marshmallow import Schema, fields, validate

from api.schemas.people import ByNumber, PersonLine, Written


class NewMentorship(Schema):
    """Who is to be the mentor."""

    mentor = ByNumber(required=True)


class Plan(Schema):
    """What mentor and mentee agree to do."""

    plan = Written(required=True)


class CheckInNote(Schema):
    """What came out of a talk."""

    note = Written(required=True)


class Conclusion(Schema):
    """How mentoring ends, or that it goes on once more, with reasons."""

    decision = fields.String(required=True, validate=validate.OneOf(["confirm", "extend", "revert"]))
    reason = Written(required=True)


class CheckIn(Schema):
    """A talk between mentor and mentee on a day counted from the start."""

    day = fields.Integer(required=True)
    due_on = fields.Date(required=True)
    held_on = fields.Date(required=True, allow_none=True)
    mentor_note = fields.String(required=True, allow_none=True)
    mentee_note = fields.String(required=True, allow_none=True)


class Mentorship(Schema):
    """A mentorship with its plan and check-ins."""

    mentor = fields.Nested(PersonLine, required=True)
    mentee = fields.Nested(PersonLine, required=True)
    starts_on = fields.Date(required=True, attribute="mentorship.starts_on")
    ends_on = fields.Date(required=True, attribute="mentorship.ends_on")
    is_extended = fields.Boolean(required=True, attribute="mentorship.is_extended")
    plan = fields.String(required=True, attribute="mentorship.plan")
    agreed_by_mentor_at = fields.AwareDateTime(
        required=True, allow_none=True, attribute="mentorship.agreed_by_mentor_at"
    )
    agreed_by_mentee_at = fields.AwareDateTime(
        required=True, allow_none=True, attribute="mentorship.agreed_by_mentee_at"
    )
    check_ins = fields.List(fields.Nested(CheckIn), required=True)
