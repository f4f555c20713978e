"""Votes on cases and what committees decide."""

from marshmallow import Schema, fields, validate

from api.schemas.people import Decision, Key, PersonLine, Written
from workflow.vocabulary import Choice


class Referral(Schema):
    """The committee a case is referred to."""

    committee = Key(required=True)


class Deviation(Schema):
    """A better placed case that is passed over, and why; its candidate can read the reason."""

    case = Key(required=True)
    reason = Written(required=True)


class Opening(Schema):
    """How a ballot is opened; empty where it is the turn of the case."""

    deviation = fields.List(fields.Nested(Deviation), load_default=list, validate=validate.Length(max=99))


class BallotPaper(Schema):
    """A member's secret ballot, and why; reasons are taken only where enough members vote."""

    choice = fields.Enum(Choice, by_value=True, required=True)
    reason = Written(longest=5000, load_default="")


class OwnBallot(Schema):
    """How the caller has voted, and until when he may vote otherwise."""

    choice = fields.Enum(Choice, by_value=True, required=True)
    reason = fields.String(required=True)
    closes_at = fields.AwareDateTime(required=True)


class CommitteeDecision(Decision):
    """The body's reason, signed by the chair, and from when the promotion is to have effect."""

    effective_on = fields.Date(load_default=None, allow_none=True)


class BallotReasons(Schema):
    """Reasons from the box in an order of chance."""

    reasons = fields.List(fields.String(), required=True)


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

    member = fields.Nested(PersonLine, required=True, attribute="person")
    conflict = fields.String(required=True, attribute="words")
    is_declared = fields.Boolean(required=True, attribute="is_ticked")


class Elector(Schema):
    """Somebody entitled to vote, and whether he has."""

    member = fields.Nested(PersonLine, required=True, attribute="person")
    has_voted = fields.Boolean(required=True, attribute="is_ticked")


class Passing(Schema):
    """A better placed case that the vote passes over, and the reason its candidate can read."""

    case = fields.Integer(required=True, attribute="key")
    candidate = fields.Nested(PersonLine, required=True, attribute="person")
    reason = fields.String(required=True, attribute="words")


class Better(Schema):
    """An undecided case before this one in the order of merit."""

    case = fields.Integer(required=True, attribute="key")
    candidate = fields.Nested(PersonLine, required=True, attribute="person")


class OtherCommittee(Schema):
    """A committee to which HR can refer the case."""

    id = fields.Integer(required=True, attribute="key")
    name = fields.String(required=True, attribute="words")


class Vote(Schema):
    """The vote on a case as the reader may see it.

    `takes_reasons` says of the open ballot whether members may write why; the cases that are
    `better_placed` have to be voted on before this one, or passed over with a reason for each.
    """

    committee = fields.String(required=True, allow_none=True)
    committee_id = fields.Integer(required=True, allow_none=True)
    ballots = fields.List(fields.Nested(Ballot), required=True)
    recusals = fields.List(fields.Nested(Recusal), required=True)
    register = fields.List(fields.Nested(Elector), required=True)
    have_i_voted = fields.Boolean(required=True, allow_none=True)
    takes_reasons = fields.Boolean(required=True, allow_none=True)
    better_placed = fields.List(fields.Nested(Better), required=True)
    passes_over = fields.List(fields.Nested(Passing), required=True)
    passed_over_because = fields.List(fields.String(), required=True)
    other_committees = fields.List(fields.Nested(OtherCommittee), required=True)
