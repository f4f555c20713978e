"""How the tasks before the committee are done: nomination, signatures, facts, review, competition."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from tests.builders import CHINA, answers, default_contest, evidence
from tests.company import JUDGES
from tests.programs.doing import AtTask
from workflow import (
    competitions,
    data_gaps,
    drafts,
    judging,
    nominations,
    placings,
    rater_objections,
    reviews,
    sites,
    vacancies,
)
from workflow.act import Act
from workflow.models import (
    AssignmentRecord,
    Competition,
    EligibilityFinding,
    Employee,
    Entry,
    Judge,
    MissingFact,
    RaterObjection,
    StageRound,
)
from workflow.permissions import Operation
from workflow.placings import Ties
from workflow.vocabulary import AssignmentKind, TaskKind, TieOrder

_PANELS = (JUDGES, JUDGES, JUDGES, JUDGES, ("J1", "J2"), ("J1", "J2", "C"), ("M6", "M7", "J3"))
_MARKS = (2.0, 3.0, 4.0, 4.0, 4.5, 5.0)


def submit(doing: AtTask) -> None:
    """Write the nomination or leave it as it is, and send it on its way."""
    if doing.happens(0.5):
        written = {"statement": doing.typed, "evidence": {"skill": doing.typed}}
        doing.on(Operation.REVISE_NOMINATION, nominations.write, **written)
    doing.on(Operation.SUBMIT_NOMINATION, nominations.submit)


def write_statement(doing: AtTask) -> None:
    """Take up the draft of a cycle, or stay out."""
    if doing.happens(0.3):
        doing.on(Operation.OPT_OUT, nominations.opt_out)
    else:
        submit(doing)


def consent(doing: AtTask) -> None:
    """Answer to a colleague's nomination."""
    doing.on(Operation.CONSENT, nominations.answer, agrees=doing.happens(0.7), reason=doing.typed)


def approve(doing: AtTask) -> None:
    """Sign, send back or say no."""
    verb = doing.one_of((nominations.approve,) * 6 + (nominations.send_back, nominations.decline))
    name = "comment" if verb is nominations.approve else "reason"
    doing.on(Operation.APPROVE, verb, **{name: doing.typed})


def fix_data(doing: AtTask) -> None:
    """Complete what is missing on file, or only say so."""
    is_completed = doing.happens(0.7)

    def complete(act: Act) -> None:
        data_gaps.complete(act, doing.task.id)
        missing = select(MissingFact.employee_id).where(MissingFact.task_id == doing.task.id)
        for person in act.all(missing) if is_completed else ():
            act.add(
                AssignmentRecord(
                    employee_id=person,
                    kind=AssignmentKind.ROTATION,
                    place=f"Elsewhere {doing.task.id}",
                    months=doing.one_of((3, 9)),
                )
            )

    doing.in_office(Operation.COMPLETE_DATA, complete)


def correct_data(doing: AtTask) -> None:
    """Say that a file is right now."""
    doing.in_office(Operation.COMPLETE_DATA, data_gaps.complete, doing.task.id)


def complete_calendar(doing: AtTask) -> None:
    """Enter a day of the year that is asked for."""
    day = date(int(doing.task.detail or 0), 1, 2)
    given: dict[str, Any] = {"is_worked": True, "name": doing.typed}
    doing.in_office(Operation.KEEP_CALENDARS, sites.change_days, doing.subject_id, day, day, **given)


def check_cycle(doing: AtTask) -> None:
    """Look at a cycle that has opened no draft."""
    doing.in_cycle(doing.door.in_cycle, Operation.CHECK_CYCLE, doing.subject_id, drafts.acknowledge)


def settle_eligibility(doing: AtTask) -> None:
    """Waive a rule, look again, or end the case."""
    if doing.happens(0.3):
        doing.on(Operation.WAIVE, nominations.refuse_ineligible, reason=doing.typed)
        return
    rules = select(EligibilityFinding.rule).where(EligibilityFinding.round_id == doing.case.round_id)
    rule = doing.one_of([None, *doing.all(rules.order_by(EligibilityFinding.rule))])
    doing.on(Operation.WAIVE, nominations.settle_eligibility, rule=rule, reason=doing.typed)


def decide_rater_objection(doing: AtTask) -> None:
    """Uphold or dismiss an objection to a rater."""
    number = select(RaterObjection.number).where(RaterObjection.id == doing.subject_id)
    given: dict[str, Any] = {"is_upheld": doing.happens(0.5), "reason": doing.typed}
    doing.on(Operation.DECIDE_RATER_OBJECTION, rater_objections.decide, doing.all(number)[0], **given)


def review(doing: AtTask) -> None:
    """Fill in the form, begin it, or decline."""
    if doing.happens(0.1):
        doing.on(Operation.FILL_IN_REVIEW, reviews.decline_request, reason=doing.typed)
        return
    value = doing.one_of((1, 2, 3, 4, 4, 4, 4, 5))
    seen = dict.fromkeys(evidence(value), doing.typed)
    if doing.happens(0.1):
        doing.on(Operation.FILL_IN_REVIEW, reviews.save_draft, answers=answers(value), evidence=seen)
        return
    doing.on(Operation.FILL_IN_REVIEW, reviews.submit_form, answers=answers(value), evidence=seen)


def rescue_review(doing: AtTask) -> None:
    """Find a way on for a review without a score."""
    doing.on(Operation.RESCUE_REVIEW, doing.one_of((reviews.waive_score, reviews.widen)), reason=doing.typed)


def decide_entries(doing: AtTask) -> None:
    """Keep a competition with too few entries open, or call it off."""
    if doing.happens(0.4):
        doing.in_contest(competitions.cancel, doing.subject_id, reason=doing.typed)
        return
    later = doing.company.now.astimezone(CHINA).date() + timedelta(days=doing.one_of((-1, 3, 20)))
    doing.in_contest(competitions.extend, doing.subject_id, closes_on=later)


def seat_panel(doing: AtTask) -> None:
    """Name the judges, or change one's mind about the competition."""
    if doing.happens(0.1):
        decide_entries(doing)
        return
    numbers = doing.one_of(_PANELS)

    def seat(act: Act, contest: Competition, field: Any) -> None:
        judging.seat_panel(act, contest, field, [doing.employee(act, number) for number in numbers])

    doing.in_contest(seat, doing.subject_id)


def score(doing: AtTask) -> None:
    """Hand in a sheet."""
    (contest,) = doing.all(_contest_of(doing))
    asked = default_contest().asked_in(contest.round_number)
    sheet = {key: doing.one_of(_MARKS) for key in asked}
    if doing.happens(0.05):
        sheet["charm"] = 9.0
    doing.in_contest(judging.score, contest.id, case_id=doing.case_id, operation=Operation.SCORE, sheet=sheet)


def confirm_score(doing: AtTask) -> None:
    """Stand by a sheet that lies far from the others, or write another."""
    if doing.happens(0.3):
        score(doing)
        return
    (contest,) = doing.all(_contest_of(doing))
    given: dict[str, Any] = {"operation": Operation.SCORE, "evidence": doing.typed}
    doing.in_contest(judging.confirm_score, contest.id, case_id=doing.case_id, **given)


def sign_shortlist(doing: AtTask) -> None:
    """Sign who goes on."""
    doing.in_contest(judging.sign_shortlist, doing.subject_id, reason=doing.typed)


def sign_order_of_merit(doing: AtTask) -> None:
    """Sign the order of merit, with a reason for each tie at the cut or without."""
    tied = select(Entry.case_id).where(Entry.competition_id == doing.subject_id, Entry.is_tied)
    reasons = dict.fromkeys(doing.all(tied), doing.typed) if doing.happens(0.9) else {}
    ties = Ties(order=doing.one_of(tuple(TieOrder)), reasons=reasons)
    doing.in_contest(placings.decide, doing.subject_id, reason=doing.typed, ties=ties)


def replace_judge(doing: AtTask) -> None:
    """Put somebody else in the place of a judge."""
    contest_id = doing.subject_id if doing.task.case_id is None else doing.all(_contest_of(doing))[0].id
    held = or_(Judge.is_seated, Judge.is_vacant())
    places = select(Judge.employee_id).where(Judge.competition_id == contest_id, held)
    missing = doing.all(places.where(Judge.successor_until.is_not(None)).order_by(Judge.id))
    seated, number = doing.all(places.order_by(Judge.id)), doing.one_of(("T1", "X1", "M7"))
    known = missing if missing and doing.happens(0.8) else seated

    def replace(act: Act, found: Competition, field: Any) -> None:
        old = act.db.get_one(Employee, doing.one_of(known))
        vacancies.replace_judge(act, found, field, old=old, new=doing.employee(act, number))

    doing.in_contest(replace, contest_id)


def _contest_of(doing: AtTask) -> Any:
    query = select(Competition).join(Entry, Entry.competition_id == Competition.id)
    query = query.join(StageRound, StageRound.id == Entry.round_id)
    return query.where(StageRound.case_id == doing.case_id).order_by(Competition.id.desc()).limit(1)


EARLY_DEEDS: dict[TaskKind, Callable[[AtTask], None]] = {
    TaskKind.CHECK_CYCLE: check_cycle,
    TaskKind.WRITE_STATEMENT: write_statement,
    TaskKind.CONSENT: consent,
    TaskKind.SUBMIT_NOMINATION: submit,
    TaskKind.REVISE_NOMINATION: submit,
    TaskKind.APPROVE: approve,
    TaskKind.FIX_DATA: fix_data,
    TaskKind.CORRECT_DATA: correct_data,
    TaskKind.COMPLETE_CALENDAR: complete_calendar,
    TaskKind.SETTLE_ELIGIBILITY: settle_eligibility,
    TaskKind.DECIDE_RATER_OBJECTION: decide_rater_objection,
    TaskKind.REVIEW: review,
    TaskKind.RESCUE_REVIEW: rescue_review,
    TaskKind.DECIDE_ENTRIES: decide_entries,
    TaskKind.SEAT_PANEL: seat_panel,
    TaskKind.REPLACE_JUDGE: replace_judge,
    TaskKind.SCORE: score,
    TaskKind.CONFIRM_SCORE: confirm_score,
    TaskKind.SIGN_SHORTLIST: sign_shortlist,
}
