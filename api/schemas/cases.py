"""Cases: put on file, listed, shown with their checklist and timeline."""

from typing import Any

from marshmallow import Schema, fields, validate
from marshmallow.utils import get_value

from api.pagination import PageArguments, page_schema
from api.schemas.people import ByNumber, Key, Line, PersonLine, Written
from translations import both
from workflow.permissions import Operation, Part
from workflow.process import Guard, Trigger
from workflow.queries.withheld import Why
from workflow.vocabulary import Answer, Level, Nominator, Stage, TaskKind, Track


class CaseQuery(PageArguments):
    """Which cases to list."""

    stage = fields.Enum(Stage, by_value=True)
    candidate = ByNumber()
    cycle = fields.Integer(validate=validate.Range(1, 2**31 - 1))
    mine = fields.Boolean(load_default=False)


class CaseLook(Schema):
    """How much of a case to read; what is left out is null, and `brief` leaves out both.

    Without the checklist there is no `withheld` either.
    """

    brief = fields.Boolean(load_default=False)
    checklist = fields.Boolean(load_default=True)
    timeline = fields.Boolean(load_default=True)


class NominationText(Schema):
    """What speaks for the candidate: a statement, and evidence per criterion."""

    statement = Written(load_default="")
    evidence = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 64)),
        values=Written(longest=5000),
        load_default=dict,
        validate=validate.Length(max=50),
    )


class NewCase(NominationText):
    """A nomination; without an edition that of the cycle counts, or else the one in force today.

    `department` and `manager` are new ones, where the step leads to another place.
    """

    candidate = ByNumber(required=True)
    track = fields.Enum(Track, by_value=True, required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    post = Line(required=True)
    cycle = Key(load_default=None, allow_none=True)
    edition = Key(load_default=None, allow_none=True)
    department = Key(load_default=None, allow_none=True)
    manager = ByNumber(load_default=None, allow_none=True)


class Consent(Schema):
    """The answer to a nomination by a colleague."""

    decision = fields.String(required=True, validate=validate.OneOf(["agree", "refuse"]))
    reason = Written(load_default="")


class CaseState(Schema):
    """Where a case stands after an act."""

    id = fields.Integer(required=True)
    stage = fields.Enum(Stage, by_value=True, required=True)
    version = fields.Integer(required=True)


class StuckMessages(fields.Dict):
    """The sentences for the `stuck_reason` beside it, by locale; None while the case is not stuck."""

    def __init__(self) -> None:
        """A text for each locale."""
        super().__init__(keys=fields.String(), values=fields.String(), required=True, allow_none=True)

    def get_value(self, obj: Any, attr: str, *_: Any, **__: Any) -> Any:
        """What is said for the reason's code."""
        reason = get_value(obj, "stuck_reason")
        return None if reason is None else both(f"reason.{reason}")


class CaseLine(Schema):
    """A case in a list."""

    id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    candidate = fields.Nested(PersonLine, required=True)
    track = fields.Enum(Track, by_value=True, required=True, attribute="target_track")
    level = fields.Enum(Level, by_value=True, required=True, attribute="target_level")
    post = fields.String(required=True, attribute="target_post")
    cycle = fields.Integer(required=True, allow_none=True, attribute="cycle_id")
    stage = fields.Enum(Stage, by_value=True, required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    stuck_reason = fields.String(required=True, allow_none=True)
    stuck_messages = StuckMessages()
    opened_at = fields.AwareDateTime(required=True)


class Holder(Schema):
    """With whom the case lies: a person, or a role where the matter is confidential."""

    role = fields.String(required=True, allow_none=True)
    person = fields.Nested(PersonLine, required=True, allow_none=True)
    kind = fields.Enum(TaskKind, by_value=True, required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)


class OwnTask(Schema):
    """Something of the case that waits for the reader, with what an act on it has to say it has seen.

    `day` is that of a check-in, `week` that of a rating.
    """

    id = fields.Integer(required=True)
    kind = fields.Enum(TaskKind, by_value=True, required=True)
    version = fields.Integer(required=True)
    due_at = fields.AwareDateTime(required=True)
    on_behalf_of = fields.Nested(PersonLine, required=True, allow_none=True)
    day = fields.Integer(required=True, allow_none=True)
    week = fields.Integer(required=True, allow_none=True)


class CaseNomination(Schema):
    """What speaks for the candidate, as it was written."""

    statement = fields.String(required=True)
    evidence = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class CaseOutcome(Schema):
    """The written outcome, signed by a person; `internal_reason` is for HR and auditors."""

    decided_at = fields.AwareDateTime(required=True)
    decided_by = fields.Nested(PersonLine, required=True)
    text = fields.String(required=True)
    effective_on = fields.Date(required=True, allow_none=True)
    internal_reason = fields.String(required=True, allow_none=True)


class MoveAhead(Schema):
    """A move that leads on from the present stage, and what must be true for it."""

    trigger = fields.Enum(Trigger, by_value=True, required=True)
    to = fields.Enum(Stage, by_value=True, required=True)
    guards = fields.List(fields.Enum(Guard, by_value=True), required=True)


class CheckedGuard(Schema):
    """What must be true, whether it is, why, and who can still bring it about; in both languages."""

    guard = fields.String(required=True, validate=validate.OneOf([guard.value for guard in Guard]))
    question = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    by_whom = fields.Dict(keys=fields.String(), values=fields.String(), required=True, allow_none=True)
    answer = fields.String(required=True, validate=validate.OneOf([answer.value for answer in Answer]))
    reason = fields.String(required=True)
    facts = fields.Dict(keys=fields.String(), required=True)
    messages = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class Checklist(Schema):
    """Everything that must be true before the case can go on."""

    moves = fields.List(fields.Nested(MoveAhead), required=True)
    guards = fields.List(fields.Nested(CheckedGuard), required=True)


class Happening(Schema):
    """One line of the timeline, counted from 1 for its reader."""

    number = fields.Integer(required=True)
    at = fields.AwareDateTime(required=True)
    action = fields.String(required=True)
    actor = fields.Nested(PersonLine, required=True, allow_none=True)
    person = fields.Nested(PersonLine, required=True, allow_none=True)
    on_behalf_of = fields.Nested(PersonLine, required=True, allow_none=True)
    facts = fields.Dict(keys=fields.String(), required=True)
    text = fields.String(required=True, allow_none=True)


class Withheld(Schema):
    """An act that belongs to the reader's part in the case, and why it is not possible now."""

    act = fields.Enum(Operation, by_value=True, required=True)
    reason = fields.Enum(Why, by_value=True, required=True)
    messages = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class Case(Schema):
    """A case as the reader may see it; `parts` names what of it he may see, `acts` what he can do now.

    `withheld` is what he could look for and cannot do now, with the reason.

    `tasks` is what of it waits for him; those of a competition and of missing facts are among them.
    """

    id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    candidate = fields.Nested(PersonLine, required=True)
    nominated_by = fields.Nested(PersonLine, required=True, allow_none=True)
    nominated_as = fields.Enum(Nominator, by_value=True, required=True)
    track = fields.Enum(Track, by_value=True, required=True)
    level = fields.Enum(Level, by_value=True, required=True)
    post = fields.String(required=True)
    department = fields.Integer(required=True, allow_none=True)
    manager = fields.Nested(PersonLine, required=True, allow_none=True)
    edition = fields.Integer(required=True)
    cycle = fields.Integer(required=True, allow_none=True)
    stage = fields.Enum(Stage, by_value=True, required=True)
    round = fields.Integer(required=True)
    opened_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True, allow_none=True)
    ended_at = fields.AwareDateTime(required=True, allow_none=True)
    stuck_reason = fields.String(required=True, allow_none=True)
    stuck_messages = StuckMessages()
    holders = fields.List(fields.Nested(Holder), required=True)
    tasks = fields.List(fields.Nested(OwnTask), required=True)
    acts = fields.List(fields.Enum(Operation, by_value=True), required=True)
    withheld = fields.List(fields.Nested(Withheld), required=True, allow_none=True)
    parts = fields.List(fields.Enum(Part, by_value=True), required=True)
    nomination = fields.Nested(CaseNomination, required=True, allow_none=True)
    outcome = fields.Nested(CaseOutcome, required=True, allow_none=True)
    checklist = fields.Nested(Checklist, required=True, allow_none=True)
    timeline = fields.List(fields.Nested(Happening), required=True, allow_none=True)


CasePage = page_schema(CaseLine)
Timeline = page_schema(Happening)
