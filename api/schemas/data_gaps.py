"""Facts on file that are missing or wrong."""

from marshmallow import Schema, fields

from api.pagination import page_schema
from api.schemas.people import Line, PersonLine, Written
from workflow.data_gaps import LONGEST_CORRECTION
from workflow.vocabulary import TaskKind, TaskState


class Correction(Schema):
    """What is wrong on one's own file: the field, or the rule that asks for it, and what it should be."""

    rule = Line(required=True, longest=64)
    text = Written(required=True, longest=LONGEST_CORRECTION)


class CorrectionAsked(Schema):
    """The task that HR has been given."""

    task = fields.Integer(required=True, attribute="id")
    due_at = fields.AwareDateTime(required=True)


class CorrectionLine(Schema):
    """What one has reported as wrong, and whether HR has corrected it; if not, why."""

    task = fields.Integer(required=True, attribute="task_id")
    text = fields.String(required=True)
    state = fields.Enum(TaskState, by_value=True, required=True)
    asked_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    is_corrected = fields.Boolean(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


CorrectionPage = page_schema(CorrectionLine)


class DataGap(Schema):
    """A task about data on file, and the people it concerns."""

    task = fields.Integer(required=True, attribute="task_id")
    kind = fields.Enum(TaskKind, by_value=True, required=True)
    state = fields.Enum(TaskState, by_value=True, required=True)
    detail = fields.String(required=True, allow_none=True)
    department = fields.String(required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True)
    people = fields.List(fields.Nested(PersonLine), required=True)
