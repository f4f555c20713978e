"""Mentoring after a promotion."""

from marshmallow import Schema, fields, validate

from api.schemas.people import ByNumber, Line, PersonLine, Written
from workflow.vocabulary import Level, PlanItemKind


class NewMentorship(Schema):
    """Who is to be the mentor."""

    mentor = ByNumber(required=True)


class Proposal(Schema):
    """Somebody who fits as a mentor, and for how many more mentees he has room."""

    person = fields.Nested(PersonLine, required=True)
    department = fields.String(required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    post = fields.String(required=True)
    free = fields.Integer(required=True)


class Proposals(Schema):
    """Who fits as a mentor, best first."""

    items = fields.List(fields.Nested(Proposal), required=True)


class Conclusion(Schema):
    """How mentoring ends, or that it goes on once more, with reasons.

    Whoever is returned to the former level may be given another `post` of it than the former one.
    """

    decision = fields.String(required=True, validate=validate.OneOf(["confirm", "extend", "revert"]))
    reason = Written(required=True)
    post = Line(load_default=None, allow_none=True)


class PlanItem(Schema):
    """A practice task or a training of the plan, and what has come of it."""

    id = fields.Integer(required=True)
    kind = fields.Enum(PlanItemKind, by_value=True, required=True)
    title = fields.String(required=True)
    due_on = fields.Date(required=True)
    done_on = fields.Date(required=True, allow_none=True)
    feedback = fields.String(required=True, allow_none=True)


class CheckIn(Schema):
    """A talk between mentor and mentee on a day counted from the start."""

    day = fields.Integer(required=True)
    due_on = fields.Date(required=True)
    held_on = fields.Date(required=True, allow_none=True)
    mentor_note = fields.String(required=True, allow_none=True)
    mentee_note = fields.String(required=True, allow_none=True)


class PerformanceCheck(Schema):
    """How the work in the new post was rated after so many weeks."""

    week = fields.Integer(required=True)
    due_on = fields.Date(required=True)
    rating = fields.Integer(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    written_at = fields.AwareDateTime(required=True, allow_none=True)
    written_by = fields.Nested(PersonLine, required=True, allow_none=True)


class Mentorship(Schema):
    """A mentorship with its plan, check-ins and performance checks; no `mentor` while one is looked for."""

    mentor = fields.Nested(PersonLine, required=True, allow_none=True)
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
    items = fields.List(fields.Nested(PlanItem), required=True)
    check_ins = fields.List(fields.Nested(CheckIn), required=True)
    performance_checks = fields.List(fields.Nested(PerformanceCheck), required=True)
    conclusion = fields.String(required=True, allow_none=True, attribute="mentorship.conclusion")
    concluded_at = fields.AwareDateTime(required=True, allow_none=True, attribute="mentorship.concluded_at")
    concluded_by = fields.Nested(PersonLine, required=True, allow_none=True)
