"""What is done in the months of mentoring."""

from marshmallow import Schema, fields, validate

from api.schemas.people import Line, Written
from workflow.plans import HIGHEST, LOWEST
from workflow.vocabulary import PlanItemKind


class NewPlanItem(Schema):
    """A practice task or a training, to be done by a day within the period."""

    kind = fields.Enum(PlanItemKind, by_value=True, required=True)
    title = Line(required=True)
    due_on = fields.Date(required=True)


class Plan(Schema):
    """What mentor and mentee agree to do; without `items` they stay as they are."""

    plan = Written(required=True)
    items = fields.List(
        fields.Nested(NewPlanItem), load_default=None, allow_none=True, validate=validate.Length(max=50)
    )


class Progress(Schema):
    """How an item of the plan goes, and when it was done, if it is."""

    feedback = Written(required=True)
    done_on = fields.Date(load_default=None, allow_none=True)


class CheckInNote(Schema):
    """What came out of a talk."""

    note = Written(required=True)


class PerformanceNote(Schema):
    """A rating from 1 to 5 and what it rests on."""

    rating = fields.Integer(required=True, strict=True, validate=validate.Range(LOWEST, HIGHEST))
    note = Written(required=True)


class Duties(Schema):
    """What the new post asks, in both languages."""

    post = fields.String(required=True)
    duties = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)
    acknowledged_at = fields.AwareDateTime(required=True, allow_none=True)
