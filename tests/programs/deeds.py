"""How each kind of task is done by whoever holds it, with whatever that person may decide."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.programs.doing import AtTask
from tests.programs.early_deeds import EARLY_DEEDS, replace_judge, sign_order_of_merit
from workflow import (
    arrivals,
    committees,
    decisions,
    letters,
    mentoring,
    objections,
    places,
    plans,
    reserve,
    reviews,
)
from workflow.act import Act
from workflow.models import CheckIn, Committee, Mentorship, PerformanceCheck, PromotionCase
from workflow.permissions import Operation
from workflow.vocabulary import Choice, PlanItemKind, Stage, TaskKind

_MENTORS = ("T1", "T1", "T1", "L1", "C", "P2", "M2")
_STEPS = (Stage.REVIEW, Stage.COMPETITION, Stage.COMMITTEE, Stage.COMMITTEE, Stage.DRAFT)


def _open_ballot(doing: AtTask) -> None:
    passed_over = doing.all(places.before(doing.case_id)) if doing.happens(0.3) else ()
    deviation = dict.fromkeys(passed_over, doing.typed)
    doing.contend(Operation.OPEN_BALLOT, doing.case_id, committees.open_ballot, deviation=deviation)


def _cast(doing: AtTask) -> None:
    if doing.happens(0.08):
        doing.on(Operation.RECUSE, committees.recuse, reason=doing.typed)
        return
    choice = doing.one_of((*Choice, *[Choice.YES] * 4))
    reason = doing.typed if doing.happens(0.3) else ""
    doing.on(Operation.CAST_BALLOT, committees.cast_ballot, choice=choice, reason=reason)


def _decide(doing: AtTask) -> None:
    if doing.task.case_id is None:
        sign_order_of_merit(doing)
        return
    stage, text = doing.case.stage, {"text": doing.typed, "internal_reason": doing.typed}
    if stage is Stage.REVIEW:
        doing.on(Operation.RESCUE_REVIEW, reviews.confirm_shortfall, reason=doing.typed)
    elif stage is Stage.RESERVE:
        doing.on(Operation.RUN_COMPETITION, reserve.expire, **text)
    else:
        days = doing.one_of((None, None, 0, 20, 90, 400))
        on = None if days is None else doing.company.now.date() + timedelta(days=days)
        given: dict[str, Any] = {**text, "effective_on": on}
        doing.contend(Operation.RECORD_DECISION, doing.case_id, decisions.record_decision, **given)


def _release(doing: AtTask) -> None:
    doing.in_cycle(doing.door.releasing, Operation.RELEASE_DECISIONS, doing.subject_id, decisions.release)


def _decide_objection(doing: AtTask) -> None:
    verb: Callable[..., Any] = objections.dismiss
    given: dict[str, Any] = {"reason": doing.typed}
    if doing.happens(0.5):
        verb, given["step"] = objections.uphold, doing.one_of(_STEPS)
    doing.on(Operation.DECIDE_OBJECTION, verb, doing.subject_id, **given)


def _acknowledge_letter(doing: AtTask) -> None:
    doing.on(Operation.ACKNOWLEDGE_LETTER, letters.acknowledge, doing.subject_id)


def _name_mentor(doing: AtTask) -> None:
    number = doing.one_of(_MENTORS)

    def name(act: Act, case: PromotionCase) -> None:
        mentoring.name_mentor(act, case, doing.employee(act, number))

    doing.on(Operation.NAME_MENTOR, name)


def _agree_plan(doing: AtTask) -> None:
    if doing.happens(0.1):
        doing.on(Operation.REFUSE_MENTORSHIP, mentoring.refuse, reason=doing.typed)
        return
    (mentorship,) = doing.all(select(Mentorship).where(Mentorship.case_id == doing.case_id))
    plan = mentorship.plan if mentorship.plan and doing.happens(0.7) else doing.typed
    due_on = mentorship.starts_on + timedelta(days=doing.one_of((10, 10, 10, 999)))
    item = {"kind": doing.one_of(tuple(PlanItemKind)), "title": doing.typed[:200], "due_on": due_on}
    given: dict[str, Any] = {"plan": plan, "items": [item] if doing.happens(0.2) else None}
    doing.on(Operation.AGREE_PLAN, plans.agree_plan, **given)


def _check_in(doing: AtTask) -> None:
    days = doing.all(select(CheckIn.day).where(CheckIn.id == doing.subject_id))
    doing.on(Operation.CHECK_IN, plans.check_in, day=days[0], note=doing.typed)


def _check_performance(doing: AtTask) -> None:
    weeks = doing.all(select(PerformanceCheck.week).where(PerformanceCheck.id == doing.subject_id))
    given: dict[str, Any] = {"week": weeks[0], "rating": doing.one_of((0, 1, 3, 4, 5)), "note": doing.typed}
    doing.on(Operation.CHECK_PERFORMANCE, plans.check_performance, **given)


def _conclude(doing: AtTask) -> None:
    verb = doing.one_of((mentoring.confirm, mentoring.extend, mentoring.revert))
    doing.on(Operation.CLOSE_MENTORING, verb, reason=doing.typed)


def _unblock(doing: AtTask) -> None:
    """Set up the step again, with another judge or committee where that is what is missing."""
    stage = doing.case.stage
    if doing.task.detail == "judge_missing" and doing.happens(0.7):
        replace_judge(doing)
    elif stage is Stage.COMMITTEE and doing.happens(0.5):
        committee = doing.one_of([*doing.all(select(Committee.id).order_by(Committee.id)), 999])
        doing.on(Operation.REFER_TO_COMMITTEE, committees.refer, committee_id=committee)
    else:
        doing.on(Operation.RETRY, arrivals.retry)


DEEDS: dict[TaskKind, Callable[[AtTask], None]] = {
    **EARLY_DEEDS,
    TaskKind.OPEN_BALLOT: _open_ballot,
    TaskKind.CAST_BALLOT: _cast,
    TaskKind.WRITE_DECISION: _decide,
    TaskKind.RELEASE_DECISIONS: _release,
    TaskKind.DECIDE_OBJECTION: _decide_objection,
    TaskKind.ACKNOWLEDGE_LETTER: _acknowledge_letter,
    TaskKind.NAME_MENTOR: _name_mentor,
    TaskKind.ACKNOWLEDGE_DUTIES: lambda doing: doing.on(
        Operation.ACKNOWLEDGE_DUTIES, plans.acknowledge_duties
    ),
    TaskKind.AGREE_PLAN: _agree_plan,
    TaskKind.CHECK_IN: _check_in,
    TaskKind.PERFORMANCE_CHECK: _check_performance,
    TaskKind.CONFIRM: _conclude,
    TaskKind.UNBLOCK: _unblock,
}
