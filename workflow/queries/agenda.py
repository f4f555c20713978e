"""What a committee has before it: cases by post, in order of merit, with what speaks for each candidate."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from workflow import places
from workflow.errors import NotAllowed, NotFound
from workflow.models import (
    Committee,
    Competition,
    EligibilityFinding,
    Employee,
    Entry,
    PromotionCase,
    ReviewOutcome,
    RoleHolding,
    Seat,
    StageRound,
    Vote,
)
from workflow.permissions import Operation
from workflow.queries.shaping import Person, Shaped
from workflow.relations import sees_tally, visible_cases
from workflow.vocabulary import Answer, Level, Role, Stage, Track, VoteResult


@dataclass(frozen=True, slots=True)
class Fact:
    """One rule of eligibility beside the value on file."""

    rule: str
    required: str
    value: str | None
    answer: Answer


@dataclass(frozen=True, slots=True)
class Contender:
    """A case side by side with the others for its post: evidence first, then what was judged.

    `vote` is waiting, open, second_ballot, no_quorum, counted or decided; `composite` is in whole points.
    """

    case_id: int
    candidate: Person
    vote: str
    is_its_turn: bool
    statement: str
    evidence: dict[str, Any]
    eligibility: list[Fact]
    review: dict[str, Any] | None
    composite: int | None
    place: int | None


@dataclass(frozen=True, slots=True)
class Post:
    """A post with the cases for it; `seats` are told where it is filled by competition."""

    track: Track
    level: Level
    post: str
    competition_id: int | None
    seats: int | None
    cases: list[Contender]


# A case, its last entry, the seats of that competition, how far the vote is, and whether it is its turn.
Before = tuple[PromotionCase, Entry | None, int | None, str, bool]
_ENTRY = aliased(Entry, name="own_entry")
_LAST = 2**31 - 1  # whoever was placed comes before whoever was not
# Cases by post, those of a competition in its order of merit.
ORDER = (
    PromotionCase.target_track,
    PromotionCase.target_level,
    PromotionCase.target_post,
    func.coalesce(_ENTRY.competition_id, 0),
    func.coalesce(_ENTRY.place, _LAST),
    func.coalesce(_ENTRY.id, 0),
    PromotionCase.id,
)


def require_reader(db: Session, committee_id: int, person_id: int) -> None:
    """Raise NotFound, or NotAllowed to whoever is neither a member nor works in HR or as an auditor."""
    if db.get(Committee, committee_id) is None:
        raise NotFound(kind="committee")
    if db.scalars(_readers(committee_id, person_id)).first() is None:
        raise NotAllowed(operation=Operation.READ_AGENDA)


def by_post(db: Session, rows: Sequence[Before]) -> list[Post]:
    """Rows of `of_committee` side by side, post by post; two statements."""
    keys = [wanted.id for wanted, *_ in rows]
    facts, outcomes = _facts(db, keys), _outcomes(db, keys)
    return [_post(group, list(of_post), facts, outcomes) for group, of_post in groupby(rows, key=_group)]


def _readers(committee_id: int, person_id: int) -> Select[int]:
    sits = select(Seat.id).where(Seat.committee_id == committee_id, Seat.employee_id == person_id)
    holds = select(RoleHolding.employee_id).where(
        RoleHolding.employee_id == person_id, RoleHolding.role.in_((Role.HR, Role.AUDITOR))
    )
    return select(Employee.id).where(Employee.id == person_id, or_(sits.exists(), holds.exists()))


def of_committee(committee_id: int, person_id: int) -> Select[PromotionCase, Entry, int | None, str, bool]:
    """Query for the cases before a committee that the person may decide on or look into, by `ORDER`."""
    last, entry = aliased(Entry), _ENTRY
    last_entry = select(func.max(last.id)).where(last.case_id == PromotionCase.id).scalar_subquery()
    is_open = and_(PromotionCase.pending.is_(None), ~places.are_taken())
    is_its_turn = and_(is_open, ~places.before(PromotionCase.id).correlate(PromotionCase).exists())
    return (
        select(PromotionCase, entry, Competition.seats, _vote().label("vote"), is_its_turn.label("turn"))
        .select_from(PromotionCase)
        .outerjoin(entry, entry.id == last_entry)
        .outerjoin(Competition, Competition.id == entry.competition_id)
        .where(PromotionCase.committee_id == committee_id, PromotionCase.stage == Stage.COMMITTEE)
        .where(visible_cases(person_id), sees_tally(person_id))
    )


def _vote() -> ColumnElement[str]:
    """What has become of the vote on a case so far, never how it went."""
    of_round = Vote.round_id == PromotionCase.round_id
    last = select(Vote.result).where(of_round).order_by(Vote.number.desc()).limit(1)
    result = last.scalar_subquery()
    return case(
        (PromotionCase.pending.is_not(None), "decided"),
        (~exists().where(of_round), "waiting"),
        (result.is_(None), "open"),
        (result == VoteResult.REPEAT, "second_ballot"),
        (result == VoteResult.NO_QUORUM, "no_quorum"),
        else_="counted",
    )


def _facts(db: Session, keys: Sequence[int]) -> dict[int, list[Fact]]:
    found: dict[int, list[Fact]] = {}
    shape = Shaped(
        "fact",
        Fact,
        EligibilityFinding.rule,
        EligibilityFinding.required,
        EligibilityFinding.value,
        EligibilityFinding.answer,
    )
    query = (
        select(StageRound.case_id, shape)
        .join(StageRound, StageRound.id == EligibilityFinding.round_id)
        .where(EligibilityFinding.round_id.in_(_last_rounds(keys, Stage.NOMINATED)))
    )
    for case_id, fact in db.execute(query.order_by(EligibilityFinding.id)):
        found.setdefault(case_id, []).append(fact)
    return found


def _outcomes(db: Session, keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    query = (
        select(StageRound.case_id, ReviewOutcome.shown)
        .join(StageRound, StageRound.id == ReviewOutcome.round_id)
        .where(ReviewOutcome.round_id.in_(_last_rounds(keys, Stage.REVIEW)))
    )
    return {row.case_id: row.shown for row in db.execute(query)}


def _last_rounds(keys: Sequence[int], stage: Stage) -> Select[Any]:
    rounds = select(func.max(StageRound.id)).where(StageRound.case_id.in_(keys), StageRound.stage == stage)
    return rounds.group_by(StageRound.case_id)


def _group(row: Before) -> tuple[Track, Level, str, int | None]:
    wanted, entry, *_ = row
    competition = entry.competition_id if entry is not None else None
    return wanted.target_track, wanted.target_level, wanted.target_post, competition


def _post(
    group: tuple[Track, Level, str, int | None],
    rows: list[Before],
    facts: dict[int, list[Fact]],
    outcomes: dict[int, dict[str, Any]],
) -> Post:
    contenders = [_contender(row, facts, outcomes) for row in rows]
    return Post(*group, seats=rows[0][2], cases=contenders)


def _contender(row: Before, facts: dict[int, list[Fact]], outcomes: dict[int, dict[str, Any]]) -> Contender:
    found, entry, _, vote, is_its_turn = row
    composite = entry.composite if entry is not None else None
    return Contender(
        case_id=found.id,
        candidate=Person(found.candidate.number, found.candidate.name),
        vote=vote,
        is_its_turn=is_its_turn,
        statement=found.statement,
        evidence=found.evidence,
        eligibility=facts.get(found.id, []),
        review=outcomes.get(found.id),
        composite=round(composite) if composite is not None else None,
        place=entry.place if entry is not None else None,
    )
