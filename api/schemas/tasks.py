"""Tasks: what waits for whom, and until when."""

from marshmallow import Schema, fields

from api.pagination import PageArguments, page_schema
from api.schemas.people import PersonLine
from workflow.vocabulary import TaskKind, TaskState


class InboxQuery(PageArguments):
    """Which part of the inbox."""

    kind = fields.Enum(TaskKind, by_value=True)


class Task(Schema):
    """Something to do about a case, a competition, a cycle or, where `day` is given, that day's check-in."""

    id = fields.Integer(required=True)
    kind = fields.Enum(TaskKind, by_value=True, required=True)
    state = fields.Enum(TaskState, by_value=True, required=True)
    version = fields.Integer(required=True)
    opened_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)
    case = fields.Integer(required=True, allow_none=True, attribute="case_id")
    candidate = fields.Nested(PersonLine, required=True, allow_none=True)
    competition = fields.Integer(required=True, allow_none=True, attribute="competition_id")
    cycle = fields.Integer(required=True, allow_none=True, attribute="cycle_id")
    day = fields.Integer(required=True, allow_none=True)


InboxPage = page_schema(Task)
