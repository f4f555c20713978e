"""The vote on a case as each reader may see it: never who voted how, never a count before the close."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from workflow import places, sealing
from workflow.editions.library import step_of
from workflow.errors import NotYourTask
from workflow.models import (
    BallotReason,
    Committee,
    Elector,
    Employee,
    InboxRow,
    PassedOver,
    PromotionCase,
    Recusal,
    RoundKey,
    StageRound,
    Task,
    Vote,
)
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.relations import Relation
from workflow.vocabulary import Stage, TaskKind


@dataclass(frozen=True, slots=True)
class Ballot:
    """One ballot of the vote; `shown` holds the result and what of the count betrays nobody."""

    number: int
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    entitled: int
    shown: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class RecusalLine:
    """A member kept out of the case, and why as far as it may be told."""

    member: Person
    conflict: str
    is_declared: bool


@dataclass(frozen=True, slots=True)
class ElectorLine:
    """Somebody entitled to vote, and whether he has."""

    member: Person
    has_voted: bool


@dataclass(frozen=True, slots=True)
class Better:
    """An undecided case that stands before another in the order of merit of a post."""

    case_id: int
    candidate: Person


@dataclass(frozen=True, slots=True)
class Passing:
    """A case that a vote passes over against the order of merit, and the reason written for its candidate."""

    case_id: int
    candidate: Person
    reason: str


@dataclass(frozen=True, slots=True)
class VoteSeen:
    """The vote of the case's last stay with a committee.

    `takes_reasons` says of the ballot that is open whether members may write why; `better_placed` are the
    undecided cases before this one in the order of merit, while its vote was not opened. `passes_over` are
    the cases this vote puts behind it; `passed_over_because` are the reasons for which votes on others have
    put this case behind them.
    """

    committee: str | None
    committee_id: int | None
    ballots: list[Ballot]
    recusals: list[RecusalLine]
    register: list[ElectorLine]
    have_i_voted: bool | None
    takes_reasons: bool | None
    better_placed: list[Better]
    passes_over: list[Passing]
    passed_over_because: list[str]


_SITS_OR_CHECKS = frozenset({Relation.MEMBER, Relation.HR, Relation.AUDITOR})


def vote(db: Session, case: PromotionCase, person_id: int, mine: frozenset[Relation]) -> VoteSeen:
    """The vote as the reader may see it; the reader must be allowed to see the tally.

    The candidate and his superiors get the last ballot only, auditors the register of who has voted.
    """
    last_round = (
        select(StageRound.id)
        .where(StageRound.case_id == case.id, StageRound.stage == Stage.COMMITTEE)
        .order_by(StageRound.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    votes = list(db.scalars(select(Vote).where(Vote.round_id == last_round).order_by(Vote.number)))
    is_inside = not mine.isdisjoint(_SITS_OR_CHECKS)
    shown = votes if is_inside else votes[-1:]
    last = votes[-1] if votes else None
    is_waiting = last is None and case.stage is Stage.COMMITTEE and case.pending is None
    return VoteSeen(
        committee=_name(db, case),
        committee_id=case.committee_id,
        ballots=[_ballot(one) for one in shown],
        recusals=_recusals(db, case.id) if is_inside else [],
        register=_register(db, last) if last and Relation.AUDITOR in mine else [],
        have_i_voted=_has_voted(db, last, person_id) if last and Relation.MEMBER in mine else None,
        takes_reasons=_takes_reasons(db, case, last) if last and last.closed_at is None else None,
        better_placed=_better_placed(db, case) if is_waiting and is_inside else [],
        passes_over=_passes_over(db, last) if last and is_inside else [],
        passed_over_because=_passed_over_because(db, case, is_inside=is_inside),
    )


def reasons(db: Session, case: PromotionCase, person_id: int) -> list[str]:
    """The reasons from the box, in an order of chance, for whoever has the decision to write.

    Raises NotYourTask to everybody else.
    """
    writes = (
        select(Task.id)
        .join(InboxRow, InboxRow.task_id == Task.id)
        .where(InboxRow.person_id == person_id, Task.round_id == case.round_id)
        .where(Task.kind == TaskKind.WRITE_DECISION)
    )
    if db.scalars(writes).first() is None:
        raise NotYourTask(kind=TaskKind.WRITE_DECISION)
    sealed = (
        select(BallotReason.sealed, RoundKey.key)
        .join(Vote, Vote.id == BallotReason.vote_id)
        .join(RoundKey, RoundKey.round_id == Vote.round_id)
        .where(Vote.round_id == case.round_id)
        .order_by(BallotReason.id)
    )
    return [str(sealing.unseal(key, content)["reason"]) for content, key in db.execute(sealed)]


def was_carried() -> ColumnElement[bool]:
    """Condition on a case that was put before another: it is carried, and everybody concerned was told so."""
    return PromotionCase.released_at.is_not(None) & PromotionCase.stage.in_(places.CARRIED)


def _name(db: Session, case: PromotionCase) -> str | None:
    return db.scalars(select(Committee.name).where(Committee.id == case.committee_id)).first()


def _ballot(vote: Vote) -> Ballot:
    return Ballot(
        number=vote.number,
        opened_at=vote.opened_at,
        closes_at=vote.closes_at,
        closed_at=vote.closed_at,
        entitled=vote.entitled,
        shown=vote.tally["shown"] if vote.closed_at is not None else None,
    )


def _recusals(db: Session, case_id: int) -> list[RecusalLine]:
    member = person_of("member", Employee)
    shape = Shaped("recusal", RecusalLine, member, Recusal.conflict, Recusal.is_declared)
    query = select(shape).select_from(Recusal).join(Employee, Employee.id == Recusal.employee_id)
    return list(db.scalars(query.where(Recusal.case_id == case_id).order_by(Recusal.id)))


def _register(db: Session, vote: Vote) -> list[ElectorLine]:
    shape = Shaped("elector", ElectorLine, person_of("member", Employee), Elector.has_voted)
    query = select(shape).select_from(Elector).join(Employee, Employee.id == Elector.employee_id)
    return list(db.scalars(query.where(Elector.vote_id == vote.id).order_by(Employee.number)))


def _has_voted(db: Session, vote: Vote, person_id: int) -> bool | None:
    elector = db.get(Elector, (vote.id, person_id))
    return elector.has_voted if elector is not None else None


def _takes_reasons(db: Session, case: PromotionCase, vote: Vote) -> bool:
    return vote.entitled >= step_of(db, case).committee.small_body


def _better_placed(db: Session, case: PromotionCase) -> list[Better]:
    shape = Shaped("better", Better, PromotionCase.id, person_of("candidate", Employee))
    query = (
        select(shape)
        .select_from(PromotionCase)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(PromotionCase.id.in_(places.before(case.id)))
    )
    return list(db.scalars(query.order_by(PromotionCase.id)))


def _passes_over(db: Session, vote: Vote) -> list[Passing]:
    candidate = person_of("candidate", Employee)
    shape = Shaped("passing", Passing, PassedOver.case_id, candidate, PassedOver.reason)
    query = (
        select(shape)
        .select_from(PassedOver)
        .join(PromotionCase, PromotionCase.id == PassedOver.case_id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(PassedOver.round_id == vote.round_id)
    )
    return list(db.scalars(query.order_by(PassedOver.case_id)))


def _passed_over_because(db: Session, case: PromotionCase, *, is_inside: bool) -> list[str]:
    """Outside the committee only once the other case is carried, and told so."""
    is_told = true() if is_inside else was_carried()
    query = (
        select(PassedOver.reason)
        .join(StageRound, StageRound.id == PassedOver.round_id)
        .join(PromotionCase, PromotionCase.id == StageRound.case_id)
        .where(PassedOver.case_id == case.id, is_told)
    )
    return list(db.scalars(query.order_by(PassedOver.round_id)))
