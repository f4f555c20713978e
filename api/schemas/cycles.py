"""Cycles in which nominations are taken."""

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from api.schemas.people import Line, PersonLine, Truth
from workflow.vocabulary import Role, Stage, TaskKind


class NewCycle(Schema):
    """A cycle to be opened; `quota` is the most promotions it may bring, none means no bound."""

    name = Line(required=True)
    edition = fields.Integer(required=True, strict=True, validate=validate.Range(1, 2**31 - 1))
    opens_on = fields.Date(required=True)
    closes_on = fields.Date(required=True)
    quota = fields.Integer(
        strict=True, load_default=None, allow_none=True, validate=validate.Range(1, 100_000)
    )
    opens_drafts = Truth(load_default=True)


class Cycle(Schema):
    """A window in which nominations are taken under one edition."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    edition = fields.Integer(required=True, attribute="edition_id")
    opens_on = fields.Date(required=True)
    closes_on = fields.Date(required=True)
    quota = fields.Integer(required=True, allow_none=True)
    opens_drafts = fields.Boolean(required=True)
    drafts_opened_at = fields.AwareDateTime(required=True, allow_none=True)


class WholeCycle(Cycle):
    """A cycle with what has become of its drafts, in people; None to others than HR and auditors."""

    drafts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True, allow_none=True)


class Unit(Schema):
    """A department as lists show it."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class CasesCounted(Schema):
    """Cases: how many, how many of them overdue, how many of them stuck."""

    cases = fields.Integer(required=True)
    overdue = fields.Integer(required=True)
    stuck = fields.Integer(required=True)


class OfStage(CasesCounted):
    """The cases in one stage."""

    stage = fields.Enum(Stage, by_value=True, required=True)


class OfDepartment(CasesCounted):
    """The cases of people in one department."""

    department = fields.Nested(Unit, required=True)


class OfStageAndDepartment(OfStage, OfDepartment):
    """The cases of people in one department that are in one stage."""


class LateKind(Schema):
    """How many tasks of a confidential kind are overdue; None while that would point at people."""

    kind = fields.Enum(TaskKind, by_value=True, required=True)
    tasks = fields.Integer(required=True, allow_none=True)


class CycleProgress(Schema):
    """A cycle in figures, by stage, by department, and by both."""

    cycle = fields.Integer(required=True, attribute="cycle_id")
    stages = fields.List(fields.Nested(OfStage), required=True)
    departments = fields.List(fields.Nested(OfDepartment), required=True)
    cells = fields.List(fields.Nested(OfStageAndDepartment), required=True)
    confidential = fields.List(fields.Nested(LateKind), required=True)


class LateTask(Schema):
    """An overdue task of a case, and with whom it lies: a person, or everybody of a role."""

    id = fields.Integer(required=True)
    kind = fields.Enum(TaskKind, by_value=True, required=True)
    case = fields.Integer(required=True, attribute="case_id")
    candidate = fields.Nested(PersonLine, required=True)
    person = fields.Nested(PersonLine, required=True, allow_none=True)
    role = fields.Enum(Role, by_value=True, required=True, allow_none=True)
    opened_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)


CyclePage = page_schema(Cycle)
LateTaskPage = page_schema(LateTask)
