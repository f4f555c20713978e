"""Who is away, and who stands in meanwhile."""

from marshmallow import Schema, fields

from api.pagination import page_schema
from api.schemas.people import ByNumber, PersonLine
from workflow.vocabulary import TaskKind


class NewAbsence(Schema):
    """Whose substitute, who, from which day through which; without a kind, for whatever is not personal."""

    absent = ByNumber(load_default=None, allow_none=True)
    substitute = ByNumber(required=True)
    kind = fields.Enum(TaskKind, by_value=True, load_default=None, allow_none=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True)


class Absence(Schema):
    """That somebody does the tasks of another, of one kind or of all, from one day through another."""

    id = fields.Integer(required=True)
    absent = fields.Nested(PersonLine, required=True)
    substitute = fields.Nested(PersonLine, required=True)
    kind = fields.Enum(TaskKind, by_value=True, required=True, allow_none=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True)
    named_by = fields.Nested(PersonLine, required=True)
    named_at = fields.AwareDateTime(required=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


AbsencePage = page_schema(Absence)
