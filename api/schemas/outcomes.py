"""Released outcomes and how they came about."""

from marshmallow import Schema, fields

from api.schemas.cases import CaseOutcome
from api.schemas.people import Said, Wording
from workflow.vocabulary import MeritPart


class ScorePart(Schema):
    """A score of 0 to 100, its weight in percent, and the points it contributes to the whole."""

    name = fields.String(required=True)
    messages = Said()
    score = fields.Integer(required=True)
    weight = fields.Integer(required=True)
    points = fields.Integer(required=True)


class Band(Schema):
    """Between which points the composite would lie nine times in ten, were it judged again."""

    low = fields.Integer(required=True)
    high = fields.Integer(required=True)


class BuildUp(Schema):
    """The composite in whole points of 100, to which the points of its parts add up.

    `missing` names stages that were asked for and have no score; the weights of the others share theirs.
    """

    composite = fields.Integer(required=True, allow_none=True)
    band = fields.Nested(Band, required=True, allow_none=True)
    parts = fields.List(fields.Nested(ScorePart), required=True)
    missing = fields.List(fields.Enum(MeritPart, by_value=True), required=True)


class ContestOutcome(Schema):
    """What came of a competition; its rounds add up to the score.

    `to_floor` and `to_line` are points above, or below where negative. The line lies halfway between the last
    who has a seat and the next; it is null with fewer than ten placed or fewer than three seats, where it
    would tell of one person.
    """

    name = fields.String(required=True)
    rounds = fields.List(fields.Nested(ScorePart), required=True)
    score = fields.Integer(required=True, allow_none=True)
    floor = fields.Integer(required=True)
    to_floor = fields.Integer(required=True, allow_none=True)
    to_line = fields.Integer(required=True, allow_none=True)
    place = fields.Integer(required=True, allow_none=True)
    is_tied = fields.Boolean(required=True)
    separated_by = fields.Enum(MeritPart, by_value=True, required=True, allow_none=True)
    tie_reason = fields.String(required=True, allow_none=True)
    reserve_until = fields.AwareDateTime(required=True, allow_none=True)


class CriterionFigure(Schema):
    """A criterion with the mean (1 to 5, in half points) of the figures shown of it."""

    key = fields.String(required=True, attribute="criterion.key")
    name = fields.Nested(Wording, required=True, attribute="criterion.name")
    mean = fields.Float(required=True)


class OutcomeVote(Schema):
    """Who decided, what of the count betrays nobody, and why others were put before the candidate."""

    committee = fields.String(required=True, allow_none=True)
    tally = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    passed_over_because = fields.List(fields.String(), required=True)


class Right(Schema):
    """What can be done now, and until when; null for as long as one likes."""

    code = fields.String(required=True)
    messages = Said()
    until = fields.AwareDateTime(required=True, allow_none=True)


class Outcome(Schema):
    """A released outcome and its explanation; parts of the way that the case has not been are null or empty.

    `review` is what `GET /cases/{case_id}/review` shows as its outcome. `strengths` are the best criteria,
    `gaps` those that would have moved the score most.
    """

    decision = fields.Nested(CaseOutcome, required=True, allow_none=True)
    build_up = fields.Nested(BuildUp, required=True)
    review = fields.Dict(keys=fields.String(), required=True, allow_none=True)
    competition = fields.Nested(ContestOutcome, required=True, allow_none=True)
    vote = fields.Nested(OutcomeVote, required=True)
    strengths = fields.List(fields.Nested(CriterionFigure), required=True)
    gaps = fields.List(fields.Nested(CriterionFigure), required=True)
    rights = fields.List(fields.Nested(Right), required=True)
