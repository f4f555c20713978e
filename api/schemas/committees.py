"""Committees, who sits on them, and what is before them."""

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from api.schemas.eligibility import CheckedRule
from api.schemas.outcomes import BuildUp
from api.schemas.people import ByNumber, Line, PersonLine, Truth
from workflow.vocabulary import Level, Track


class Term(Schema):
    """From when until when somebody sits."""

    from_on = fields.Date(required=True)
    until_on = fields.Date(required=True)


class NewCommittee(Term):
    """A committee to be seated for a term of office; the chair is one of its members.

    Its size is odd and, unless it `allows_thirds`, no multiple of three. One that is not standing decides
    only on cases that are referred to it.
    """

    name = Line(required=True)
    chair = ByNumber(required=True)
    members = fields.List(ByNumber(), required=True, validate=validate.Length(1, 99))
    alternates = fields.List(ByNumber(), load_default=list, validate=validate.Length(0, 99))
    is_standing = Truth(load_default=True)
    allows_thirds = Truth(load_default=False)


class NewSeat(Term):
    """A seat to be filled, `in_place_of` somebody where none is vacant; `is_chair` passes on the chair."""

    is_alternate = Truth(load_default=False)
    is_chair = Truth(load_default=False)
    in_place_of = ByNumber(load_default=None, allow_none=True)


class Seat(Term):
    """A member's, or an alternate's, term of office."""

    member = fields.Nested(PersonLine, required=True)
    is_alternate = fields.Boolean(required=True)
    is_chair = fields.Boolean(required=True)


class Committee(Schema):
    """A committee with its members; `size` counts vacant seats too."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    size = fields.Integer(required=True)
    is_standing = fields.Boolean(required=True)
    seats = fields.List(fields.Nested(Seat), required=True)


class Fact(CheckedRule):
    """What the last check of a case answered to one rule, and whether HR has made an exception from it."""

    is_waived = fields.Boolean(required=True)


class Contender(Schema):
    """A case beside the others for its post: evidence before scores; `vote` tells how far its vote is.

    `place` is the one in the order of merit of a competition; `is_tied` says that the scores alone do not
    tell the case from its neighbours at the cut.
    """

    case = fields.Integer(required=True, attribute="case_id")
    candidate = fields.Nested(PersonLine, required=True)
    edition = fields.Integer(required=True, attribute="edition_id")
    vote = fields.String(
        required=True,
        validate=validate.OneOf(["waiting", "open", "second_ballot", "no_quorum", "counted", "decided"]),
    )
    is_its_turn = fields.Boolean(required=True)
    statement = fields.String(required=True)
    evidence = fields.Dict(keys=fields.String(), required=True)
    eligibility = fields.List(fields.Nested(Fact), required=True)
    review = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    build_up = fields.Nested(BuildUp, required=True)
    composite = fields.Integer(required=True, allow_none=True)
    place = fields.Integer(required=True, allow_none=True)
    is_tied = fields.Boolean(required=True)


class Post(Schema):
    """A post and the cases for it in order of merit; `seats` where it is filled by competition."""

    track = fields.Enum(Track, by_value=True, required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    post = fields.String(required=True)
    competition = fields.Integer(required=True, allow_none=True, attribute="competition_id")
    seats = fields.Integer(required=True, allow_none=True)
    cases = fields.List(fields.Nested(Contender), required=True)


CommitteePage = page_schema(Committee)
AgendaPage = page_schema(Post)
