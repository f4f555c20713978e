"""Committees, their votes, and what they decide."""

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from api.schemas.people import ByNumber, Decision, PersonLine
from workflow.vocabulary import Choice


class NewCommittee(Schema):
    """A committee to be seated for a term of office; the chair is one of its members."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    chair = ByNumber(required=True)
    members = fields.List(ByNumber(), required=True, validate=validate.Length(1, 99))
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True)


class BallotPaper(Schema):
    """A member's secret ballot."""

    choice = fields.Enum(Choice, by_value=True, required=True)


class CommitteeDecision(Decision):
    """The body's reason, signed by the chair, and from when the promotion is to have effect."""

    effective_on = fields.Date(load_default=None, allow_none=True)


class Seat(Schema):
    """A member's term of office."""

    member = fields.Nested(PersonLine, required=True)
    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True)
    is_chair = fields.Boolean(required=True)


class Committee(Schema):
    """A committee with its members."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    is_standing = fields.Boolean(required=True)
    seats = fields.List(fields.Nested(Seat), required=True)


class Ballot(Schema):
    """One ballot of a vote; `shown` is null until the close."""

    number = fields.Integer(required=True)
    opened_at = fields.AwareDateTime(required=True)
    closes_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    entitled = fields.Integer(required=True)
    shown = fields.Dict(keys=fields.String(), required=True, allow_none=True)


class Recusal(Schema):
    """A member kept out of the case."""

    member = fields.Nested(PersonLine, required=True)
    conflict = fields.String(required=True)
    is_declared = fields.Boolean(required=True)


class Elector(Schema):
    """Somebody entitled to vote, and whether he has."""

    member = fields.Nested(PersonLine, required=True)
    has_voted = fields.Boolean(required=True)


class Vote(Schema):
    """The vote on a case as the reader may see it."""

    committee = fields.String(required=True, allow_none=True)
    ballots = fields.List(fields.Nested(Ballot), required=True)
    recusals = fields.List(fields.Nested(Recusal), required=True)
    register = fields.List(fields.Nested(Elector), required=True)
    have_i_voted = fields.Boolean(required=True, allow_none=True)


CommitteePage = page_schema(Committee)
