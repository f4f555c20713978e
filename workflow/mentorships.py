"""A mentorship on file, and the tasks it brings: who is asked for what, and until when."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from workflow import cases, tasks
from workflow.act import Act
from workflow.approvals import department_approver
from workflow.editions.library import edition_of, step_of
from workflow.errors import MentorUnfit, NotFound
from workflow.kept_apart import are_apart
from workflow.models import CheckIn, Employee, Mentorship, PerformanceCheck, PromotionCase, Task
from workflow.relations import barred_from
from workflow.rules.deadlines import local_day, local_evening
from workflow.rules.edition import Wording
from workflow.superiors import superiors
from workflow.vocabulary import Stage, TaskKind, TaskState


def find(act: Act, case: PromotionCase) -> Mentorship | None:
    """The mentorship of a case, or None before a mentor is named."""
    return act.first(select(Mentorship).where(Mentorship.case_id == case.id))


def require(act: Act, case: PromotionCase) -> Mentorship:
    """The mentorship of a case; raises NotFound before a mentor is named."""
    mentorship = find(act, case)
    if mentorship is None:
        raise NotFound(kind="mentorship")
    return mentorship


def lacks_mentor(act: Act, mentorship: Mentorship) -> bool:
    """Whether nobody mentors: not named yet, gone, or kept apart from the mentee by now."""
    mentor = select(Employee.id).where(Employee.id == mentorship.mentor_id, Employee.is_active)
    return act.first(mentor.where(~are_apart(mentorship.mentee_id, mentorship.mentor_id))) is None


def today(act: Act, case: PromotionCase) -> date:
    """The day it is for the mentee."""
    return local_day(act.now, case.candidate.time_zone)


def begin_with(act: Act, case: PromotionCase, mentor: Employee) -> Mentorship:
    """Put a mentorship on file that begins today, and ask who must decide and rate in it."""
    rules, starts_on = step_of(act.db, case).mentoring, today(act, case)
    mentorship = act.add(
        Mentorship(
            case_id=case.id,
            mentee_id=case.candidate_id,
            mentor_id=mentor.id,
            starts_on=starts_on,
            ends_on=starts_on + timedelta(weeks=rules.weeks),
        )
    )
    ask_to_confirm(act, case, mentorship)
    ask_for_performance_checks(act, case, mentorship)
    return mentorship


def require_fit(act: Act, case: PromotionCase, mentor: Employee) -> None:
    """Refuse whoever may not mentor here (MentorUnfit): candidate, line manager, gone, or no place left.

    Who is kept apart from the candidate has a `conflict`; why is not told.
    """
    maximum = step_of(act.db, case).mentoring.maximum_mentees
    # Two cases may be given the same mentor at once; his row is what both wait for.
    act.first(select(Employee.id).where(Employee.id == mentor.id).with_for_update(key_share=True))
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
    decider, assessed = department_approver(act, case), _assesses(act, case, mentor)
    obstacles = {
        "candidate": mentor.id == case.candidate_id,
        "line_manager": mentor.id == case.candidate.manager_id,
        "decider": (decider is not None and mentor.id == decider.id) or TaskKind.CONFIRM in assessed,
        "assessor": TaskKind.PERFORMANCE_CHECK in assessed,
        "conflict": act.first(select(are_apart(case.candidate_id, mentor.id))),
        "left": not mentor.is_active,
        "no_capacity": (mentees or 0) >= maximum,
    }
    reason = next((name for name, stands in obstacles.items() if stands), None)
    if reason:
        raise MentorUnfit(reason=reason, maximum=maximum)


def _assesses(act: Act, case: PromotionCase, person: Employee) -> set[TaskKind]:
    """What somebody has to decide or to rate in the mentoring, be it handed over to him."""
    waits = select(Task.kind).where(Task.case_id == case.id, Task.state == TaskState.OPEN)
    of_mentoring = waits.where(Task.kind.in_((TaskKind.CONFIRM, TaskKind.PERFORMANCE_CHECK)))
    return set(act.all(of_mentoring.where(Task.assignee_id == person.id)))


def duties_of(act: Act, case: PromotionCase) -> tuple[Wording, ...]:
    """What the new post asks of its holder; empty where the edition says nothing."""
    post = edition_of(act.db, case.edition_id).post(case.target_post)
    return post.duties if post is not None else ()


def ask_for_mentor(act: Act, case: PromotionCase) -> None:
    """Ask HR to name a mentor."""
    due_at = cases.due_in(act, case, step_of(act.db, case).mentoring.naming_days)
    cases.ask_hr(act, case, TaskKind.NAME_MENTOR, due_at=due_at)


def ask_for_duties(act: Act, case: PromotionCase) -> None:
    """Ask the promoted person to acknowledge the duties of the new post, where it has any."""
    if duties_of(act, case) and case.duties_acknowledged_at is None:
        due_at = cases.due_in(act, case, step_of(act.db, case).mentoring.plan_days)
        tasks.open_for(act, TaskKind.ACKNOWLEDGE_DUTIES, case, [case.candidate], due_at=due_at)


def ask_to_agree(act: Act, case: PromotionCase, people: Iterable[Employee]) -> None:
    """Ask for the plan, or for consent to it."""
    due_at = cases.due_in(act, case, step_of(act.db, case).mentoring.plan_days)
    tasks.open_for(act, TaskKind.AGREE_PLAN, case, list(people), due_at=due_at)


def ask_to_confirm(act: Act, case: PromotionCase, mentorship: Mentorship) -> None:
    """Ask the head of the department, or whoever stands above, to decide by the last day; else HR."""
    due_at = evening(case, mentorship.ends_on)
    decider = department_approver(act, case)
    if decider is None:
        cases.ask_hr(act, case, TaskKind.CONFIRM, due_at=due_at)
    else:
        tasks.open_for(act, TaskKind.CONFIRM, case, [decider], due_at=due_at)


def ask_for_check_ins(act: Act, case: PromotionCase, mentorship: Mentorship) -> None:
    """Ask the mentor for the talks that have not been held."""
    if mentorship.mentor_id is None:
        return
    mentor = act.db.get_one(Employee, mentorship.mentor_id)
    to_come = select(CheckIn).where(CheckIn.mentorship_id == mentorship.id, CheckIn.mentor_note.is_(None))
    for talk in act.all(to_come.order_by(CheckIn.day)):
        due_at = evening(case, talk.due_on)
        tasks.open_for(act, TaskKind.CHECK_IN, case, [mentor], due_at=due_at, subject_id=talk.id)


def ask_for_performance_checks(act: Act, case: PromotionCase, mentorship: Mentorship) -> None:
    """Ask the line manager, or the next superior without a stake, to rate the work at regular intervals."""
    _plan_performance_checks(act, case, mentorship)
    barred = {mentorship.mentor_id, *barred_from(act, case)}
    line = superiors(act, case.candidate)
    able = (one for one in line if one.is_active and one.manager_id != case.candidate_id)
    assessor = next((one for one in able if one.id not in barred), None)
    to_come = select(PerformanceCheck).where(
        PerformanceCheck.mentorship_id == mentorship.id, PerformanceCheck.written_at.is_(None)
    )
    for check in act.all(to_come.order_by(PerformanceCheck.week)):
        due_at, kind = evening(case, check.due_on), TaskKind.PERFORMANCE_CHECK
        if assessor is None:
            cases.ask_hr(act, case, kind, due_at=due_at, subject_id=check.id)
        else:
            tasks.open_for(act, kind, case, [assessor], due_at=due_at, subject_id=check.id)


def is_with_somebody_able(act: Act, case: PromotionCase, kind: TaskKind) -> bool:
    """Whether each open task of the kind waits for a person who is there, without a stake, and no report."""
    waits = select(Task.id).where(Task.case_id == case.id, Task.kind == kind, Task.state == TaskState.OPEN)
    able = waits.join(Employee, Employee.id == Task.assignee_id).where(
        Employee.is_active,
        Employee.manager_id.is_distinct_from(case.candidate_id),
        Employee.id.not_in(barred_from(act, case)),
    )
    open_ones = set(act.all(waits))
    return bool(open_ones) and open_ones == set(act.all(able))


def evening(case: PromotionCase, day: date) -> datetime:
    """The close of business on that day where the mentee is."""
    return local_evening(day, case.candidate.time_zone)


def _plan_performance_checks(act: Act, case: PromotionCase, mentorship: Mentorship) -> None:
    interval = step_of(act.db, case).mentoring.performance_check_weeks
    last = (mentorship.ends_on - mentorship.starts_on).days // 7
    known = select(PerformanceCheck.week).where(PerformanceCheck.mentorship_id == mentorship.id)
    planned = set(act.all(known))
    act.db.add_all(
        PerformanceCheck(
            mentorship_id=mentorship.id, week=week, due_on=mentorship.starts_on + timedelta(weeks=week)
        )
        for week in range(interval, last + 1, interval)
        if week not in planned
    )
    act.db.flush()
