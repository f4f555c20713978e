"""Public notice and effect: the decision waits in sight of everybody, then changes a person's place once."""

from datetime import timedelta

from sqlalchemy import select

from workflow import cases, effect, journal
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.models import Entry, PromotionCase
from workflow.process import Trigger
from workflow.rules.deadlines import local_day
from workflow.vocabulary import Stage


def post(act: Act, case: PromotionCase) -> None:
    """Put the decision on notice for the working days the edition asks, and fix the effective day.

    A post that others competed for is not taken before their time to appeal is over.
    """
    assert case.round is not None
    rules, zone = step_of(act.db, case).notice, case.candidate.time_zone
    case.round.due_at = cases.due_in(act, case, rules.days) if rules.days else act.now
    earliest = local_day(case.round.due_at, zone)
    is_contested = rules.contested_days > 0 and _has_others(act, case)
    if is_contested:
        last_to_appeal = local_day(cases.due_in(act, case, rules.contested_days), zone)
        earliest = max(earliest, last_to_appeal + timedelta(days=1))
    on = max(case.effective_on or earliest, earliest)
    effect.fix_day(case, on)
    journal.record(
        act,
        "notice_posted",
        case=case,
        days=rules.days,
        effective_on=on.isoformat(),
        is_contested=is_contested,
    )


def take_effect(act: Act, case: PromotionCase) -> None:
    """Give the person the new place on the effective day, exactly once, and keep the former one."""
    cases.require_stage(case, Stage.NOTICE)
    cases.advance(act, case, Trigger.TAKE_EFFECT)
    facts = effect.take(act, case)
    journal.record(act, "effect_taken", case=case, **facts)


def _has_others(act: Act, case: PromotionCase) -> bool:
    own = select(Entry.competition_id).where(Entry.case_id == case.id)
    others = (
        select(Entry.id)
        .join(PromotionCase, PromotionCase.id == Entry.case_id)
        .where(Entry.competition_id.in_(own), Entry.case_id != case.id)
        .where(PromotionCase.stage != Stage.WITHDRAWN)
    )
    return act.first(others) is not None
