"""People and departments as everybody signed in may see them."""

from marshmallow import Schema, ValidationError, fields, validate

from api.pagination import PageArguments, page_schema
from workflow.queries.directory import says_enough
from workflow.vocabulary import Level, Track


def _enough(sought: str) -> None:
    if not says_enough(sought):
        raise ValidationError("Shorter than a word.")


class EmployeeQuery(PageArguments):
    """Whom to look for: part of a name or number, and a department."""

    q = fields.String(validate=validate.Length(1, 100))
    department = fields.Integer(validate=validate.Range(1, 2**31 - 1))


class PeopleQuery(Schema):
    """Whom to look for: two signs at least, or one Chinese one."""

    q = fields.String(required=True, validate=[validate.Length(max=100), _enough])


class Colleague(Schema):
    """What everybody may know of a colleague."""

    number = fields.String(required=True)
    name = fields.String(required=True)
    post = fields.String(required=True)
    department = fields.String(required=True)


class People(Schema):
    """Whom words may mean, the best first."""

    items = fields.List(fields.Nested(Colleague), required=True)


class Employee(Schema):
    """A person, as a directory shows people."""

    number = fields.String(required=True)
    name = fields.String(required=True)
    department = fields.Integer(required=True, attribute="department_id")
    department_name = fields.String(required=True, attribute="department.name")
    site = fields.String(required=True, attribute="site.name")
    track = fields.Enum(Track, by_value=True, required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    post = fields.String(required=True)
    manager = fields.String(required=True, allow_none=True, attribute="manager_number")
    manager_name = fields.String(required=True, allow_none=True)
    is_active = fields.Boolean(required=True)


class Department(Schema):
    """A unit of the organisation."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    parent = fields.Integer(required=True, allow_none=True, attribute="parent_id")
    head = fields.String(required=True, allow_none=True, attribute="head_number")


EmployeePage = page_schema(Employee)
DepartmentPage = page_schema(Department)
