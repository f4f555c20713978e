"""The vote on a case as each reader may see it: never who voted how, never a count before the close."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select, true
from sqlalchemy.orm import Session

from workflow import places, sealing
from workflow.editions.library import step_of
from workflow.errors import NotFound, NotYourTask
from workflow.models import (
    BallotPaper,
    BallotReason,
    Committee,
    Elector,
    InboxRow,
    PromotionCase,
    RoundKey,
    StageRound,
    Task,
    Vote,
)
from workflow.queries import vote_lists
from workflow.queries.vote_lists import Line, Listed
from workflow.relations import Relation
from workflow.vocabulary import Choice, Stage, TaskKind


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
class OwnBallot:
    """A person's own ballot in a vote that is open."""

    choice: Choice
    reason: str
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class VoteSeen:
    """The vote of the case's last stay with a committee; lines say what is written in them.

    `takes_reasons` says of the ballot that is open whether members may write why; `better_placed` are the
    undecided cases before this one in the order of merit, while its vote was not opened. `passes_over` are
    the cases this vote puts behind it; `passed_over_because` are the reasons for which votes on others have
    put this case behind them. HR can refer a case that no ballot was opened on to `other_committees`.
    """

    committee: str | None
    committee_id: int | None
    ballots: list[Ballot]
    recusals: list[Line]
    register: list[Line]
    have_i_voted: bool | None
    takes_reasons: bool | None
    better_placed: list[Line]
    passes_over: list[Line]
    passed_over_because: list[str]
    other_committees: list[Line]


_SITS_OR_CHECKS = frozenset({Relation.MEMBER, Relation.HR, Relation.AUDITOR})


def vote(db: Session, case: PromotionCase, person_id: int, mine: frozenset[Relation]) -> VoteSeen:
    """The vote as the reader may see it; the reader must be allowed to see the tally.

    The candidate and his superiors get the last ballot only, auditors the register of who has voted.
    """
    rows = db.execute(_votes(case, person_id)).all()
    votes = [vote for vote, _, _ in rows if vote is not None]
    is_inside = not mine.isdisjoint(_SITS_OR_CHECKS)
    shown = votes if is_inside else votes[-1:]
    last = votes[-1] if votes else None
    told = vote_lists.lists(db, _lists(case, last, mine, is_inside=is_inside))
    return VoteSeen(
        committee=rows[-1][1],
        committee_id=case.committee_id,
        ballots=[_ballot(one) for one in shown],
        recusals=told.get(Listed.RECUSALS, []),
        register=told.get(Listed.REGISTER, []),
        have_i_voted=rows[-1][2] if last and Relation.MEMBER in mine else None,
        takes_reasons=_takes_reasons(db, case, last) if last and last.closed_at is None else None,
        better_placed=told.get(Listed.BETTER_PLACED, []),
        passes_over=told.get(Listed.PASSES_OVER, []),
        passed_over_because=[line.words or "" for line in told[Listed.PASSED_OVER_BECAUSE]],
        other_committees=told.get(Listed.OTHER_COMMITTEES, []),
    )


def _votes(case: PromotionCase, person_id: int) -> Select[Vote, str, bool]:
    """Query for the votes of the last round with a committee, its name, and whether the person has voted.

    One row with neither vote where none was opened.
    """
    last_round = (
        select(StageRound.id)
        .where(StageRound.case_id == case.id, StageRound.stage == Stage.COMMITTEE)
        .order_by(StageRound.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    is_own = and_(Elector.vote_id == Vote.id, Elector.employee_id == person_id)
    return (
        select(Vote, Committee.name, Elector.has_voted)
        .select_from(PromotionCase)
        .outerjoin(Committee, Committee.id == PromotionCase.committee_id)
        .outerjoin(Vote, Vote.round_id == last_round)
        .outerjoin(Elector, is_own)
        .where(PromotionCase.id == case.id)
        .order_by(Vote.number)
    )


def _lists(
    case: PromotionCase, last: Vote | None, mine: frozenset[Relation], *, is_inside: bool
) -> dict[Listed, Select[Any]]:
    """What is listed beside the votes; outside the committee only that others were carried, once told."""
    is_told = true() if is_inside else was_carried()
    asked = {Listed.PASSED_OVER_BECAUSE: vote_lists.passed_over_because(case.id, is_told)}
    if is_inside:
        asked[Listed.RECUSALS] = vote_lists.recusals(case.id)
    if is_inside and last is not None:
        asked[Listed.PASSES_OVER] = vote_lists.passes_over(last.round_id)
    is_waiting = last is None and case.stage is Stage.COMMITTEE and case.pending is None
    if is_waiting and is_inside:
        asked[Listed.BETTER_PLACED] = vote_lists.better_placed(case.id)
    if case.stage is Stage.COMMITTEE and case.pending is None and Relation.HR in mine:
        asked[Listed.OTHER_COMMITTEES] = vote_lists.other_committees(case.committee_id)
    if last is not None and Relation.AUDITOR in mine:
        asked[Listed.REGISTER] = vote_lists.register(last.id)
    return asked


def own_ballot(db: Session, case: PromotionCase, person_id: int, now: datetime) -> OwnBallot:
    """How a person has voted, by the name that only the key of the open vote makes of him.

    Raises NotFound before he has voted and, for good, once the vote is closed and its key destroyed.
    """
    is_open = (Vote.round_id == case.round_id, Vote.closed_at.is_(None), Vote.closes_at > now)
    query = select(Vote, RoundKey.key).join(RoundKey, RoundKey.round_id == Vote.round_id).where(*is_open)
    vote, key = db.execute(query).first() or (None, None)
    paper = db.get(BallotPaper, (vote.id, sealing.pseudonym(key, person_id))) if vote and key else None
    if vote is None or key is None or paper is None:
        raise NotFound(kind="ballot")
    sealed = paper.sealed_reason
    reason = str(sealing.unseal(key, sealed)["reason"]) if sealed is not None else ""
    return OwnBallot(paper.choice, reason, vote.closes_at)


def reasons(db: Session, case: PromotionCase, person_id: int) -> list[str]:
    """The reasons from the box, in an order of chance, for whoever has the decision to write.

    Raises NotYourTask to everybody else.
    """
    query = (
        select(BallotReason.sealed, RoundKey.key)
        .select_from(Task)
        .join(InboxRow, InboxRow.task_id == Task.id)
        .outerjoin(RoundKey, RoundKey.round_id == Task.round_id)
        .outerjoin(Vote, Vote.round_id == Task.round_id)
        .outerjoin(BallotReason, BallotReason.vote_id == Vote.id)
        .where(InboxRow.person_id == person_id, Task.round_id == case.round_id)
        .where(Task.kind == TaskKind.WRITE_DECISION)
        .order_by(BallotReason.id)
    )
    found = db.execute(query).all()
    if not found:
        raise NotYourTask(kind=TaskKind.WRITE_DECISION)
    return [str(sealing.unseal(key, sealed)["reason"]) for sealed, key in found if sealed and key]


def was_carried() -> ColumnElement[bool]:
    """Condition on a case that was put before another: it is carried, and everybody concerned was told so."""
    return PromotionCase.released_at.is_not(None) & PromotionCase.stage.in_(places.CARRIED)


def _ballot(vote: Vote) -> Ballot:
    return Ballot(
        number=vote.number,
        opened_at=vote.opened_at,
        closes_at=vote.closes_at,
        closed_at=vote.closed_at,
        entitled=vote.entitled,
        shown=vote.tally["shown"] if vote.closed_at is not None else None,
    )


def _takes_reasons(db: Session, case: PromotionCase, vote: Vote) -> bool:
    return vote.entitled >= step_of(db, case).committee.small_body
