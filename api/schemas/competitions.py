"""Internal competitions: announced, entered, judged, decided."""

from typing import Any

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from api.schemas.people import ByNumber, Key, PersonLine
from api.schemas.reviews import Wording
from workflow.vocabulary import CompetitionState, Level, Stage, Track


class Points(fields.Float):
    """A number that is written as a number."""

    def __init__(self) -> None:
        """Bound it to the scale of judges."""
        super().__init__(validate=validate.Range(1, 5))

    def _validated(self, value: Any) -> float:
        if not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class NewCompetition(Schema):
    """A competition to be announced; without an edition that of the cycle, or else the one in force."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    track = fields.Enum(Track, by_value=True, required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    post = fields.String(required=True, validate=validate.Length(1, 200))
    seats = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, 1000))
    opens_on = fields.Date(required=True)
    closes_on = fields.Date(required=True)
    cycle = Key(load_default=None, allow_none=True)
    edition = Key(load_default=None, allow_none=True)


class Panel(Schema):
    """Who is to judge."""

    judges = fields.List(ByNumber(), required=True, validate=validate.Length(1, 50))


class NewJudge(Schema):
    """Who is to judge in the place of another."""

    judge = ByNumber(required=True)


class Sheet(Schema):
    """One judge's scores, 1 to 5 by criterion."""

    scores = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 64)),
        values=Points(),
        required=True,
        validate=validate.Length(max=50),
    )


class CompetitionLine(Schema):
    """A competition as it is announced to everybody."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    track = fields.Enum(Track, by_value=True, required=True, attribute="target_track")
    level = fields.Enum(Level, by_value=True, required=True, attribute="target_level")
    post = fields.String(required=True, attribute="target_post")
    seats = fields.Integer(required=True)
    opens_on = fields.Date(required=True)
    closes_on = fields.Date(required=True)
    cycle = fields.Integer(required=True, allow_none=True, attribute="cycle_id")
    state = fields.Enum(CompetitionState, by_value=True, required=True)
    scores_due_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)


class Entry(Schema):
    """A case in the contest; place and composite (0 to 100) are null until the reader may know them."""

    case = fields.Integer(required=True, attribute="case_id")
    candidate = fields.Nested(PersonLine, required=True)
    stage = fields.Enum(Stage, by_value=True, required=True)
    place = fields.Integer(required=True, allow_none=True)
    composite = fields.Float(required=True, allow_none=True)
    is_scored_by_me = fields.Boolean(required=True)


class ScoredCriterion(Schema):
    """What judges score, and its weight."""

    key = fields.String(required=True)
    name = fields.Nested(Wording, required=True)
    weight = fields.Float(required=True)


class Competition(Schema):
    """A competition with what of it concerns the reader."""

    competition = fields.Nested(CompetitionLine, required=True)
    criteria = fields.List(fields.Nested(ScoredCriterion), required=True)
    entries = fields.List(fields.Nested(Entry), required=True)
    judges = fields.List(fields.Nested(PersonLine), required=True)


CompetitionPage = page_schema(CompetitionLine)
