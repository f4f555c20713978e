"""Internal competitions: announced, entered, judged, decided."""

from typing import Any

from marshmallow import Schema, fields, validate

from api.pagination import page_schema
from api.schemas.people import ByNumber, Key, Line, PersonLine, Wording, Written
from workflow.rules.explaining import whole
from workflow.vocabulary import CompetitionState, Level, MeritPart, RoundKind, Stage, TieOrder, Track


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
    """A competition to be announced; without an edition that of the cycle, or else the one in force.

    Without a department it is open to the whole company; without a last day the edition says how long.
    """

    name = Line(required=True)
    track = fields.Enum(Track, by_value=True, required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    post = Line(required=True)
    seats = fields.Integer(strict=True, load_default=1, validate=validate.Range(1, 1000))
    opens_on = fields.Date(required=True)
    closes_on = fields.Date(load_default=None, allow_none=True)
    department = Key(load_default=None, allow_none=True, attribute="department_id")
    cycle = Key(load_default=None, allow_none=True)
    edition = Key(load_default=None, allow_none=True)


class Extension(Schema):
    """Until when a competition is to stay open."""

    closes_on = fields.Date(required=True)


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


class ScoreConfirmation(Schema):
    """What a judge has seen that makes his sheet right, though it stands far from the others."""

    evidence = Written(required=True)


class Tie(Schema):
    """Why a case in the tie band is placed as it is."""

    case = Key(required=True)
    reason = Written(required=True)


class OrderOfMerit(Schema):
    """The signing of the order of merit; `order` says by what the tie band at the cut is placed."""

    reason = Written(required=True)
    order = fields.Enum(TieOrder, by_value=True, load_default=TieOrder.MERIT)
    ties = fields.List(fields.Nested(Tie), load_default=list, validate=validate.Length(max=1000))


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
    closes_at = fields.AwareDateTime(required=True)
    department = fields.Integer(required=True, allow_none=True, attribute="department_id")
    cycle = fields.Integer(required=True, allow_none=True, attribute="cycle_id")
    state = fields.Enum(CompetitionState, by_value=True, required=True)
    round = fields.Integer(required=True, attribute="round_number")
    scores_due_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)


class WholePoints(fields.Integer):
    """A score of 0 to 100 in whole points: decimals would tell of single reviews."""

    def _serialize(self, value: Any, *args: Any, **how: Any) -> Any:
        return super()._serialize(None if value is None else whole(value), *args, **how)


class Entry(Schema):
    """A case in the contest; score, composite (0 to 100) and places are null until the reader may know them.

    `shortlisted` says why the case goes on after the last round or does not; `is_tied` that it stands in the
    tie band at the cut, where `proposed_place` is the one by the secondary criteria and `separated_by` the
    first of them that makes a difference.
    """

    case = fields.Integer(required=True, attribute="case_id")
    candidate = fields.Nested(PersonLine, required=True)
    stage = fields.Enum(Stage, by_value=True, required=True)
    panel = fields.Integer(required=True, allow_none=True)
    position = fields.Integer(required=True, allow_none=True)
    shortlisted = fields.String(required=True, allow_none=True)
    score = WholePoints(required=True, allow_none=True)
    composite = WholePoints(required=True, allow_none=True)
    place = fields.Integer(required=True, allow_none=True)
    is_tied = fields.Boolean(required=True, allow_none=True)
    proposed_place = fields.Integer(required=True, allow_none=True)
    separated_by = fields.Enum(MeritPart, by_value=True, required=True, allow_none=True)
    tie_reason = fields.String(required=True, allow_none=True)
    reserve_until = fields.AwareDateTime(required=True, allow_none=True)
    is_scored_by_me = fields.Boolean(required=True)


class PanelSeat(PersonLine):
    """Somebody who judges; panel 0 is the seat in all panels.

    `successor_until` is set where the judge is missing: until when HR may name another; null to judges.
    """

    panel = fields.Integer(required=True)
    successor_until = fields.AwareDateTime(required=True, allow_none=True)


class ScoredCriterion(Schema):
    """What judges score in a round, and its weight."""

    key = fields.String(required=True)
    name = fields.Nested(Wording, required=True)
    weight = fields.Float(required=True)


class Round(Schema):
    """One round: its weight in the competition, what is scored in it, what share goes on after it.

    `criteria` are the keys of what is `scored`.
    """

    key = fields.Enum(RoundKind, by_value=True, required=True)
    name = fields.Nested(Wording, required=True)
    weight = fields.Float(required=True)
    criteria = fields.List(fields.String(), required=True)
    scored = fields.List(fields.Nested(ScoredCriterion), required=True)
    shortlist = fields.String(required=True, allow_none=True)


class Evidence(Schema):
    """What a judge, who is not named, wrote to confirm a sheet that stood far from the others."""

    case = fields.Integer(required=True, attribute="case_id")
    round = fields.Integer(required=True, attribute="round_number")
    text = fields.String(required=True)


class OwnSheet(Schema):
    """What a judge scores in the present round of an entry, and what he has handed in so far, if anything.

    While it `is_open` it may be replaced; one that `is_doubted` lies far from the others and waits to be
    changed or confirmed.
    """

    competition = fields.Nested(CompetitionLine, required=True)
    criteria = fields.List(fields.Nested(ScoredCriterion), required=True)
    position = fields.Integer(required=True, allow_none=True)
    scores = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    is_open = fields.Boolean(required=True)
    is_doubted = fields.Boolean(required=True)


class Competition(Schema):
    """A competition with what of it concerns the reader."""

    competition = fields.Nested(CompetitionLine, required=True)
    rounds = fields.List(fields.Nested(Round), required=True)
    criteria = fields.List(fields.Nested(ScoredCriterion), required=True)
    entries = fields.List(fields.Nested(Entry), required=True)
    judges = fields.List(fields.Nested(PanelSeat), required=True)
    evidence = fields.List(fields.Nested(Evidence), required=True)


CompetitionPage = page_schema(CompetitionLine)
