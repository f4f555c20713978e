"""The 360-degree review: draw the raters, take their sealed forms, close the round and publish once."""

import secrets
from collections import Counter

from sqlalchemy import or_, select

from workflow import (
    cases,
    eligibility,
    journal,
    pools,
    raters,
    review_closing,
    review_forms,
    review_outcomes,
    sealing,
    tasks,
)
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.errors import NotYourTask, OwnNominee, ReviewClosed
from workflow.models import Employee, PromotionCase, ReviewContact, ReviewRequest
from workflow.process import Trigger
from workflow.rules.draws import draw_raters, pool_digest, seed_for
from workflow.rules.edition import ReviewRules
from workflow.rules.scoring import could_stand
from workflow.vocabulary import RequestState, Source, Stage, TaskKind


def open_round(act: Act, case: PromotionCase) -> None:
    """Draw the raters from the pools of the day and ask each for a form.

    Where so few can be drawn that no score could stand nobody is asked: HR gets the case at once.
    """
    rules = step_of(act.db, case).review
    people = pools.pools_for(act, case)
    everybody = sorted({candidate.person for pool in people.values() for candidate in pool})
    place = case.round
    assert place is not None
    seed = seed_for({"case": case.id, "round": place.number}, everybody, secrets.token_hex(16))
    drawn = draw_raters(people, rules=rules, seed=seed)
    counts = Counter(one.source for one in drawn)
    sealing.new_key(act, place.id)
    place.due_at = cases.due_in(act, case, rules.days)
    place.facts = {**place.facts, "seed": seed}
    by_source = {source: counts[source] for source in people}
    journal.record(act, "review_opened", case=case, seed=seed, pool=pool_digest(everybody), drawn=by_source)
    if could_stand(counts, rules):
        raters.ask(act, case, drawn)
    else:
        review_closing.close_round(act, case, because="too_few_to_ask")


def submit_form(
    act: Act, case: PromotionCase, *, answers: dict[str, int | None], evidence: dict[str, str]
) -> None:
    """Hand in one's form, or replace it while the round is open; the last one closes the round.

    Raises NotYourTask, OwnNominee, ReviewClosed, FormIncomplete (every fault with its item).
    """
    if review_forms.hand_in(act, case, own_request(act, case), answers, evidence):
        # No word on the journal: its times would tell whose form is whose.
        tasks.complete_secret(act, case, TaskKind.REVIEW)
    review_closing.close_if_all_in(act, case)


def save_draft(
    act: Act, case: PromotionCase, *, answers: dict[str, int | None], evidence: dict[str, str]
) -> None:
    """Keep one's unfinished form for oneself; it is never counted.

    Raises NotYourTask, OwnNominee, ReviewClosed, FormIncomplete for items or values the form does not have.
    """
    review_forms.save_draft(act, case, own_request(act, case), answers, evidence)


def decline_request(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Decline to review, with a reason; somebody else of the same pool is drawn instead."""
    cases.require_reason(reason)
    request = own_request(act, case)
    if request.state is not RequestState.ASKED or request.source is Source.SELF:
        raise NotYourTask(kind=TaskKind.REVIEW)
    request.declined_because = reason
    raters.drop(act, case, request, RequestState.DECLINED)
    raters.replace(act, case, [request])
    review_closing.close_if_all_in(act, case)


def replace_gone(act: Act, case: PromotionCase) -> None:
    """Draw others for raters who have left before they answered; what they had handed in would count.

    Likewise for customers whom no mail reaches.
    """
    if not _is_open(act, case):
        return
    people = select(ReviewRequest).outerjoin(Employee, Employee.id == ReviewRequest.rater_id)
    gone = act.all(
        people.outerjoin(ReviewContact, ReviewContact.id == ReviewRequest.contact_id).where(
            ReviewRequest.round_id == case.round_id,
            ReviewRequest.state == RequestState.ASKED,
            ReviewRequest.source != Source.SELF,
            or_(~Employee.is_active, ReviewContact.refused_at.is_not(None)),
        )
    )
    for request in gone:
        raters.drop(act, case, request, RequestState.REPLACED)
    if gone:
        raters.replace(act, case, gone)
        review_closing.close_if_all_in(act, case)


def close_due(act: Act, case: PromotionCase) -> None:
    """Close a review whose time is over with the forms that are in; once, it may get more time instead.

    That is where a source has not reached its least number and others can be drawn for its late raters.
    """
    due_at = case.round.due_at if case.round is not None else None
    if due_at is None or due_at > act.now or not _is_open(act, case):
        return
    if not _has_got_more_time(act, case):
        review_closing.close_round(act, case)


def resume(act: Act, case: PromotionCase) -> None:
    """Ask again for what nobody of HR could be asked for once the review was closed."""
    outcome = review_outcomes.latest(act, case)
    if outcome is not None and outcome.round_id == case.round_id:
        tasks.close_open(act, case, TaskKind.RESCUE_REVIEW, TaskKind.WRITE_DECISION)
        review_closing.go_on_if_score_stands(act, case, outcome)


def waive_score(act: Act, case: PromotionCase, *, reason: str) -> None:
    """HR lets a case go on without a review score that does not stand, with a reason; raises OwnNominee."""
    if act.person.id in eligibility.interested(case):
        raise OwnNominee()
    _rescue(act, case, reason)
    assert case.round is not None
    case.round.facts = {**case.round.facts, "score_waived": True}
    journal.record(act, "review_score_waived", case=case, text=reason)
    review_closing.go_on(act, case)


def widen(act: Act, case: PromotionCase, *, reason: str) -> None:
    """HR has a review that has no score held again, once, with peers from neighbouring branches."""
    _rescue(act, case, reason)
    reach = pools.reach_beyond(act, case.candidate)
    journal.record(act, "review_widened", case=case, text=reason, reach=reach)
    cases.advance(act, case, Trigger.WIDEN)
    assert case.round is not None
    case.round.facts = {**case.round.facts, "widened": reach}


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


def _is_open(act: Act, case: PromotionCase) -> bool:
    return case.stage is Stage.REVIEW and not review_outcomes.is_published(act, case)


def _rescue(act: Act, case: PromotionCase, reason: str) -> None:
    cases.require_stage(case, Stage.REVIEW)
    cases.require_reason(reason)
    tasks.complete(act, tasks.mine(act, case, TaskKind.RESCUE_REVIEW))


def _has_got_more_time(act: Act, case: PromotionCase) -> bool:
    place, rules = case.round, step_of(act.db, case).review
    assert place is not None
    if "extended_until" in place.facts:
        return False
    drawn = raters.replace_missing(act, case, _missing_too_many(act, case, rules))
    if not drawn:
        return False
    place.due_at = cases.due_in(act, case, rules.replacement_days)
    place.facts = {**place.facts, "extended_until": place.due_at.isoformat()}
    raters.ask(act, case, drawn)
    journal.record(act, "review_extended", case=case, until=place.due_at.isoformat())
    return True


def _missing_too_many(act: Act, case: PromotionCase, rules: ReviewRules) -> list[ReviewRequest]:
    """Who has not answered in a source that was asked and lacks its least number of forms."""
    requests = raters.requests_of(act, case)
    submitted = Counter(one.source for one in requests if one.state is RequestState.SUBMITTED)
    short = {
        rule.source
        for rule in rules.sources
        if rule.source is not Source.SELF and submitted[rule.source] < rule.minimum
    }
    return [one for one in requests if one.state is RequestState.ASKED and one.source in short]
