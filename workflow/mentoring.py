"""The mentoring after a promotion: who mentors, who takes over, and how it ends or goes on."""

from datetime import timedelta

from workflow import cases, effect, journal, mentorships, tasks
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.errors import NotYourTask
from workflow.mentorships import find, require
from workflow.models import CheckIn, Employee, Mentorship, PromotionCase
from workflow.process import Trigger
from workflow.vocabulary import Stage, TaskKind


def begin(act: Act, case: PromotionCase) -> None:
    """Ask HR for a mentor; when mentoring is extended, ask again for what is still to come."""
    mentorships.ask_for_duties(act, case)
    mentorship = find(act, case)
    if mentorship is None:
        mentorships.ask_for_mentor(act, case)
        return
    mentorships.ask_to_confirm(act, case, mentorship)
    mentorships.ask_for_check_ins(act, case, mentorship)
    mentorships.ask_for_performance_checks(act, case, mentorship)


def resume(act: Act, case: PromotionCase) -> None:
    """Ask again for what nobody could do: another mentor, ratings, the decision."""
    mentorship = find(act, case)
    if mentorship is None:
        tasks.close_open(act, case, TaskKind.NAME_MENTOR)
        mentorships.ask_for_mentor(act, case)
        return
    pass_assessments_on(act, case)
    if mentorships.lacks_mentor(act, mentorship):
        replace_mentor(act, case)


def name_mentor(act: Act, case: PromotionCase, mentor: Employee) -> Mentorship:
    """Name the mentor, or one in the place of a mentor who is gone, and ask who must agree the plan.

    Raises MentorUnfit for the candidate, his line manager, whoever has left, has a conflict or no place left.
    """
    cases.require_stage(case, Stage.MENTORING)
    task = tasks.mine(act, case, TaskKind.NAME_MENTOR)
    mentorships.require_fit(act, case, mentor)
    tasks.complete(act, task)
    mentorship = find(act, case)
    if mentorship is None:
        mentorship = mentorships.begin_with(act, case, mentor)
        asked = [mentor, case.candidate]
    else:
        mentorship.mentor_id, mentorship.agreed_by_mentor_at = mentor.id, None
        asked = [mentor]
    mentorships.ask_to_agree(act, case, asked)
    journal.record(act, "mentor_named", case=case, mentor=mentor.id)
    return mentorship


def refuse(act: Act, case: PromotionCase, *, reason: str) -> None:
    """The mentor declines, or hands the mentoring back, with a reason; HR names another."""
    cases.require_stage(case, Stage.MENTORING)
    cases.require_reason(reason)
    mentorship = require(act, case)
    if mentorship.mentor_id != act.person.id:
        raise NotYourTask(kind=TaskKind.AGREE_PLAN)
    assert case.round is not None
    refused = [*case.round.facts.get(REFUSED_BY, ()), act.person.id]
    case.round.facts = case.round.facts | {REFUSED_BY: refused}
    journal.record(act, "mentorship_refused", case=case, text=reason)
    _ask_for_another(act, case)


def replace_mentor(act: Act, case: PromotionCase) -> None:
    """Ask HR for another mentor in the place of one who cannot mentor any more; why is never said."""
    mentorship = require(act, case)
    if mentorship.mentor_id is not None:
        journal.record(act, "mentor_replaced", case=case, mentor=mentorship.mentor_id)
    _ask_for_another(act, case)


def _ask_for_another(act: Act, case: PromotionCase) -> None:
    mentorship = require(act, case)
    if mentorship.mentor_id is not None:
        for kind in (TaskKind.AGREE_PLAN, TaskKind.CHECK_IN):
            tasks.close_open(act, case, kind, assignee_id=mentorship.mentor_id)
    mentorship.mentor_id = mentorship.agreed_by_mentor_at = None
    tasks.close_open(act, case, TaskKind.NAME_MENTOR)
    mentorships.ask_for_mentor(act, case)


def replace_mentor_apart(act: Act, case: PromotionCase) -> None:
    """The same in the place of one who has come to be kept apart from the mentee, if he still mentors."""
    mentorship = require(act, case)
    if mentorship.mentor_id is not None and mentorships.lacks_mentor(act, mentorship):
        replace_mentor(act, case)


def pass_assessments_on(act: Act, case: PromotionCase) -> None:
    """Ask those without a stake who are there for the ratings to come, and for the decision."""
    pass_decision_on(act, case)
    pass_performance_checks_on(act, case)


def pass_decision_on(act: Act, case: PromotionCase) -> None:
    """Ask the next superior, in the place of one who has left or has a stake, how mentoring ends."""
    if mentorships.is_with_somebody_able(act, case, TaskKind.CONFIRM):
        return
    tasks.close_open(act, case, TaskKind.CONFIRM)
    mentorships.ask_to_confirm(act, case, require(act, case))


def pass_performance_checks_on(act: Act, case: PromotionCase) -> None:
    """Ask the next superior, in the place of one who has left or has a stake, for the ratings to come."""
    if mentorships.is_with_somebody_able(act, case, TaskKind.PERFORMANCE_CHECK):
        return
    tasks.close_open(act, case, TaskKind.PERFORMANCE_CHECK)
    mentorships.ask_for_performance_checks(act, case, require(act, case))


def confirm(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Confirm the person in the new post; the case is completed."""
    _conclude(act, case, reason)
    journal.record(act, "mentoring_confirmed", case=case)
    cases.advance(act, case, Trigger.CONFIRM, reason=reason)


def extend(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Extend the mentoring, once."""
    mentorship = _conclude(act, case, reason)
    weeks = step_of(act.db, case).mentoring.extension_weeks
    ends_on = max(mentorship.ends_on, mentorships.today(act, case)) + timedelta(weeks=weeks)
    journal.record(act, "mentoring_extended", case=case, until=ends_on.isoformat())
    cases.advance(act, case, Trigger.EXTEND, reason=reason)
    mentorship.is_extended, mentorship.ends_on = True, ends_on
    # Whoever decides at the end of an extension hears both about the extension.
    day = (mentorship.ends_on - mentorship.starts_on).days
    act.add(CheckIn(mentorship_id=mentorship.id, day=day, due_on=mentorship.ends_on))


def revert(act: Act, case: PromotionCase, *, reason: str, post: str | None = None) -> None:
    """Return the person, with reasons, to the former post and dates, or to another post of that level."""
    _conclude(act, case, reason)
    journal.record(act, "mentoring_reverted", case=case, level=effect.taken_step(act, case).from_level)
    cases.advance(act, case, Trigger.REVERT, reason=reason)
    effect.take_back(act, case, post=post)
    cases.decide(act, case, text=reason, internal_reason="")


REFUSED_BY = "refused_by"


def _conclude(act: Act, case: PromotionCase, reason: str) -> Mentorship:
    cases.require_stage(case, Stage.MENTORING)
    cases.require_reason(reason)
    tasks.complete(act, tasks.mine(act, case, TaskKind.CONFIRM))
    mentorship = require(act, case)
    mentorship.conclusion, mentorship.concluded_at = reason, act.now
    mentorship.concluded_by_id = act.person.id
    return mentorship
