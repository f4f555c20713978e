"""The mentoring after a promotion: name the mentor, agree a plan, meet, then confirm, extend or revert."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from workflow import cases, journal, tasks
from workflow.act import Act
from workflow.approvals import department_approver
from workflow.editions.library import step_of
from workflow.errors import Invalid, MentorUnfit, NotFound, NotYourTask, ReasonMissing
from workflow.models import CareerStep, CheckIn, Employee, Mentorship, PromotionCase
from workflow.process import Trigger
from workflow.rules.deadlines import CLOSE_OF_BUSINESS
from workflow.rules.edition import MentoringRules
from workflow.vocabulary import Stage, TaskKind


def begin(act: Act, case: PromotionCase) -> None:
    """Ask HR for a mentor; when mentoring is extended, ask again for what is still to come."""
    mentorship = find(act, case)
    if mentorship is not None:
        _ask_to_confirm(act, case, mentorship)
        _ask_for_check_ins(act, case, mentorship)
        return
    _ask_for_mentor(act, case)


def resume(act: Act, case: PromotionCase) -> None:
    """Ask again for the confirmation, and HR for another mentor where there is none or he has left."""
    mentorship = find(act, case)
    tasks.close_open(act, case, TaskKind.CONFIRM, TaskKind.NAME_MENTOR)
    if mentorship is None:
        _ask_for_mentor(act, case)
        return
    _ask_to_confirm(act, case, mentorship)
    if not act.db.get_one(Employee, mentorship.mentor_id).is_active:
        tasks.close_open(act, case, assignee_id=mentorship.mentor_id)
        _ask_for_mentor(act, case)


def name_mentor(act: Act, case: PromotionCase, mentor: Employee) -> Mentorship:
    """Name the mentor, or one in the place of a mentor who has left, and ask who must agree the plan.

    Raises MentorUnfit for the candidate, his line manager, whoever has left or has no place left.
    """
    cases.require_stage(case, Stage.MENTORING)
    rules = step_of(act.db, case).mentoring
    task = tasks.mine(act, case, TaskKind.NAME_MENTOR)
    _require_fit(act, case, mentor, rules)
    tasks.complete(act, task)
    mentorship = find(act, case)
    if mentorship is None:
        mentorship = _begin_with(act, case, mentor, rules)
        asked = [mentor, case.candidate]
    else:
        mentorship.mentor_id, mentorship.agreed_by_mentor_at = mentor.id, None
        asked = [mentor]
    due_at = cases.due_in(act, case, rules.plan_days)
    tasks.open_for(act, TaskKind.AGREE_PLAN, case, asked, due_at=due_at)
    journal.record(act, "mentor_named", case=case, mentor=mentor.id)
    return mentorship


def agree_plan(act: Act, case: PromotionCase, *, plan: str) -> None:
    """Write the plan or agree to it; a changed text must be agreed to by the other again."""
    cases.require_stage(case, Stage.MENTORING)
    mentorship = require(act, case)
    tasks.complete(act, tasks.mine(act, case, TaskKind.AGREE_PLAN))
    if not plan.strip():
        raise Invalid(reason="plan_empty")
    if plan != mentorship.plan:
        _reopen_for_other(act, case, mentorship)
        mentorship.plan = plan
    if act.person.id == mentorship.mentor_id:
        mentorship.agreed_by_mentor_at = act.now
    else:
        mentorship.agreed_by_mentee_at = act.now
    if mentorship.agreed_by_mentor_at and mentorship.agreed_by_mentee_at:
        _schedule_check_ins(act, case, mentorship)
        journal.record(act, "plan_agreed", case=case)
    else:
        journal.record(act, "plan_proposed", case=case)


def check_in(act: Act, case: PromotionCase, *, day: int, note: str) -> None:
    """Mentor or mentee notes what came out of the talk of that day; the mentor's note ends the task."""
    cases.require_stage(case, Stage.MENTORING)
    mentorship = require(act, case)
    talk = act.first(select(CheckIn).where(CheckIn.mentorship_id == mentorship.id, CheckIn.day == day))
    if talk is None:
        raise NotFound(kind="check_in", day=day)
    if not note.strip():
        raise Invalid(reason="note_empty")
    if act.person.id == mentorship.mentor_id:
        tasks.complete(act, tasks.mine(act, case, TaskKind.CHECK_IN, subject_id=talk.id))
        talk.mentor_note, talk.held_on = note, act.now.date()
    elif act.person.id == mentorship.mentee_id:
        talk.mentee_note = note
    else:
        raise NotYourTask(kind=TaskKind.CHECK_IN)
    journal.record(act, "checked_in", case=case, day=day)


def confirm(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Confirm the person in the new post; the case is completed."""
    _sign(act, case, reason)
    journal.record(act, "mentoring_confirmed", case=case)
    cases.advance(act, case, Trigger.CONFIRM, reason=reason)


def extend(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Extend the mentoring, once."""
    mentorship = require(act, case)
    _sign(act, case, reason)
    weeks = step_of(act.db, case).mentoring.extension_weeks
    ends_on = max(mentorship.ends_on, act.now.date()) + timedelta(weeks=weeks)
    journal.record(act, "mentoring_extended", case=case, until=ends_on.isoformat())
    cases.advance(act, case, Trigger.EXTEND, reason=reason)
    mentorship.is_extended, mentorship.ends_on = True, ends_on
    # Whoever decides at the end of an extension hears both about the extension.
    day = (mentorship.ends_on - mentorship.starts_on).days
    act.add(CheckIn(mentorship_id=mentorship.id, day=day, due_on=mentorship.ends_on))


def revert(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Return the person to the former level and post, with reasons; the former dates come back too."""
    _sign(act, case, reason)
    taken = act.first(
        select(CareerStep).where(CareerStep.case_id == case.id, CareerStep.is_reversal.is_(False))
    )
    assert taken is not None
    journal.record(act, "mentoring_reverted", case=case, level=taken.from_level)
    cases.advance(act, case, Trigger.REVERT, reason=reason)
    _go_back(act, case, taken)
    cases.decide(act, case, text=reason, internal_reason="")


def find(act: Act, case: PromotionCase) -> Mentorship | None:
    """The mentorship of a case, or None before a mentor is named."""
    return act.first(select(Mentorship).where(Mentorship.case_id == case.id))


def require(act: Act, case: PromotionCase) -> Mentorship:
    """The mentorship of a case; raises NotFound before a mentor is named."""
    mentorship = find(act, case)
    if mentorship is None:
        raise NotFound(kind="mentorship")
    return mentorship


def _ask_for_mentor(act: Act, case: PromotionCase) -> None:
    due_at = cases.due_in(act, case, step_of(act.db, case).mentoring.naming_days)
    cases.ask_hr(act, case, TaskKind.NAME_MENTOR, due_at=due_at)


def _begin_with(act: Act, case: PromotionCase, mentor: Employee, rules: MentoringRules) -> Mentorship:
    starts_on = act.now.date()
    mentorship = act.add(
        Mentorship(
            case_id=case.id,
            mentee_id=case.candidate_id,
            mentor_id=mentor.id,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(weeks=rules.weeks),
        )
    )
    _ask_to_confirm(act, case, mentorship)
    return mentorship


def _require_fit(act: Act, case: PromotionCase, mentor: Employee, rules: MentoringRules) -> None:
    # Two cases may be given the same mentor at once; his row is what both wait for.
    act.first(select(Employee.id).where(Employee.id == mentor.id).with_for_update())
    mentees = act.first(
        select(func.count())
        .select_from(Mentorship)
        .join(PromotionCase, PromotionCase.id == Mentorship.case_id)
        .where(
            Mentorship.mentor_id == mentor.id,
            PromotionCase.id != case.id,
            PromotionCase.stage == Stage.MENTORING,
        )
    )
    obstacles = {
        "candidate": mentor.id == case.candidate_id,
        "line_manager": mentor.id == case.candidate.manager_id,
        "left": not mentor.is_active,
        "no_capacity": (mentees or 0) >= rules.maximum_mentees,
    }
    reason = next((name for name, stands in obstacles.items() if stands), None)
    if reason:
        raise MentorUnfit(reason=reason, maximum=rules.maximum_mentees)


def _ask_to_confirm(act: Act, case: PromotionCase, mentorship: Mentorship) -> None:
    due_at = _evening(case, mentorship.ends_on)
    decider = department_approver(act, case)
    if decider is None:
        cases.ask_hr(act, case, TaskKind.CONFIRM, due_at=due_at)
    else:
        tasks.open_for(act, TaskKind.CONFIRM, case, [decider], due_at=due_at)


def _reopen_for_other(act: Act, case: PromotionCase, mentorship: Mentorship) -> None:
    other_id = mentorship.mentee_id if act.person.id == mentorship.mentor_id else mentorship.mentor_id
    had_agreed = mentorship.agreed_by_mentee_at or mentorship.agreed_by_mentor_at
    mentorship.agreed_by_mentor_at = mentorship.agreed_by_mentee_at = None
    if had_agreed:
        other = act.db.get_one(Employee, other_id)
        due_at = cases.due_in(act, case, step_of(act.db, case).mentoring.plan_days)
        tasks.open_for(act, TaskKind.AGREE_PLAN, case, [other], due_at=due_at)


def _schedule_check_ins(act: Act, case: PromotionCase, mentorship: Mentorship) -> None:
    planned = set(act.all(select(CheckIn.day).where(CheckIn.mentorship_id == mentorship.id)))
    act.db.add_all(
        CheckIn(mentorship_id=mentorship.id, day=day, due_on=mentorship.starts_on + timedelta(days=day))
        for day in step_of(act.db, case).mentoring.check_in_days
        if day not in planned
    )
    act.db.flush()
    _ask_for_check_ins(act, case, mentorship)


def _ask_for_check_ins(act: Act, case: PromotionCase, mentorship: Mentorship) -> None:
    mentor = act.db.get_one(Employee, mentorship.mentor_id)
    to_come = select(CheckIn).where(CheckIn.mentorship_id == mentorship.id, CheckIn.mentor_note.is_(None))
    for talk in act.all(to_come.order_by(CheckIn.day)):
        due_at = _evening(case, talk.due_on)
        tasks.open_for(act, TaskKind.CHECK_IN, case, [mentor], due_at=due_at, subject_id=talk.id)


def _sign(act: Act, case: PromotionCase, reason: str) -> None:
    cases.require_stage(case, Stage.MENTORING)
    if not reason.strip():
        raise ReasonMissing()
    tasks.complete(act, tasks.mine(act, case, TaskKind.CONFIRM))


def _go_back(act: Act, case: PromotionCase, taken: CareerStep) -> None:
    person = case.candidate
    act.add(
        CareerStep(
            employee_id=person.id,
            case_id=case.id,
            effective_on=act.now.date(),
            is_reversal=True,
            from_track=person.track,
            from_level=person.level,
            from_post=person.post,
            from_level_since=person.level_since,
            to_track=taken.from_track,
            to_level=taken.from_level,
            to_post=taken.from_post,
        )
    )
    person.track, person.level, person.post = taken.from_track, taken.from_level, taken.from_post
    person.level_since = taken.from_level_since


def _evening(case: PromotionCase, day: date) -> datetime:
    return datetime.combine(day, CLOSE_OF_BUSINESS, tzinfo=ZoneInfo(case.candidate.time_zone))
