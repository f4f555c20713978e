"""What must be true before a case can go on: one short function per guard, each with its reason."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from sqlalchemy import func, select

from workflow import eligibility, places, review_outcomes
from workflow.act import Act
from workflow.editions.library import edition_of, step_of
from workflow.models import (
    ApprovalStep,
    CheckIn,
    Competition,
    Entry,
    Mentorship,
    Objection,
    PromotionCase,
    StageRound,
    Vote,
)
from workflow.process import Guard
from workflow.rules.approvals import UNSIGNED
from workflow.rules.deadlines import local_day
from workflow.rules.verdict import Verdict, met, not_met, unknown
from workflow.vocabulary import CompetitionState, Nominator, ObjectionState, Stage, VoteResult

# The decision at the end of mentoring may be taken this long before its last day.
_LAST_DAYS = timedelta(days=14)


def verdicts(act: Act, case: PromotionCase, guards: Iterable[Guard]) -> dict[Guard, Verdict]:
    """Every guard's answer, not just the first that fails."""
    return {guard: CHECKS[guard](act, case) for guard in guards}


def signatures(act: Act, case: PromotionCase) -> Sequence[ApprovalStep]:
    """The steps of the approval chain of a round in order, those of chains that were returned included."""
    of_round = select(ApprovalStep).where(ApprovalStep.round_id == case.round_id)
    return act.all(of_round.order_by(ApprovalStep.position))


def _candidate_is_active(_act: Act, case: PromotionCase) -> Verdict:
    return met("active") if case.candidate.is_active else not_met("has_left")


def _candidate_has_left(_act: Act, case: PromotionCase) -> Verdict:
    return not_met("active") if case.candidate.is_active else met("has_left")


def _statement_is_written(_act: Act, case: PromotionCase) -> Verdict:
    # Somebody who is nominated by others need not plead for himself.
    if case.statement.strip() or case.nominated_as is not Nominator.SELF:
        return met("written")
    return not_met("statement_missing")


def _consent_is_given(_act: Act, case: PromotionCase) -> Verdict:
    if case.nominated_as is not Nominator.PEER:
        return met("consent_not_asked")
    return not_met("consent_missing") if case.is_private else met("consent_given")


def _approvals_are_signed(act: Act, case: PromotionCase) -> Verdict:
    chain = signatures(act, case)
    running = [step for step in chain if step.attempt == chain[-1].attempt]
    missing = [step.seat for step in running if step.state in UNSIGNED]
    if running and not missing:
        return met("all_signed", count=len(running))
    return not_met("approvals_missing", seats=missing)


def _candidate_is_eligible(act: Act, case: PromotionCase) -> Verdict:
    return eligibility.overall(act, case)


def _review_is_closed(act: Act, case: PromotionCase) -> Verdict:
    return met("closed") if review_outcomes.is_published(act, case) else not_met("review_open")


def _review_score_stands(act: Act, case: PromotionCase) -> Verdict:
    outcome = review_outcomes.latest(act, case)
    if outcome is None or outcome.round_id != case.round_id:
        return unknown("review_open")
    if outcome.score is not None:
        return met("score_stands")
    is_waived = case.round is not None and case.round.facts.get("score_waived")
    return met("score_waived") if is_waived else unknown(str(outcome.shown["reason"]))


def _review_score_is_missing(act: Act, case: PromotionCase) -> Verdict:
    outcome = review_outcomes.latest(act, case)
    if outcome is None or outcome.round_id != case.round_id:
        return unknown("review_open")
    return not_met("score_stands") if outcome.score is not None else met(str(outcome.shown["reason"]))


def _not_widened_before(act: Act, case: PromotionCase) -> Verdict:
    rounds = act.all(
        select(StageRound).where(StageRound.case_id == case.id, StageRound.stage == Stage.REVIEW)
    )
    is_widened = any("widened" in place.facts for place in rounds)
    return not_met("widened_before") if is_widened else met("first_widening")


def _floors_are_met(act: Act, case: PromotionCase) -> Verdict:
    if not review_outcomes.is_published(act, case):
        return unknown("review_open")
    missed = review_outcomes.floors_missed(act, case)
    return not_met("floor_missed", criteria=missed) if missed else met("floors_met")


def _floor_is_missed(act: Act, case: PromotionCase) -> Verdict:
    missed = review_outcomes.floors_missed(act, case)
    return met("floor_missed", criteria=missed) if missed else not_met("floors_met")


def _competition_is_asked(act: Act, case: PromotionCase) -> Verdict:
    return met("competition_asked") if needs_competition(act, case) else not_met("no_competition")


def _no_competition_pending(act: Act, case: PromotionCase) -> Verdict:
    return not_met("competition_asked") if needs_competition(act, case) else met("no_competition")


def _scores_are_open(act: Act, case: PromotionCase) -> Verdict:
    state = act.first(
        select(Competition.state)
        .join(Entry, Entry.competition_id == Competition.id)
        .where(Entry.round_id == case.round_id)
    )
    if state is None:
        return not_met("no_competition_announced")
    are_open = state in (CompetitionState.SCORED, CompetitionState.DECIDED)
    return met("scores_open") if are_open else not_met("scores_sealed", state=state)


def _vote_says(*results: VoteResult) -> Callable[[Act, PromotionCase], Verdict]:
    def check(act: Act, case: PromotionCase) -> Verdict:
        result = act.first(
            select(Vote.result).where(Vote.round_id == case.round_id).order_by(Vote.number.desc())
        )
        if result is None:
            return unknown("vote_open")
        return met("vote", result=result) if result in results else not_met("vote", result=result)

    return check


def _not_deferred_before(act: Act, case: PromotionCase) -> Verdict:
    return not_met("deferred_before") if was_deferred(act, case) else met("first_deferral")


def _places_are_taken(act: Act, case: PromotionCase) -> Verdict:
    return places.taken(act, case)


def _notice_is_over(act: Act, case: PromotionCase) -> Verdict:
    due_at = case.round.due_at if case.round is not None else None
    if due_at is None or due_at <= act.now:
        return met("notice_over")
    return not_met("notice_running", until=due_at.isoformat())


def _no_open_objection(act: Act, case: PromotionCase) -> Verdict:
    is_open = select(Objection.id).where(
        Objection.round_id == case.round_id, Objection.state == ObjectionState.OPEN
    )
    return not_met("objection_open") if act.first(is_open) is not None else met("no_objection")


def _effect_is_due(act: Act, case: PromotionCase) -> Verdict:
    if case.effective_on is None or case.effect_at is None:
        return unknown("no_effective_date")
    if case.effect_at <= act.now:
        return met("effect_due")
    return not_met("effect_later", on=case.effective_on.isoformat())


def _duties_are_acknowledged(act: Act, case: PromotionCase) -> Verdict:
    post = edition_of(act.db, case.edition_id).post(case.target_post)
    if post is None or not post.duties:
        return met("no_duties")
    if case.duties_acknowledged_at is None:
        return not_met("duties_not_acknowledged", count=len(post.duties))
    return met("duties_acknowledged", count=len(post.duties))


def _plan_is_agreed(act: Act, case: PromotionCase) -> Verdict:
    mentorship = _mentorship(act, case)
    if mentorship is None:
        return not_met("no_mentor")
    is_agreed = mentorship.agreed_by_mentor_at and mentorship.agreed_by_mentee_at
    return met("plan_agreed") if is_agreed else not_met("plan_not_agreed")


def _both_were_heard(act: Act, case: PromotionCase) -> Verdict:
    mentorship = _mentorship(act, case)
    if mentorship is None:
        return not_met("no_mentor")
    assert case.round is not None
    held = act.first(
        select(func.count()).where(
            CheckIn.mentorship_id == mentorship.id,
            CheckIn.held_on >= local_day(case.round.opened_at, case.candidate.time_zone),
            CheckIn.mentor_note.is_not(None),
            CheckIn.mentee_note.is_not(None),
        )
    )
    return met("both_heard", check_ins=held) if held else not_met("not_both_heard")


def _period_is_ending(act: Act, case: PromotionCase) -> Verdict:
    mentorship = _mentorship(act, case)
    if mentorship is None:
        return not_met("no_mentor")
    first_day = mentorship.ends_on - _LAST_DAYS
    if local_day(act.now, case.candidate.time_zone) >= first_day:
        return met("period_ending")
    return not_met("period_running", decided_from=first_day)


def _not_extended_before(act: Act, case: PromotionCase) -> Verdict:
    mentorship = _mentorship(act, case)
    if mentorship is not None and mentorship.is_extended:
        return not_met("extended_before")
    return met("first_extension")


def was_deferred(act: Act, case: PromotionCase) -> bool:
    """Whether an earlier vote has deferred the case, which happens once."""
    earlier = (
        select(Vote.id)
        .join(StageRound, StageRound.id == Vote.round_id)
        .where(StageRound.case_id == case.id, StageRound.id != case.round_id)
    )
    return act.first(earlier.where(Vote.result == VoteResult.DEFERRED)) is not None


def needs_competition(act: Act, case: PromotionCase) -> bool:
    """Whether the step is filled by competition and the case has not been placed in one yet.

    A case that the committee defers, or that an objection sends back to review, keeps the place it has won.
    """
    if step_of(act.db, case).competition is None:
        return False
    entered = select(Entry.id).join(Competition, Competition.id == Entry.competition_id)
    placed = entered.where(Entry.case_id == case.id, Competition.state == CompetitionState.DECIDED)
    return act.first(placed) is None


def _mentorship(act: Act, case: PromotionCase) -> Mentorship | None:
    return act.first(select(Mentorship).where(Mentorship.case_id == case.id))


CHECKS: dict[Guard, Callable[[Act, PromotionCase], Verdict]] = {
    Guard.CANDIDATE_IS_ACTIVE: _candidate_is_active,
    Guard.CANDIDATE_HAS_LEFT: _candidate_has_left,
    Guard.STATEMENT_IS_WRITTEN: _statement_is_written,
    Guard.CONSENT_IS_GIVEN: _consent_is_given,
    Guard.APPROVALS_ARE_SIGNED: _approvals_are_signed,
    Guard.CANDIDATE_IS_ELIGIBLE: _candidate_is_eligible,
    Guard.REVIEW_IS_CLOSED: _review_is_closed,
    Guard.REVIEW_SCORE_STANDS: _review_score_stands,
    Guard.REVIEW_SCORE_IS_MISSING: _review_score_is_missing,
    Guard.NOT_WIDENED_BEFORE: _not_widened_before,
    Guard.FLOORS_ARE_MET: _floors_are_met,
    Guard.FLOOR_IS_MISSED: _floor_is_missed,
    Guard.COMPETITION_IS_ASKED: _competition_is_asked,
    Guard.NO_COMPETITION_PENDING: _no_competition_pending,
    Guard.SCORES_ARE_OPEN: _scores_are_open,
    Guard.VOTE_CARRIED: _vote_says(VoteResult.CARRIED),
    Guard.VOTE_NOT_CARRIED: _vote_says(VoteResult.NOT_CARRIED),
    Guard.VOTE_DEFERRED: _vote_says(VoteResult.DEFERRED),
    Guard.NOT_DEFERRED_BEFORE: _not_deferred_before,
    Guard.PLACES_ARE_TAKEN: _places_are_taken,
    Guard.NOTICE_IS_OVER: _notice_is_over,
    Guard.NO_OPEN_OBJECTION: _no_open_objection,
    Guard.EFFECT_IS_DUE: _effect_is_due,
    Guard.DUTIES_ARE_ACKNOWLEDGED: _duties_are_acknowledged,
    Guard.PLAN_IS_AGREED: _plan_is_agreed,
    Guard.BOTH_WERE_HEARD: _both_were_heard,
    Guard.NOT_EXTENDED_BEFORE: _not_extended_before,
    Guard.PERIOD_IS_ENDING: _period_is_ending,
}
