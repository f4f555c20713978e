"""The 360-degree review: draw the raters, take their sealed forms, close the round and publish once."""

import secrets
from collections.abc import Sequence

from sqlalchemy import select

from workflow import cases, checklist, journal, review_outcomes, sealing, tasks
from workflow.act import Act
from workflow.editions.library import edition_of, step_of
from workflow.errors import FormIncomplete, NotYourTask, ReviewClosed
from workflow.models import Employee, PromotionCase, ReviewOutcome, ReviewRequest, SealedForm
from workflow.pools import pools_for
from workflow.process import Trigger
from workflow.rules.draws import DrawnRater, draw_raters, order, pool_digest, seed_for
from workflow.rules.forms import faults_of
from workflow.vocabulary import RequestState, Source, Stage, TaskKind


def open_round(act: Act, case: PromotionCase) -> None:
    """Draw the raters from the pools of the day and ask each for a form."""
    rules = step_of(act.db, case).review
    pools = pools_for(act, case)
    everybody = sorted({candidate.person for pool in pools.values() for candidate in pool})
    place = case.round
    assert place is not None
    seed = seed_for({"case": case.id, "round": place.number}, everybody, secrets.token_hex(16))
    drawn = draw_raters(pools, rules=rules, seed=seed)
    sealing.new_key(act, place.id)
    place.due_at = cases.due_in(act, case, rules.days)
    place.facts = {"seed": seed}
    _ask(act, case, drawn)
    by_source = {source: sum(one.source is source for one in drawn) for source in pools}
    journal.record(act, "review_opened", case=case, seed=seed, pool=pool_digest(everybody), drawn=by_source)


def submit_form(
    act: Act, case: PromotionCase, *, answers: dict[str, int | None], evidence: dict[str, str]
) -> None:
    """Hand in one's form, or replace it while the round is open; the last one closes the round.

    Raises NotYourTask, ReviewClosed, FormIncomplete (every fault with its item).
    """
    request = own_request(act, case)
    _check_form(act, case, request, answers, evidence)
    key = sealing.key_of(act, request.round_id)
    content = {"answers": answers, "evidence": {item: text for item, text in evidence.items() if text}}
    act.db.merge(SealedForm(request_id=request.id, sealed=sealing.seal(key, content)))
    if request.state is RequestState.ASKED:
        request.state = RequestState.SUBMITTED
        # No word on the journal: its times would tell whose form is whose.
        tasks.complete_secret(act, case, TaskKind.REVIEW)
    act.db.flush()
    close_if_all_in(act, case)


def decline_request(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Decline to review, with a reason; somebody else of the same pool is drawn instead."""
    cases.require_reason(reason)
    request = own_request(act, case)
    if request.state is not RequestState.ASKED or request.source is Source.SELF:
        raise NotYourTask(kind=TaskKind.REVIEW)
    request.state = RequestState.DECLINED
    tasks.close_open(act, case, TaskKind.REVIEW, assignee_id=act.person.id)
    journal.record(act, "review_declined", case=case, text=reason)
    act.db.flush()
    _replace(act, case, request.source)
    close_if_all_in(act, case)


def close_due(act: Act, case: PromotionCase) -> None:
    """Close a review whose time is over with the forms that are in."""
    due_at = case.round.due_at if case.round is not None else None
    is_over = case.stage is Stage.REVIEW and due_at is not None and due_at <= act.now
    if is_over and not review_outcomes.is_published(act, case):
        close_round(act, case)


def close_if_all_in(act: Act, case: PromotionCase) -> None:
    """Close the review once nobody who was asked is still missing."""
    missing = select(ReviewRequest.id).where(
        ReviewRequest.round_id == case.round_id, ReviewRequest.state == RequestState.ASKED
    )
    if act.first(missing) is None:
        # The journal does not tell whose form came last.
        act.hand_over()
        close_round(act, case)


def close_round(act: Act, case: PromotionCase) -> None:
    """Open the forms without their authors, publish the outcome once, and let the case go its way."""
    tasks.close_open(act, case, TaskKind.REVIEW)
    outcome = review_outcomes.publish(act, case)
    journal.record(act, "review_closed", case=case, stands=outcome.score is not None)
    _go_on_if_score_stands(act, case, outcome)


def resume(act: Act, case: PromotionCase) -> None:
    """Ask again for what nobody of HR could be asked for once the review was closed."""
    outcome = review_outcomes.latest(act, case)
    if outcome is not None and outcome.round_id == case.round_id:
        tasks.close_open(act, case, TaskKind.RESCUE_REVIEW, TaskKind.WRITE_DECISION)
        _go_on_if_score_stands(act, case, outcome)


def waive_score(act: Act, case: PromotionCase, *, reason: str) -> None:
    """HR lets a case go on without a review score that does not stand, with a reason."""
    cases.require_stage(case, Stage.REVIEW)
    cases.require_reason(reason)
    tasks.complete(act, tasks.mine(act, case, TaskKind.RESCUE_REVIEW))
    assert case.round is not None
    case.round.facts = {**case.round.facts, "score_waived": True}
    journal.record(act, "review_score_waived", case=case, text=reason)
    _go_on(act, case)


def confirm_shortfall(act: Act, case: PromotionCase, *, reason: str, internal_reason: str = "") -> None:
    """HR signs that a mandatory floor is missed, which ends the case."""
    cases.require_stage(case, Stage.REVIEW)
    tasks.complete(act, tasks.mine(act, case, TaskKind.WRITE_DECISION))
    cases.decide(act, case, text=reason, internal_reason=internal_reason)
    journal.record(act, "case_declined", case=case)
    cases.advance(act, case, Trigger.FALL_SHORT, reason=reason)


def own_request(act: Act, case: PromotionCase) -> ReviewRequest:
    """The request to the person who acts, while the review is open; raises NotYourTask, ReviewClosed."""
    requests = act.all(
        select(ReviewRequest)
        .where(
            ReviewRequest.rater_id == act.person.id,
            ReviewRequest.round_id == case.round_id,
            ReviewRequest.state.in_((RequestState.ASKED, RequestState.SUBMITTED, RequestState.MISSED)),
        )
        .limit(1)
    )
    if case.stage is not Stage.REVIEW:
        raise ReviewClosed(stage=case.stage)
    if not requests:
        raise NotYourTask(kind=TaskKind.REVIEW)
    if review_outcomes.is_published(act, case):
        raise ReviewClosed(stage=case.stage)
    return requests[0]


def _ask(act: Act, case: PromotionCase, drawn: Sequence[DrawnRater]) -> None:
    assert case.round is not None
    due_at = case.round.due_at
    assert due_at is not None
    people = {
        str(person.id): person
        for person in act.all(select(Employee).where(Employee.id.in_(int(one.person) for one in drawn)))
    }
    act.db.add_all(
        ReviewRequest(
            round_id=case.round.id,
            rater_id=int(one.person),
            source=one.source,
            is_other_team=one.is_other_team,
        )
        for one in drawn
    )
    raters = [people[one.person] for one in drawn]
    tasks.open_for(act, TaskKind.REVIEW, case, raters, due_at=due_at)


def _replace(act: Act, case: PromotionCase, source: Source) -> None:
    assert case.round is not None
    limit = step_of(act.db, case).review.forms_per_rater
    asked = set(act.all(select(ReviewRequest.rater_id).where(ReviewRequest.round_id == case.round_id)))
    free = {
        candidate.person: candidate
        for candidate in pools_for(act, case)[source]
        if int(candidate.person) not in asked and (source is Source.SUPERIOR or candidate.load < limit)
    }
    seed = case.round.facts["seed"]
    for person in order(f"{seed}/{len(asked)}", free)[:1]:
        _ask(act, case, [DrawnRater(person, source, free[person].is_other_team)])


def _check_form(
    act: Act,
    case: PromotionCase,
    request: ReviewRequest,
    answers: dict[str, int | None],
    evidence: dict[str, str],
) -> None:
    edition = edition_of(act.db, case.edition_id)
    share = step_of(act.db, case).review.answered_share
    faults = faults_of(answers, evidence, items=edition.items, source=request.source, share=share)
    if faults:
        raise FormIncomplete(faults=faults)


def _go_on_if_score_stands(act: Act, case: PromotionCase, outcome: ReviewOutcome) -> None:
    assert case.round is not None
    if outcome.score is not None or case.round.facts.get("score_waived"):
        _go_on(act, case)
        return
    due_at, reason = cases.due_in(act, case, 5), str(outcome.shown["reason"])
    cases.ask_hr(act, case, TaskKind.RESCUE_REVIEW, due_at=due_at, detail=reason)


def _go_on(act: Act, case: PromotionCase) -> None:
    if review_outcomes.floors_missed(act, case):
        due_at = cases.due_in(act, case, 3)
        cases.ask_hr(act, case, TaskKind.WRITE_DECISION, due_at=due_at, detail="floor_missed")
        return
    is_to_compete = checklist.needs_competition(act, case)
    cases.advance(act, case, Trigger.COMPETE if is_to_compete else Trigger.CONVENE)
