"""What a person may take along of the cases in which he is the candidate: as far as he may read it now."""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Select, and_, case, func, null, or_, select
from sqlalchemy.orm import Session

from workflow.models import (
    ApprovalStep,
    CheckIn,
    Competition,
    EligibilityFinding,
    Entry,
    Letter,
    Mentorship,
    PassedOver,
    PerformanceCheck,
    PlanItem,
    PromotionCase,
    RaterObjection,
    ReviewOutcome,
    StageRound,
    Vote,
    Waiver,
)
from workflow.permissions import Part, visible_parts
from workflow.queries.votes import was_carried
from workflow.relations import Relation
from workflow.rules import explaining
from workflow.vocabulary import CompetitionState, Stage, StepState

Record = dict[str, Any]
Query = Select[*tuple[Any, ...]]

_OWN = frozenset({Relation.CANDIDATE})


def own_cases(db: Session, person_id: int) -> list[Record]:
    """One record a case, its parts inside, in a fixed number of statements; others are not named.

    What waits for the decision's release is left out, as everywhere else. Letters are as he was written them.
    """
    own = PromotionCase.candidate_id == person_id
    cases = db.scalars(select(PromotionCase).where(own).order_by(PromotionCase.id)).all()
    if not cases:
        return []
    seeing = {one.id: visible_parts(_OWN, one) for one in cases}
    parts = {name: _by_case(db, query(own)) for name, query in _PARTS.items()}
    for record in chain.from_iterable(parts["competitions"].values()):
        record.update({name: _whole(record[name]) for name in ("score", "composite")})
    last = _last_rounds(db, own)
    outcomes, votes = _outcomes(db, last), _votes(db, last)
    return [
        _place(one)
        | {name: found.get(one.id, []) for name, found in parts.items()}
        | {
            "review": outcomes.get(one.id) if Part.REVIEW_OUTCOME in seeing[one.id] else None,
            "vote": votes.get(one.id) if Part.TALLY in seeing[one.id] else None,
        }
        for one in cases
    ]


def _whole(points: float | None) -> int | None:
    """Decimals would tell of single reviews."""
    return None if points is None else explaining.whole(points)


def _place(one: PromotionCase) -> Record:
    is_released = one.released_at is not None
    return {
        "id": one.id,
        **one.target,
        "nominated_as": one.nominated_as,
        "opened_at": one.opened_at,
        "consented_at": one.consented_at,
        "stage": one.stage,
        "ended_at": one.ended_at,
        "statement": one.statement,
        "evidence": one.evidence,
        "outcome": _outcome(one) if is_released else None,
        "duties_acknowledged_at": one.duties_acknowledged_at,
    }


def _outcome(one: PromotionCase) -> Record:
    return {"text": one.outcome_text, "decided_at": one.decided_at, "effective_on": one.effective_on}


def _stages(own: Any) -> Query:
    return _of_rounds(own, StageRound.stage, StageRound.number, StageRound.opened_at, StageRound.closed_at)


def _eligibility(own: Any) -> Query:
    finding = EligibilityFinding
    waiver = and_(Waiver.case_id == StageRound.case_id, Waiver.rule == finding.rule)
    shown = (finding.rule, finding.required, finding.value, finding.source, finding.answer)
    query = _of_rounds(own, *shown, Waiver.reason.label("waived_because"), finding.id.label("_order"))
    return query.join(finding, finding.round_id == StageRound.id).outerjoin(Waiver, waiver)


def _approvals(own: Any) -> Query:
    """Seats instead of names; what was written with the signatures is told with the decision.

    Why a nomination came back is told at once to its author.
    """
    step = ApprovalStep
    is_author = func.coalesce(PromotionCase.nominated_by_id, PromotionCase.candidate_id)
    came_back = and_(step.state == StepState.RETURNED, is_author == PromotionCase.candidate_id)
    is_told = or_(PromotionCase.released_at.is_not(None), came_back)
    reason = case((is_told, step.reason), else_=null()).label("reason")
    is_added = step.asked_for_id.is_not(None).label("is_added")
    order = step.position.label("_order")
    query = _of_rounds(own, step.seat, is_added, step.state, step.decided_at, reason, order)
    return query.join(step, step.round_id == StageRound.id)


def _competitions(own: Any) -> Query:
    is_decided = Competition.state == CompetitionState.DECIDED
    is_released = PromotionCase.released_at.is_not(None)
    return (
        select(
            Entry.case_id,
            Competition.id.label("competition"),
            case((is_decided, Entry.place)).label("place"),
            case((is_decided, Entry.is_tied)).label("is_tied"),
            case((is_decided, Entry.tie_reason)).label("tie_reason"),
            case((is_released, Entry.shortlisted)).label("shortlisted"),
            case((is_released, Entry.score)).label("score"),
            case((is_released, Entry.composite)).label("composite"),
        )
        .join(PromotionCase, PromotionCase.id == Entry.case_id)
        .join(Competition, Competition.id == Entry.competition_id)
        .where(own)
        .order_by(Entry.id)
    )


def _passed_over(own: Any) -> Query:
    """Why others were put before him, once they are carried and told so."""
    mine = select(PromotionCase.id).where(own)
    return (
        select(PassedOver.case_id, PassedOver.reason)
        .join(StageRound, StageRound.id == PassedOver.round_id)
        .join(PromotionCase, PromotionCase.id == StageRound.case_id)
        .where(PassedOver.case_id.in_(mine), was_carried())
        .order_by(PassedOver.round_id)
    )


def _letters(own: Any) -> Query:
    letter = Letter
    shown = (letter.kind, letter.locale, letter.text, letter.written_at, letter.acknowledged_at)
    query = select(letter.case_id, *shown).join(PromotionCase, PromotionCase.id == letter.case_id)
    return query.where(own).order_by(letter.id)


def _rater_objections(own: Any) -> Query:
    one = RaterObjection
    shown = (one.number, one.reason, one.filed_at, one.state, one.decision_reason, one.decided_at)
    query = select(one.case_id, *shown).join(PromotionCase, PromotionCase.id == one.case_id)
    return query.where(own).order_by(one.case_id, one.number)


def _mentoring(own: Any) -> Query:
    one = Mentorship
    agreed = (one.agreed_by_mentor_at, one.agreed_by_mentee_at)
    ended = (one.conclusion, one.concluded_at)
    shown = (one.starts_on, one.ends_on, one.is_extended, one.plan, *agreed, *ended)
    query = select(one.case_id, *shown).join(PromotionCase, PromotionCase.id == one.case_id)
    return query.where(own).order_by(one.id)


def _plan_items(own: Any) -> Query:
    item = PlanItem
    shown = (item.kind, item.title, item.due_on, item.done_on, item.feedback)
    return _of_mentorship(own, item, *shown).order_by(item.due_on, item.id)


def _check_ins(own: Any) -> Query:
    talk = CheckIn
    shown = (talk.day, talk.due_on, talk.held_on, talk.mentor_note, talk.mentee_note)
    return _of_mentorship(own, talk, *shown).order_by(talk.day)


def _performance_checks(own: Any) -> Query:
    check = PerformanceCheck
    shown = (check.week, check.due_on, check.rating, check.note, check.written_at)
    return _of_mentorship(own, check, *shown).order_by(check.week)


_PARTS: dict[str, Callable[[Any], Query]] = {
    "stages": _stages,
    "eligibility": _eligibility,
    "approvals": _approvals,
    "competitions": _competitions,
    "passed_over_because": _passed_over,
    "letters": _letters,
    "rater_objections": _rater_objections,
    "mentoring": _mentoring,
    "plan_items": _plan_items,
    "check_ins": _check_ins,
    "performance_checks": _performance_checks,
}


def _of_rounds(own: Any, *columns: Any) -> Query:
    query = select(StageRound.case_id, *columns)
    joined = query.join(PromotionCase, PromotionCase.id == StageRound.case_id)
    return joined.where(own).order_by(StageRound.id, *(one for one in columns if one.name == "_order"))


def _of_mentorship(own: Any, table: Any, *columns: Any) -> Query:
    query = select(Mentorship.case_id, *columns)
    mentored = query.join(Mentorship, Mentorship.id == table.mentorship_id)
    return mentored.join(PromotionCase, PromotionCase.id == Mentorship.case_id).where(own)


def _by_case(db: Session, query: Query) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for row in db.execute(query).mappings():
        shown = {name: row[name] for name in row if name not in ("case_id", "_order")}
        found.setdefault(row["case_id"], []).append(shown)
    return found


def _last_rounds(db: Session, own: Any) -> dict[tuple[int, Stage], int]:
    """The last stay with raters, and the last with a committee, of each case."""
    told = or_(StageRound.stage == Stage.REVIEW, StageRound.stage == Stage.COMMITTEE)
    query = _of_rounds(own, StageRound.stage, StageRound.id).where(told)
    return {(row.case_id, row.stage): row.id for row in db.execute(query)}


def _outcomes(db: Session, last: dict[tuple[int, Stage], int]) -> dict[int, Record]:
    of_round = _cases_by_round(last, Stage.REVIEW)
    rows = db.scalars(select(ReviewOutcome).where(ReviewOutcome.round_id.in_(of_round)))
    return {of_round[row.round_id]: _shown_outcome(row) for row in rows}


def _shown_outcome(row: ReviewOutcome) -> Record:
    superiors = [{"answers": form["answers"], "evidence": form["evidence"]} for form in row.named]
    return {"published_at": row.published_at, "outcome": row.shown, "superiors": superiors}


def _votes(db: Session, last: dict[tuple[int, Stage], int]) -> dict[int, Record]:
    """The last ballot of each case, once it is closed."""
    of_round = _cases_by_round(last, Stage.COMMITTEE)
    rows: Sequence[Vote] = db.scalars(
        select(Vote).where(Vote.round_id.in_(of_round)).order_by(Vote.number)
    ).all()
    return {
        of_round[row.round_id]: {"entitled": row.entitled, "shown": row.tally["shown"]}
        for row in rows
        if row.closed_at is not None
    }


def _cases_by_round(last: dict[tuple[int, Stage], int], stage: Stage) -> dict[int, int]:
    return {round_id: case_id for (case_id, of_stage), round_id in last.items() if of_stage is stage}
