"""The vote on a case as each reader may see it: never who voted how, never a count before the close."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import Committee, Elector, Employee, PromotionCase, Recusal, StageRound, Vote
from workflow.permissions import Relation
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.vocabulary import Stage


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
class VoteSeen:
    """The vote of the case's last stay with a committee."""

    committee: str | None
    ballots: list[Ballot]
    recusals: list[RecusalLine]
    register: list[ElectorLine]
    have_i_voted: bool | None


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
    return VoteSeen(
        committee=_name(db, case),
        ballots=[_ballot(one) for one in shown],
        recusals=_recusals(db, case.id) if is_inside else [],
        register=_register(db, last) if last and Relation.AUDITOR in mine else [],
        have_i_voted=_has_voted(db, last, person_id) if last and Relation.MEMBER in mine else None,
    )


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
