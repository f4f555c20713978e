"""Tasks: what waits for whom, and until when."""

from marshmallow import Schema, fields, validate

from api.pagination import PageArguments, page_schema
from api.schemas.people import LARGEST_KEY, PersonLine
from workflow.vocabulary import TaskKind, TaskState


class InboxQuery(PageArguments):
    """Which part of the inbox."""

    kind = fields.Enum(TaskKind, by_value=True)
    case = fields.Integer(validate=validate.Range(1, LARGEST_KEY))


class Task(Schema):
    """Something to do: about a case, a competition, a cycle, an objection, a letter, a check-in or a rating.

    `day` is that of a check-in, `week` that of a rating. Where data on file are missing, `detail` names the
    rule, and `people` of the `department` are concerned; where the days of a year are missing at a `site`,
    `detail` is the year. `on_behalf_of` is who is away, where I stand in.
    `in_bulk` says that several such signatures may be given in one go.
    """

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
    day = fields.Integer(required=True, allow_none=True)
    cycle = fields.Integer(required=True, allow_none=True, attribute="cycle_id")
    department = fields.String(required=True, allow_none=True)
    site = fields.Integer(required=True, allow_none=True, attribute="site_id")
    site_name = fields.String(required=True, allow_none=True, attribute="site")
    people = fields.Integer(required=True, allow_none=True)
    week = fields.Integer(required=True, allow_none=True)
    objection = fields.Integer(required=True, allow_none=True, attribute="objection_id")
    letter = fields.Integer(required=True, allow_none=True, attribute="letter_id")
    on_behalf_of = fields.Nested(PersonLine, required=True, allow_none=True)
    in_bulk = fields.Boolean(required=True)


InboxPage = page_schema(Task)
