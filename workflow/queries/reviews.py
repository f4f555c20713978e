"""Review requests to a person, the form behind one, and what a closed review shows to whom."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from workflow import sealing
from workflow.editions.library import edition_of, step_of
from workflow.errors import NotFound
from workflow.models import (
    Employee,
    PromotionCase,
    ReviewOutcome,
    ReviewRequest,
    RoundKey,
    SealedForm,
    StageRound,
)
from workflow.permissions import Part
from workflow.queries.shaping import Person, Shaped, people, person_of
from workflow.relations import Relation
from workflow.rules.edition import FormItem
from workflow.rules.forms import items_for
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
    """What a rater fills in or has written, and whether it is shown by name or only among `threshold` others.

    `group` counts who is asked as he is, himself included; `is_only_of_language` warns him that nobody
    else of the group uses his language.
    """

    request: RequestLine
    items: tuple[FormItem, ...]
    is_by_name: bool
    threshold: int
    answered_share: float
    group: int
    is_only_of_language: bool
    answers: dict[str, int | None]
    evidence: dict[str, str]
    is_draft: bool


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
    """A superior's review, which is by name and says so."""

    rater: Person
    answers: list[NamedAnswer]


@dataclass(frozen=True, slots=True)
class ReviewSeen:
    """What one reader sees of a review: its published outcome, or HR the progress before it."""

    published_at: datetime | None
    outcome: dict[str, Any] | None
    superiors: list[NamedReview]
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
    languages = _languages(db, case, request.source)
    written, is_draft = _written(db, case, request.id)
    return Form(
        request=request,
        items=items_for(request.source, edition_of(db, case.edition_id).items),
        is_by_name=request.source in BY_NAME,
        threshold=rules.threshold,
        answered_share=rules.answered_share,
        group=sum(languages.values()),
        is_only_of_language=languages.total() > 1 and languages[_locale_of(db, person_id)] == 1,
        answers=written["answers"],
        evidence=written["evidence"],
        is_draft=is_draft,
    )


def review(db: Session, case: PromotionCase, mine: frozenset[Relation], parts: frozenset[Part]) -> ReviewSeen:
    """The last review round of a case; the reader must be allowed to see the outcome."""
    last = (
        select(StageRound, ReviewOutcome)
        .outerjoin(ReviewOutcome, ReviewOutcome.round_id == StageRound.id)
        .where(StageRound.case_id == case.id, StageRound.stage == Stage.REVIEW)
        .order_by(StageRound.number.desc())
    )
    place, outcome = db.execute(last.limit(1)).first() or (None, None)
    if place is None or outcome is None:
        is_hr = Part.INTERNAL_REASON in parts
        return ReviewSeen(None, None, [], _progress(db, case, place) if place and is_hr else [])
    named = [] if mine.isdisjoint(_READS_SUPERIOR) else _named(db, outcome)
    return ReviewSeen(outcome.published_at, outcome.shown, named, [])


_READS_SUPERIOR = frozenset({Relation.CANDIDATE, Relation.MEMBER, Relation.HR, Relation.AUDITOR})


def _progress(db: Session, case: PromotionCase, place: StageRound) -> list[Progress]:
    """Only sources with enough raters, and only counts that do not point at the missing ones."""
    rules = step_of(db, case).review
    least = dict.fromkeys(Source, rules.threshold) | {Source.CUSTOMER: rules.customer_threshold}
    rows = db.execute(
        select(ReviewRequest.source, ReviewRequest.state).where(
            ReviewRequest.round_id == place.id, ReviewRequest.state.in_(_HELD)
        )
    ).all()
    asked = Counter(source for source, _ in rows)
    submitted = Counter(source for source, state in rows if state is RequestState.SUBMITTED)
    return [
        Progress(source, asked[source], submitted[source] if submitted[source] >= least[source] else None)
        for source in Source
        if asked[source] >= least[source]
    ]


def _named(db: Session, outcome: ReviewOutcome) -> list[NamedReview]:
    found = people(db, [form["rater"] for form in outcome.named])
    return [
        NamedReview(
            found[form["rater"]],
            [
                NamedAnswer(item, value, form["evidence"].get(item))
                for item, value in sorted(form["answers"].items())
            ],
        )
        for form in outcome.named
    ]


def _languages(db: Session, case: PromotionCase, source: Source) -> Counter[str]:
    """How many of the raters asked from one source use which language."""
    used = (
        select(Employee.locale)
        .join(ReviewRequest, ReviewRequest.rater_id == Employee.id)
        .where(
            ReviewRequest.round_id == case.round_id,
            ReviewRequest.source == source,
            ReviewRequest.state.in_(_HELD),
        )
    )
    return Counter(db.scalars(used))


def _locale_of(db: Session, person_id: int) -> str:
    return db.get_one(Employee, person_id).locale


def _written(db: Session, case: PromotionCase, request_id: int) -> tuple[dict[str, Any], bool]:
    """What the author of a form has written so far, and whether the last of it is a draft."""
    form, key = db.get(SealedForm, request_id), db.get(RoundKey, case.round_id)
    latest = form.draft or form.sealed if form is not None else None
    if form is None or latest is None or key is None:
        return {"answers": {}, "evidence": {}}, False
    return sealing.unseal(key.key, latest), form.draft is not None
