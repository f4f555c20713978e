"""Review requests to a person, the form behind one, and what a closed review shows to whom."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from workflow.editions.library import edition_of, step_of
from workflow.errors import NotFound
from workflow.models import (
    Employee,
    PromotionCase,
    ReviewAnswer,
    ReviewOutcome,
    ReviewRequest,
    StageRound,
)
from workflow.permissions import Part, Relation
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.rules.edition import FormItem
from workflow.rules.scoring import BY_NAME
from workflow.vocabulary import RequestState, Source, Stage

_HELD = (RequestState.ASKED, RequestState.SUBMITTED)


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A form somebody is asked for, open until its round closes."""

    id: int
    case_id: int
    candidate: Person
    source: Source
    state: RequestState
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Form:
    """What a rater fills in, and whether it will be shown by name or only among `threshold` others."""

    request: RequestLine
    items: tuple[FormItem, ...]
    is_by_name: bool
    threshold: int
    answered_share: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How many forms of one source are in; `submitted` is None while it would point at people."""

    source: Source
    asked: int
    submitted: int | None


@dataclass(frozen=True, slots=True)
class NamedAnswer:
    """One item of a review that is given by name."""

    item: str
    value: int | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class NamedReview:
    """The direct superior's review, which is by name and says so."""

    rater: Person
    answers: list[NamedAnswer]


@dataclass(frozen=True, slots=True)
class ReviewSeen:
    """What one reader sees of a review: its published outcome, or HR the progress before it."""

    published_at: datetime | None
    outcome: dict[str, Any] | None
    superior: NamedReview | None
    progress: list[Progress]


def requests_to(person_id: int) -> Select[Any]:
    """Query for the RequestLines of open rounds to a person, ordered by `ReviewRequest.id`."""
    published = exists().where(ReviewOutcome.round_id == ReviewRequest.round_id)
    shape = Shaped(
        "request",
        RequestLine,
        ReviewRequest.id,
        PromotionCase.id.label("case_id"),
        person_of("candidate", Employee),
        ReviewRequest.source,
        ReviewRequest.state,
        StageRound.due_at,
    )
    return (
        select(shape)
        .select_from(ReviewRequest)
        .join(PromotionCase, PromotionCase.round_id == ReviewRequest.round_id)
        .join(StageRound, StageRound.id == ReviewRequest.round_id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(ReviewRequest.rater_id == person_id, ReviewRequest.state.in_(_HELD))
        .where(PromotionCase.stage == Stage.REVIEW, ~published)
    )


def form(db: Session, case: PromotionCase, person_id: int) -> Form:
    """The form a person is asked for in the open round; raises NotFound to everybody else."""
    request: RequestLine | None = db.scalars(
        requests_to(person_id).where(PromotionCase.id == case.id)
    ).first()
    if request is None:
        raise NotFound(kind="review_form")
    rules = step_of(db, case).review
    is_customer = request.source is Source.CUSTOMER
    items = edition_of(db, case.edition_id).items
    return Form(
        request=request,
        items=tuple(item for item in items if item.for_customers or not is_customer),
        is_by_name=request.source in BY_NAME,
        threshold=rules.customer_threshold if is_customer else rules.threshold,
        answered_share=rules.answered_share,
    )


def review(db: Session, case: PromotionCase, mine: frozenset[Relation], parts: frozenset[Part]) -> ReviewSeen:
    """The last review round of a case; the reader must be allowed to see the outcome."""
    place = db.scalars(
        select(StageRound)
        .where(StageRound.case_id == case.id, StageRound.stage == Stage.REVIEW)
        .order_by(StageRound.number.desc())
    ).first()
    outcome = db.get(ReviewOutcome, place.id) if place is not None else None
    if place is None or outcome is None:
        is_hr = Part.INTERNAL_REASON in parts
        return ReviewSeen(None, None, None, _progress(db, case, place) if place and is_hr else [])
    stands = outcome.score is not None and not mine.isdisjoint(_READS_SUPERIOR)
    named = _named(db, place.id) if stands else None
    return ReviewSeen(outcome.published_at, outcome.shown, named, [])


_READS_SUPERIOR = frozenset({Relation.CANDIDATE, Relation.MEMBER, Relation.HR, Relation.AUDITOR})


def _progress(db: Session, case: PromotionCase, place: StageRound) -> list[Progress]:
    """Only sources with enough raters, and only counts that do not point at the missing ones."""
    threshold = step_of(db, case).review.threshold
    rows = db.execute(
        select(ReviewRequest.source, ReviewRequest.state).where(
            ReviewRequest.round_id == place.id, ReviewRequest.state.in_(_HELD)
        )
    ).all()
    asked = Counter(source for source, _ in rows)
    submitted = Counter(source for source, state in rows if state is RequestState.SUBMITTED)
    return [
        Progress(source, asked[source], submitted[source] if submitted[source] >= threshold else None)
        for source in Source
        if asked[source] >= threshold
    ]


def _named(db: Session, round_id: int) -> NamedReview | None:
    raters = db.scalars(
        select(person_of("rater", Employee))
        .select_from(ReviewRequest)
        .join(Employee, Employee.id == ReviewRequest.rater_id)
        .where(
            ReviewRequest.round_id == round_id,
            ReviewRequest.source == Source.SUPERIOR,
            ReviewRequest.state == RequestState.SUBMITTED,
        )
    ).all()
    # Answers name nobody; only where there is one superior are they his.
    if len(raters) != 1:
        return None
    shape = Shaped("answer", NamedAnswer, ReviewAnswer.item, ReviewAnswer.value, ReviewAnswer.evidence)
    answers = select(shape).where(ReviewAnswer.round_id == round_id, ReviewAnswer.source == Source.SUPERIOR)
    return NamedReview(raters[0], list(db.scalars(answers.order_by(ReviewAnswer.item))))
