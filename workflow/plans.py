"""What is done in the months of mentoring: duties, the plan and its items, talks, checks of performance."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from workflow import cases, journal, mentorships, tasks
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.errors import Invalid, NotFound, NotYourTask
from workflow.mentorships import require
from workflow.models import CheckIn, Employee, Mentorship, PerformanceCheck, PlanItem, PromotionCase
from workflow.vocabulary import PlanItemKind, Stage, TaskKind

LOWEST, HIGHEST = 1, 5

Wanted = Mapping[tuple[PlanItemKind, str], date]


def acknowledge_duties(act: Act, case: PromotionCase) -> None:
    """The promoted person takes note of the duties of the new post."""
    cases.require_stage(case, Stage.MENTORING)
    tasks.complete(act, tasks.mine(act, case, TaskKind.ACKNOWLEDGE_DUTIES))
    case.duties_acknowledged_at = act.now
    journal.record(act, "duties_acknowledged", case=case, post=case.target_post)


def agree_plan(
    act: Act, case: PromotionCase, *, plan: str, items: Sequence[Mapping[str, Any]] | None = None
) -> None:
    """Write the plan with its items or agree to it; what is changed must be agreed to by the other again.

    An item is its kind, title and day; None leaves the items as they are.
    """
    cases.require_stage(case, Stage.MENTORING)
    mentorship = require(act, case)
    tasks.complete(act, tasks.mine(act, case, TaskKind.AGREE_PLAN))
    if not plan.strip():
        raise Invalid(reason="plan_empty")
    wanted = None if items is None else _checked(items, mentorship)
    are_changed = wanted is not None and _replace_items(act, mentorship, wanted)
    if are_changed or plan != mentorship.plan:
        _reopen_for_other(act, case, mentorship)
        mentorship.plan = plan
    _note_consent(act, case, mentorship)


def note_progress(
    act: Act, case: PromotionCase, item_id: int, *, feedback: str, done_on: date | None = None
) -> None:
    """Mentor or mentee notes how a practice task or training goes, and when it was done."""
    mentorship = _with_either(act, case, TaskKind.AGREE_PLAN)
    item = act.first(select(PlanItem).where(PlanItem.id == item_id, PlanItem.mentorship_id == mentorship.id))
    if item is None:
        raise NotFound(kind="plan_item")
    if mentorship.agreed_by_mentor_at is None or mentorship.agreed_by_mentee_at is None:
        raise Invalid(reason="plan_not_agreed")
    _require_note(feedback)
    if done_on is not None and not mentorship.starts_on <= done_on <= mentorships.today(act, case):
        raise Invalid(reason="done_on_outside")
    item.feedback, item.done_on = feedback, done_on or item.done_on
    journal.record(act, "progress_noted", case=case, text=feedback, item=item.id)


def check_in(act: Act, case: PromotionCase, *, day: int, note: str) -> None:
    """Mentor or mentee notes what came out of the talk of that day; the mentor's note ends the task."""
    mentorship = _with_either(act, case, TaskKind.CHECK_IN)
    talk = act.first(select(CheckIn).where(CheckIn.mentorship_id == mentorship.id, CheckIn.day == day))
    if talk is None:
        raise NotFound(kind="check_in", day=day)
    _require_note(note)
    if act.person.id == mentorship.mentor_id:
        tasks.complete(act, tasks.mine(act, case, TaskKind.CHECK_IN, subject_id=talk.id))
        talk.mentor_note, talk.held_on = note, mentorships.today(act, case)
    else:
        talk.mentee_note = note
    journal.record(act, "checked_in", case=case, day=day)


def check_performance(act: Act, case: PromotionCase, *, week: int, rating: int, note: str) -> None:
    """The line manager, or the superior in his place, rates the work so far from 1 to 5 and says why."""
    cases.require_stage(case, Stage.MENTORING)
    mentorship = require(act, case)
    check = act.first(
        select(PerformanceCheck).where(
            PerformanceCheck.mentorship_id == mentorship.id, PerformanceCheck.week == week
        )
    )
    if check is None:
        raise NotFound(kind="performance_check", week=week)
    _require_note(note)
    if not LOWEST <= rating <= HIGHEST:
        raise Invalid(reason="not_one_to_five")
    tasks.complete(act, tasks.mine(act, case, TaskKind.PERFORMANCE_CHECK, subject_id=check.id))
    check.rating, check.note = rating, note
    check.written_at, check.written_by_id = act.now, act.person.id
    journal.record(act, "performance_checked", case=case, week=week)


def _with_either(act: Act, case: PromotionCase, kind: TaskKind) -> Mentorship:
    cases.require_stage(case, Stage.MENTORING)
    mentorship = require(act, case)
    if act.person.id not in (mentorship.mentor_id, mentorship.mentee_id):
        raise NotYourTask(kind=kind)
    return mentorship


def _require_note(note: str) -> None:
    if not note.strip():
        raise Invalid(reason="note_empty")


def _checked(items: Sequence[Mapping[str, Any]], mentorship: Mentorship) -> Wanted:
    wanted: dict[tuple[PlanItemKind, str], date] = {}
    for item in items:
        name = (item["kind"], item["title"].strip())
        if not name[1]:
            raise Invalid(reason="item_without_title")
        if name in wanted:
            raise Invalid(reason="item_twice", title=name[1])
        if not mentorship.starts_on <= item["due_on"] <= mentorship.ends_on:
            raise Invalid(
                reason="item_outside_period",
                title=name[1],
                from_on=mentorship.starts_on,
                until_on=mentorship.ends_on,
            )
        wanted[name] = item["due_on"]
    return wanted


def _replace_items(act: Act, mentorship: Mentorship, wanted: Wanted) -> bool:
    """Bring the items in line; whether anything was changed. What has been worked on cannot be dropped."""
    rows = act.all(select(PlanItem).where(PlanItem.mentorship_id == mentorship.id))
    known = {(item.kind, item.title): item for item in rows}
    dropped = [item for name, item in known.items() if name not in wanted]
    begun = next((item for item in dropped if item.feedback is not None), None)
    if begun is not None:
        raise Invalid(reason="item_begun", title=begun.title)
    for item in dropped:
        act.db.delete(item)
    moved = [
        (item, wanted[name]) for name, item in known.items() if wanted.get(name, item.due_on) != item.due_on
    ]
    for item, due_on in moved:
        item.due_on = due_on
    fresh = {name: due_on for name, due_on in wanted.items() if name not in known}
    act.db.flush()
    act.db.add_all(
        PlanItem(mentorship_id=mentorship.id, kind=kind, title=title, due_on=due_on)
        for (kind, title), due_on in fresh.items()
    )
    act.db.flush()
    return bool(dropped or moved or fresh)


def _reopen_for_other(act: Act, case: PromotionCase, mentorship: Mentorship) -> None:
    other_id = mentorship.mentee_id if act.person.id == mentorship.mentor_id else mentorship.mentor_id
    had_agreed = mentorship.agreed_by_mentee_at or mentorship.agreed_by_mentor_at
    mentorship.agreed_by_mentor_at = mentorship.agreed_by_mentee_at = None
    if had_agreed and other_id is not None:
        mentorships.ask_to_agree(act, case, [act.db.get_one(Employee, other_id)])


def _note_consent(act: Act, case: PromotionCase, mentorship: Mentorship) -> None:
    if act.person.id == mentorship.mentor_id:
        mentorship.agreed_by_mentor_at = act.now
    else:
        mentorship.agreed_by_mentee_at = act.now
    if mentorship.agreed_by_mentor_at and mentorship.agreed_by_mentee_at:
        _schedule_check_ins(act, case, mentorship)
        journal.record(act, "plan_agreed", case=case)
    else:
        journal.record(act, "plan_proposed", case=case)


def _schedule_check_ins(act: Act, case: PromotionCase, mentorship: Mentorship) -> None:
    planned = set(act.all(select(CheckIn.day).where(CheckIn.mentorship_id == mentorship.id)))
    act.db.add_all(
        CheckIn(mentorship_id=mentorship.id, day=day, due_on=mentorship.starts_on + timedelta(days=day))
        for day in step_of(act.db, case).mentoring.check_in_days
        if day not in planned
    )
    act.db.flush()
    mentorships.ask_for_check_ins(act, case, mentorship)
