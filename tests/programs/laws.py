"""What must be true after every act, whoever did what in whatever order."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from sqlalchemy import Connection, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from tests.programs import standing_in
from tests.programs.roads import ROADS
from workflow.models import (
    ApprovalStep,
    BallotPaper,
    CareerStep,
    Competition,
    Cycle,
    Elector,
    EligibilityFinding,
    Employee,
    Entry,
    InboxRow,
    JournalEntry,
    Judge,
    Mentorship,
    PromotionCase,
    ReviewRequest,
    StageRound,
    Task,
    Vote,
    Waiver,
)
from workflow.process import Trigger
from workflow.vocabulary import (
    ENDS,
    OUTLIVING_TASKS,
    Answer,
    Source,
    Stage,
    StepState,
    TaskState,
    VoteResult,
)

Law = Callable[[Connection], Iterator[str]]


def broken(db: Connection) -> list[str]:
    """Every law that does not hold, one sentence each."""
    return [sentence for law in _LAWS for sentence in law(db)]


def _nothing(sentence: str, query: Select[Any], db: Connection) -> Iterator[str]:
    """The law that a query finds nothing; what it finds is put into the sentence."""
    for row in db.execute(query):
        yield sentence.format(*row)


_MOVES = (
    select(JournalEntry.case_id, JournalEntry.facts)
    .where(JournalEntry.action == "stage_entered")
    .order_by(JournalEntry.case_id, JournalEntry.sequence)
)
_PLACES = select(PromotionCase.id, PromotionCase.stage)


def _roads(db: Connection) -> Iterator[str]:
    """The stage is what the journal says, and every move is on the map."""
    places: dict[int | None, Stage] = {}
    for key, facts in db.execute(_MOVES):
        origin, to = Stage(facts["from"]), Stage(facts["to"])
        # Some tests' cases are put on file in a later stage.
        if places.get(key, origin) is not origin or to not in ROADS[origin]:
            yield f"case {key} went from {origin} to {to}"
        places[key] = to
    for key, stage in db.execute(_PLACES):
        if places.get(key, stage) is not stage:
            yield f"case {key} is in {stage}, its journal says {places.get(key)}"


# An open task of a person stands in his inbox and in no other; what is over stands in none.
_MISPLACED = (
    select(Task.id, Task.kind, Task.state, InboxRow.person_id)
    .outerjoin(InboxRow, and_(InboxRow.task_id == Task.id, InboxRow.on_behalf_of_id.is_(None)))
    .where(
        or_(
            and_(Task.state != TaskState.OPEN, InboxRow.person_id.is_not(None)),
            and_(
                Task.state == TaskState.OPEN,
                Task.assignee_id.is_not(None),
                InboxRow.person_id.is_distinct_from(Task.assignee_id),
            ),
        )
    )
)

_SIGNED = (StepState.SIGNED, StepState.DECLINED, StepState.ADVISED_AGAINST)
_APPROVERS = (
    select(StageRound.case_id, ApprovalStep.approver_id.label("person_id"), literal("approver").label("part"))
    .join(ApprovalStep, ApprovalStep.round_id == StageRound.id)
    .where(ApprovalStep.state.in_(_SIGNED), ApprovalStep.approver_id.is_not(None))
)
_AWAY = (
    select(StageRound.case_id, ApprovalStep.on_behalf_of_id, literal("approver"))
    .join(ApprovalStep, ApprovalStep.round_id == StageRound.id)
    .where(ApprovalStep.on_behalf_of_id.is_not(None))
)
_JUDGES = select(Entry.case_id, Judge.employee_id, literal("judge")).join(Judge, Judge.scores(Entry))
_MEMBERS = (
    select(StageRound.case_id, Elector.employee_id, literal("member"))
    .join(Vote, Vote.round_id == StageRound.id)
    .join(Elector, Elector.vote_id == Vote.id)
)
_RATERS = (
    select(StageRound.case_id, ReviewRequest.rater_id, literal("rater"))
    .join(ReviewRequest, ReviewRequest.round_id == StageRound.id)
    .where(ReviewRequest.source != Source.SELF, ReviewRequest.rater_id.is_not(None))
)
_MENTORS = select(Mentorship.case_id, Mentorship.mentor_id, literal("mentor"))
_SIGNERS = select(PromotionCase.id, PromotionCase.decided_by_id, literal("signer"))

_parts = union_all(_APPROVERS, _AWAY, _JUDGES, _MEMBERS, _RATERS, _MENTORS, _SIGNERS).subquery()
_ONESELF = (
    select(_parts.c.case_id, _parts.c.part)
    .join(PromotionCase, PromotionCase.id == _parts.c.case_id)
    .where(PromotionCase.candidate_id == _parts.c.person_id)
)
_SELF_WAIVED = (
    select(PromotionCase.id, Waiver.rule)
    .join(Waiver, Waiver.case_id == PromotionCase.id)
    .where(Waiver.granted_by_id.in_((PromotionCase.candidate_id, PromotionCase.nominated_by_id)))
)
_seats = union_all(_APPROVERS, _AWAY, _JUDGES, _MEMBERS).subquery()
_TWICE = (
    select(_seats.c.person_id, _seats.c.case_id)
    .group_by(_seats.c.person_id, _seats.c.case_id)
    .having(func.count(_seats.c.part.distinct()) > 1)
)

_decided, _away = (
    select(person.label("person_id"), ApprovalStep.round_id, ApprovalStep.attempt).where(
        person.is_not(None), ApprovalStep.decided_at.is_not(None), ApprovalStep.asked_for_id.is_(None)
    )
    for person in (ApprovalStep.approver_id, ApprovalStep.on_behalf_of_id)
)
_in_seats = union_all(_decided, _away).subquery()
_IN_TWO_SEATS = (
    select(_in_seats.c.person_id, _in_seats.c.round_id)
    .group_by(_in_seats.c.person_id, _in_seats.c.round_id, _in_seats.c.attempt)
    .having(func.count() > 1)
)
_seat = aliased(ApprovalStep)
_UNHEARD = (
    select(_seat.id, _seat.state)
    .join(ApprovalStep, ApprovalStep.asked_for_id == _seat.id)
    .join(PromotionCase, PromotionCase.round_id == _seat.round_id)
    .where(ApprovalStep.state.in_((StepState.OPEN, StepState.WAITING)), _seat.state != StepState.WAITING)
)

_in_box = select(func.count()).where(BallotPaper.vote_id == Vote.id).scalar_subquery()
_voted = select(func.count()).where(Elector.vote_id == Vote.id, Elector.has_voted).scalar_subquery()
_registered = select(func.count()).where(Elector.vote_id == Vote.id).scalar_subquery()
_VOTES = (
    select(Vote.id, Vote.entitled, Vote.closed_at, Vote.result, _in_box, _voted, _registered)
    .add_columns(and_(PromotionCase.stage == Stage.COMMITTEE, PromotionCase.round_id == Vote.round_id))
    .join(StageRound, StageRound.id == Vote.round_id)
    .join(PromotionCase, PromotionCase.id == StageRound.case_id)
)


def _votes(db: Connection) -> Iterator[str]:
    """Register and box agree, nobody votes twice, and a vote in which all have voted is closed."""
    for vote, entitled, closed_at, result, in_box, voted, registered, is_present in db.execute(_VOTES):
        if in_box != voted or registered != entitled:
            yield f"vote {vote}: {in_box} papers, {voted} of {registered} have voted, {entitled} entitled"
        if closed_at is None and 0 < registered == voted and is_present:
            yield f"vote {vote} is open though all have voted"
        if (closed_at is None) is not (result is None):
            yield f"vote {vote} is {result} and closed at {closed_at}"
        if result is VoteResult.CARRIED and 2 * voted < registered:
            yield f"vote {vote} is carried by {voted} of {registered}"


_later = aliased(CareerStep)
_STRAYED = (
    select(Employee.number, Employee.level, CareerStep.to_level)
    .join(CareerStep, CareerStep.employee_id == Employee.id)
    .where(~select(_later.id).where(_later.employee_id == Employee.id, _later.id > CareerStep.id).exists())
    .where(
        or_(
            *(
                getattr(Employee, name).is_distinct_from(getattr(CareerStep, f"to_{name}"))
                for name in ("track", "level", "post", "department_id", "manager_id")
            )
        )
    )
)

# A case is held by somebody, by a day on which time acts, by its competition, or it says why nobody can act.
_waits = select(Task.id).where(
    Task.case_id == PromotionCase.id, Task.state == TaskState.OPEN, Task.kind.not_in(OUTLIVING_TASKS)
)
# Where a fact is missing the clock looks again.
_facts = select(EligibilityFinding.id).where(
    EligibilityFinding.round_id == PromotionCase.round_id, EligibilityFinding.answer == Answer.UNKNOWN
)
# A vote closes on its day, whoever has left or stepped aside.
_open_vote = select(Vote.id).where(Vote.round_id == PromotionCase.round_id, Vote.closed_at.is_(None))
_FORGOTTEN = (
    select(PromotionCase.id, PromotionCase.stage)
    .join(StageRound, StageRound.id == PromotionCase.round_id)
    .outerjoin(Entry, Entry.round_id == PromotionCase.round_id)
    .where(
        PromotionCase.stage.not_in(ENDS),
        PromotionCase.stuck_reason.is_(None),
        PromotionCase.pending.is_(None),
        StageRound.due_at.is_(None),
        Entry.id.is_(None),
        ~_waits.exists(),
        ~_facts.exists(),
        ~_open_vote.exists(),
    )
)

_LOOSE = select(PromotionCase.id, PromotionCase.pending, PromotionCase.stage).where(
    PromotionCase.pending.is_not(None), PromotionCase.stage != Stage.COMMITTEE
)

_carried = or_(
    PromotionCase.pending == Trigger.CARRY.value,
    PromotionCase.stage.in_((Stage.NOTICE, Stage.MENTORING, Stage.COMPLETED)),
)
_own = aliased(Entry)
_last_entry = select(func.max(_own.id)).where(_own.case_id == PromotionCase.id).scalar_subquery()
_TOO_MANY_SEATS = (
    select(Competition.id, func.count())
    .join(Entry, Entry.competition_id == Competition.id)
    .join(PromotionCase, PromotionCase.id == Entry.case_id)
    .where(Entry.id == _last_entry, _carried)
    .group_by(Competition.id, Competition.seats)
    .having(func.count() > Competition.seats)
)
_TOO_MANY_PLACES = (
    select(Cycle.id, func.count())
    .join(PromotionCase, PromotionCase.cycle_id == Cycle.id)
    .where(_carried)
    .group_by(Cycle.id, Cycle.quota)
    .having(func.count() > Cycle.quota)
)

_LAWS: tuple[Law, ...] = (
    _roads,
    partial(_nothing, "task {0} ({1}) is {2} and in the inbox of {3}", _MISPLACED),
    partial(_nothing, "task {0} ({1}) is in the inbox of {2} for {3}", standing_in.IN_WRONG_HANDS),
    partial(_nothing, "task {0} ({1}) was done by {2} for {3}", standing_in.DONE_BY_WRONG_HANDS),
    partial(_nothing, "{0}: {1} acted for {2}, who had not named him", standing_in.UNNAMED),
    partial(_nothing, "the candidate of case {0} is its {1}", _ONESELF),
    partial(_nothing, "case {0}: {1} was waived for one's own nominee", _SELF_WAIVED),
    partial(_nothing, "{0} decides on case {1} in two stages", _TWICE),
    partial(_nothing, "{0} has signed twice in one chain of round {1}", _IN_TWO_SEATS),
    partial(_nothing, "step {0} is {1} though it has asked somebody who has not answered", _UNHEARD),
    _votes,
    partial(_nothing, "{0} is {1}, but was last moved to {2}", _STRAYED),
    partial(_nothing, "case {0} waits in {1} and nobody holds it", _FORGOTTEN),
    partial(_nothing, "case {0} is to {1} and in {2}", _LOOSE),
    partial(_nothing, "competition {0} has carried {1}", _TOO_MANY_SEATS),
    partial(_nothing, "cycle {0} has carried {1}", _TOO_MANY_PLACES),
)
