"""Public notice and effect: the decision waits in sight of everybody, then changes level and post once."""

from workflow import cases, journal
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.models import CareerStep, PromotionCase
from workflow.process import Trigger
from workflow.vocabulary import Stage


def post(act: Act, case: PromotionCase) -> None:
    """Put the decision on notice for the working days the edition asks, and fix the effective date."""
    assert case.round is not None
    days = step_of(act.db, case).notice.days
    case.round.due_at = cases.due_in(act, case, days) if days else act.now
    ends_on = case.round.due_at.date()
    case.effective_on = max(case.effective_on or ends_on, ends_on)
    journal.record(act, "notice_posted", case=case, days=days, effective_on=case.effective_on.isoformat())


def take_effect(act: Act, case: PromotionCase) -> None:
    """Change level, track and post on the effective date, exactly once, and keep the former ones."""
    cases.require_stage(case, Stage.NOTICE)
    cases.advance(act, case, Trigger.TAKE_EFFECT)
    person, effective_on = case.candidate, case.effective_on
    assert effective_on is not None
    act.add(
        CareerStep(
            employee_id=person.id,
            case_id=case.id,
            effective_on=effective_on,
            from_track=person.track,
            from_level=person.level,
            from_post=person.post,
            from_level_since=person.level_since,
            to_track=case.target_track,
            to_level=case.target_level,
            to_post=case.target_post,
        )
    )
    person.track, person.level, person.post = case.target_track, case.target_level, case.target_post
    person.level_since = effective_on
    journal.record(act, "effect_taken", case=case, on=effective_on.isoformat(), level=case.target_level)
