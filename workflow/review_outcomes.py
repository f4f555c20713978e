"""Opens the forms of a closed review without their authors and keeps what may be shown of them."""

import random
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import delete, insert, select, update

from workflow import sealing
from workflow.act import Act
from workflow.editions.library import edition_of, step_of
from workflow.models import PromotionCase, ReviewAnswer, ReviewOutcome, ReviewRequest, SealedForm, StageRound
from workflow.rules.disclosure import shown_comments, shown_outcome
from workflow.rules.scoring import ReviewScore, review_score
from workflow.vocabulary import RequestState, Source, Stage

Forms = dict[Source, list[dict[str, int | None]]]
Comments = dict[Source, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A form out of its envelope; only superiors, whose forms are by name, are still known."""

    source: Source
    superior: int | None
    form: dict[str, Any]


def publish(act: Act, case: PromotionCase, *, because: str | None = None) -> ReviewOutcome:
    """Move the answers out of their envelopes, shuffled, compute the outcome and destroy the key.

    `because` says, in the place of the rule's own reason, why there can be no score.
    """
    assert case.round_id is not None
    criteria = edition_of(act.db, case.edition_id).criteria
    rules = step_of(act.db, case).review
    opened = _open_envelopes(act, case.round_id)
    forms, comments = _by_source(opened)
    score = review_score(forms, criteria=criteria, rules=rules)
    score = replace(score, reason=because or score.reason)
    shown = shown_outcome(score, forms, criteria=criteria, rules=rules)
    order_key = sealing.key_of(act, case.round_id).encode()
    shown["comments"] = shown_comments(comments, score, forms, criteria=criteria, rules=rules, key=order_key)
    sealing.destroy_key(act, case.round_id)
    return act.add(
        ReviewOutcome(
            round_id=case.round_id,
            published_at=act.now,
            score=score.score,
            exact=_exact(score),
            shown=shown,
            named=_named(opened) if score.score is not None else [],
        )
    )


def is_published(act: Act, case: PromotionCase) -> bool:
    """Whether the present review round is closed and its outcome published."""
    outcome = latest(act, case)
    return outcome is not None and outcome.round_id == case.round_id


def latest(act: Act, case: PromotionCase) -> ReviewOutcome | None:
    """The outcome of the case's last review round, or None before the first close."""
    return act.first(
        select(ReviewOutcome)
        .join(StageRound, StageRound.id == ReviewOutcome.round_id)
        .where(StageRound.case_id == case.id, StageRound.stage == Stage.REVIEW)
        .order_by(StageRound.number.desc())
    )


def floors_missed(act: Act, case: PromotionCase) -> list[str]:
    """Mandatory criteria whose mean over enough raters lies below the floor of the edition."""
    outcome = latest(act, case)
    if outcome is None or outcome.score is None:
        return []
    means: dict[str, dict[str, Any]] = outcome.exact["criteria"]
    threshold = step_of(act.db, case).review.threshold
    return [
        criterion.key
        for criterion in edition_of(act.db, case.edition_id).criteria
        if criterion.floor is not None
        and criterion.key in means
        and means[criterion.key]["n"] >= threshold
        and means[criterion.key]["mean"] < criterion.floor
    ]


def _open_envelopes(act: Act, round_id: int) -> list[_Opened]:
    key = sealing.key_of(act, round_id)
    envelopes = act.execute(
        select(ReviewRequest.source, ReviewRequest.rater_id, SealedForm.sealed)
        .join(SealedForm, SealedForm.request_id == ReviewRequest.id)
        .where(ReviewRequest.round_id == round_id, SealedForm.sealed.is_not(None))
    ).all()
    opened = [
        _Opened(source, rater if source is Source.SUPERIOR else None, sealing.unseal(key, sealed))
        for source, rater, sealed in envelopes
    ]
    # The order of rows would tell whose form is whose.
    random.SystemRandom().shuffle(opened)
    answers = [row for one in opened for row in _answers(round_id, one.source, one.form)]
    if answers:
        act.execute(insert(ReviewAnswer), sorted(answers, key=lambda row: row["id"]))
    requests = select(ReviewRequest.id).where(ReviewRequest.round_id == round_id)
    act.execute(delete(SealedForm).where(SealedForm.request_id.in_(requests)))
    act.execute(
        update(ReviewRequest)
        .where(ReviewRequest.round_id == round_id, ReviewRequest.state == RequestState.ASKED)
        .values(state=RequestState.MISSED)
    )
    return opened


def _named(opened: list[_Opened]) -> list[dict[str, Any]]:
    """The forms of superiors, who were told that theirs are by name."""
    by_name = [{"rater": one.superior, **one.form} for one in opened if one.superior is not None]
    return sorted(by_name, key=lambda form: form["rater"])


def _answers(round_id: int, source: Source, form: dict[str, Any]) -> list[dict[str, Any]]:
    name = sealing.random_name()
    return [
        {
            "id": sealing.random_name(),
            "round_id": round_id,
            "form": name,
            "source": source,
            "item": item,
            "value": value,
            "evidence": form["evidence"].get(item),
        }
        for item, value in (dict.fromkeys(form["evidence"]) | form["answers"]).items()
    ]


def _by_source(opened: list[_Opened]) -> tuple[Forms, Comments]:
    forms: Forms = {}
    comments: Comments = {}
    for one in opened:
        forms.setdefault(one.source, []).append(one.form["answers"])
        comments.setdefault(one.source, []).extend(one.form["evidence"].items())
    return forms, comments


def _exact(score: ReviewScore) -> dict[str, Any]:
    return {
        "score": score.score,
        "reason": score.reason,
        "merged": score.merged,
        "raters": score.raters,
        "sources": {source: asdict(part) for source, part in score.sources.items()},
        "criteria": {key: asdict(mean) for key, mean in score.criteria.items()},
    }
