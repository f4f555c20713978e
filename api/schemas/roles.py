"""Roles that people hold beyond being employees, and changes that wait for a second person."""

from marshmallow import Schema, fields

from api.schemas.people import PersonLine
from workflow.vocabulary import Role


class RoleHolding(Schema):
    """A role somebody holds: for everybody, or for the people of one department; in vain once he has left."""

    person = fields.Nested(PersonLine, required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    department = fields.String(required=True, allow_none=True)
    is_active = fields.Boolean(required=True)


class RoleProposal(Schema):
    """That somebody is to hold a role, or to hold it no more, once a second person confirms it."""

    person = fields.Nested(PersonLine, required=True)
    role = fields.Enum(Role, by_value=True, required=True)
    is_given = fields.Boolean(required=True)
    proposed_by = fields.Nested(PersonLine, required=True)
    proposed_at = fields.AwareDateTime(required=True)


class Roles(Schema):
    """All roles that are held, and all proposals."""

    holdings = fields.List(fields.Nested(RoleHolding), required=True)
    proposals = fields.List(fields.Nested(RoleProposal), required=True)


class RoleStanding(Schema):
    """Whether one person holds one role now, and what has been proposed about it."""

    is_held = fields.Boolean(required=True)
    proposal = fields.Nested(RoleProposal, required=True, allow_none=True)
