"""The mentoring after a promotion: name the mentor, agree a plan, meet, then confirm, extend or revert."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from workflow import cases, journal, tasks
from workflow.act import Act
from workflow.approvals import department_approver
from workflow.editions.library import step_of
from workflow.errors import AlreadyExists, Invalid, MentorUnfit, NotFound, NotYourTask, ReasonMissing
from workflow.models import CareerStep, CheckIn, Employee, Mentorship, PromotionCase
from workflow.process import Trigger
from workflow.rules.deadlines import CLOSE_OF_BUSINESS
from workflow.rules.edition import MentoringRules
from workflow.vocabulary import Role, Stage, TaskKind


def begin(act: Act, case: PromotionCase) -> None:
    """Ask HR for a mentor; when mentoring is extended, ask again for what is still to come."""
    mentorship = find(act, case)
    if mentorship is not None:
        _ask_to_confirm(act, case, mentorship)
        _ask_for_check_ins(act, case, mentorship)
        return
    rules = step_of(act.db, case).mentoring
    due_at = cases.due_in(act, case, rules.naming_days)
    tasks.open_for_role(act, TaskKind.NAME_MENTOR, case, Role.HR, due_at=due_at)


def resume(act: Act, case: PromotionCase) -> None:
    """Ask again for the confirmation, where whoever should give it has left."""
    mentorship = find(act, case)
    tasks.close_open(act, case, TaskKind.CONFIRM)
    if mentorship is not None:
        _ask_to_confirm(act, case, mentorship)


def name_mentor(act: Act, case: PromotionCase, mentor: Employee) -> Mentorship:
    """Name the mentor and ask both to agree a plan.

    Raises MentorUnfit for the candidate, his line manager, whoever has left or has no place left.
    """
    cases.require_stage(case, Stage.MENTORING)
    rules = step_of(act.db, case).mentoring
    task = tasks.mine(act, case, TaskKind.NAME_MENTOR)
    _require_fit(act, case, mentor, rules)
    tasks.complete(act, task)
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
    due_at = cases.due_in(act, case, rules.plan_days)
    tasks.open_for(act, TaskKind.AGREE_PLAN, case, [mentor, case.candidate], due_at=due_at)
    _ask_to_confirm(act, case, mentorship)
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
    _close(act, case, Trigger.CONFIRM, reason)
    journal.record(act, "mentoring_confirmed", case=case)


def extend(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Extend the mentoring, once."""
    mentorship = require(act, case)
    _close(act, case, Trigger.EXTEND, reason)
    mentorship.is_extended = True
    weeks = step_of(act.db, case).mentoring.extension_weeks
    mentorship.ends_on = max(mentorship.ends_on, act.now.date()) + timedelta(weeks=weeks)
    # Whoever decides at the end of an extension hears both about the extension.
    day = (mentorship.ends_on - mentorship.starts_on).days
    act.add(CheckIn(mentorship_id=mentorship.id, day=day, due_on=mentorship.ends_on))
    journal.record(act, "mentoring_extended", case=case, until=mentorship.ends_on.isoformat())


def revert(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Return the person to the former level and post, with reasons; the former dates come back too."""
    _close(act, case, Trigger.REVERT, reason)
    taken = act.first(
        select(CareerStep).where(CareerStep.case_id == case.id, CareerStep.is_reversal.is_(False))
    )
    assert taken is not None
    _go_back(act, case, taken)
    cases.decide(act, case, text=reason, internal_reason="")
    journal.record(act, "mentoring_reverted", case=case, level=taken.from_level)


def find(act: Act, case: PromotionCase) -> Mentorship | None:
    """The mentorship of a case, or None before a mentor is named."""
    return act.first(select(Mentorship).where(Mentorship.case_id == case.id))


def require(act: Act, case: PromotionCase) -> Mentorship:
    """The mentorship of a case; raises NotFound before a mentor is named."""
    mentorship = find(act, case)
    if mentorship is None:
        raise NotFound(kind="mentorship")
    return mentorship


def _require_fit(act: Act, case: PromotionCase, mentor: Employee, rules: MentoringRules) -> None:
    if find(act, case) is not None:
        raise AlreadyExists(kind="mentorship")
    # Two cases may be given the same mentor at once; his row is what both wait for.
    act.first(select(Employee.id).where(Employee.id == mentor.id).with_for_update())
    mentees = act.first(
        select(func.count())
        .select_from(Mentorship)
        .join(PromotionCase, PromotionCase.id == Mentorship.case_id)
        .where(Mentorship.mentor_id == mentor.id, PromotionCase.stage == Stage.MENTORING)
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
        tasks.open_for_role(act, TaskKind.CONFIRM, case, Role.HR, due_at=due_at)
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
    act.db.add_all(
        CheckIn(mentorship_id=mentorship.id, day=day, due_on=mentorship.starts_on + timedelta(days=day))
        for day in step_of(act.db, case).mentoring.check_in_days
    )
    act.db.flush()
    _ask_for_check_ins(act, case, mentorship)


def _ask_for_check_ins(act: Act, case: PromotionCase, mentorship: Mentorship) -> None:
    mentor = act.db.get_one(Employee, mentorship.mentor_id)
    to_come = select(CheckIn).where(CheckIn.mentorship_id == mentorship.id, CheckIn.mentor_note.is_(None))
    for talk in act.all(to_come.order_by(CheckIn.day)):
        due_at = _evening(case, talk.due_on)
        tasks.open_for(act, TaskKind.CHECK_IN, case, [mentor], due_at=due_at, subject_id=talk.id)


def _close(act: Act, case: PromotionCase, trigger: Trigger, reason: str) -> None:
    cases.require_stage(case, Stage.MENTORING)
    if not reason.strip():
        raise ReasonMissing()
    tasks.complete(act, tasks.mine(act, case, TaskKind.CONFIRM))
    cases.advance(act, case, trigger, reason=reason)


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
