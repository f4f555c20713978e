"""What a committee has before it: cases by post, in order of merit, with what speaks for each candidate."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from workflow import places
from workflow.editions.library import step_of
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
    Waiver,
    aliased,
)
from workflow.permissions import Operation
from workflow.queries import merits
from workflow.queries.shaping import Person, Shaped
from workflow.relations import sees_tally, visible_cases
from workflow.rules import explaining
from workflow.rules.edition import EligibilityRules
from workflow.rules.explaining import BuildUp
from workflow.vocabulary import Answer, Level, Role, Stage, Track, VoteResult


@dataclass(frozen=True, slots=True)
class Fact:
    """One rule of eligibility beside the value on file, and whether HR has made an exception from it."""

    rule: str
    required: str
    value: str | None
    source: str
    answer: Answer
    is_waived: bool


@dataclass(frozen=True, slots=True)
class Contender:
    """A case side by side with the others for its post: evidence first, then what was judged.

    `vote` is waiting, open, second_ballot, no_quorum, counted or decided. `rules` are those the facts were
    put against; `is_tied` says that the scores alone do not tell the case from its neighbours at the cut.
    """

    case_id: int
    candidate: Person
    edition_id: int
    vote: str
    is_its_turn: bool
    statement: str
    evidence: dict[str, Any]
    rules: EligibilityRules
    eligibility: list[Fact]
    review: dict[str, Any] | None
    build_up: BuildUp
    place: int | None
    is_tied: bool


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
    contenders = [_contender(db, row, facts, outcomes) for row in rows]
    posts = groupby(zip(rows, contenders, strict=True), key=lambda pair: _group(pair[0]))
    return [_post(group, list(pairs)) for group, pairs in posts]


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
        EligibilityFinding.source,
        EligibilityFinding.answer,
        Waiver.id.is_not(None).label("is_waived"),
    )
    waiver = and_(Waiver.case_id == StageRound.case_id, Waiver.rule == EligibilityFinding.rule)
    query = (
        select(StageRound.case_id, shape)
        .join(StageRound, StageRound.id == EligibilityFinding.round_id)
        .outerjoin(Waiver, waiver)
        .where(EligibilityFinding.round_id.in_(_last_rounds(keys, Stage.NOMINATED)))
    )
    for case_id, fact in db.execute(query.order_by(EligibilityFinding.id)):
        found.setdefault(case_id, []).append(fact)
    return found


def _outcomes(db: Session, keys: Sequence[int]) -> dict[int, ReviewOutcome]:
    query = (
        select(StageRound.case_id, ReviewOutcome)
        .join(StageRound, StageRound.id == ReviewOutcome.round_id)
        .where(ReviewOutcome.round_id.in_(_last_rounds(keys, Stage.REVIEW)))
    )
    return {row.case_id: row.ReviewOutcome for row in db.execute(query)}


def _last_rounds(keys: Sequence[int], stage: Stage) -> Select[Any]:
    rounds = select(func.max(StageRound.id)).where(StageRound.case_id.in_(keys), StageRound.stage == stage)
    return rounds.group_by(StageRound.case_id)


def _group(row: Before) -> tuple[Track, Level, str, int | None]:
    wanted, entry, *_ = row
    competition = entry.competition_id if entry is not None else None
    return wanted.target_track, wanted.target_level, wanted.target_post, competition


def _post(group: tuple[Track, Level, str, int | None], pairs: list[tuple[Before, Contender]]) -> Post:
    return Post(*group, seats=pairs[0][0][2], cases=[contender for _, contender in pairs])


def _contender(
    db: Session, row: Before, facts: dict[int, list[Fact]], outcomes: dict[int, ReviewOutcome]
) -> Contender:
    found, entry, _, vote, is_its_turn = row
    known, review = facts.get(found.id, []), outcomes.get(found.id)
    values = {fact.rule: fact.value for fact in known}
    built = merits.built(db, found, entry, review=review, values=values)
    return Contender(
        case_id=found.id,
        candidate=Person(found.candidate.number, found.candidate.name),
        edition_id=found.edition_id,
        vote=vote,
        is_its_turn=is_its_turn,
        statement=found.statement,
        evidence=found.evidence,
        rules=step_of(db, found).eligibility,
        eligibility=known,
        review=review.shown if review is not None else None,
        build_up=explaining.build_up(built, entry.variance if entry is not None else None),
        place=entry.place if entry is not None else None,
        is_tied=entry is not None and entry.is_tied,
    )
