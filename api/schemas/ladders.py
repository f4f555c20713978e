"""The ladders of an edition: what can be reached, and what each step asks."""

from marshmallow import Schema, fields, validate

from api.schemas.criteria import Edition
from api.schemas.eligibility import AskedRule
from api.schemas.people import LARGEST_KEY, Said, Wording
from api.schemas.standing import PostName
from workflow.vocabulary import Level, Track


class LadderQuery(Schema):
    """Whose ladders: of the edition named, or of the one in force today."""

    edition = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST_KEY))


class LadderPost(PostName):
    """A post and the duties it brings."""

    duties = fields.List(fields.Nested(Wording), required=True)


class Rung(Schema):
    """A level, the posts it can be held in, and the step that leads to it; null where none does.

    `asks` is what must be on file before a review; `step` is everything the edition says of the step: chain
    of approvals, sources of the review with weights and least numbers, competition, composite, committee,
    notice, mentoring. Days are working days unless the name says otherwise.
    """

    level = fields.Enum(Level, by_value=True, required=True)
    level_name = Said()
    posts = fields.List(fields.Nested(LadderPost), required=True)
    asks = fields.List(fields.Nested(AskedRule), required=True)
    step = fields.Dict(keys=fields.String(), required=True, allow_none=True)


class Ladder(Schema):
    """The ladder of one track, lowest level first."""

    track = fields.Enum(Track, by_value=True, required=True)
    track_name = Said()
    levels = fields.List(fields.Nested(Rung), required=True)


class JudgedCriterion(Schema):
    """What a review judges, its weight, and the mean (1 to 5) below which a mandatory one declines."""

    key = fields.String(required=True)
    name = fields.Nested(Wording, required=True)
    weight = fields.Float(required=True)
    floor = fields.Float(required=True, allow_none=True)


class Ladders(Schema):
    """Every ladder of an edition."""

    edition = fields.Nested(Edition, required=True)
    name = fields.Nested(Wording, required=True)
    criteria = fields.List(fields.Nested(JudgedCriterion), required=True)
    ladders = fields.List(fields.Nested(Ladder), required=True)
