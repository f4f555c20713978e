"""What time itself does: closes what is over and lets decisions take effect, one case a transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any

import structlog
from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from workflow import (
    agenda,
    ballots,
    cases,
    chairs,
    committees,
    competitions,
    drafts,
    embargo,
    letters,
    mentoring,
    nominations,
    notices,
    objections,
    reviews,
    tasks,
)
from workflow.act import Act
from workflow.errors import Refusal
from workflow.models import (
    Competition,
    Cycle,
    EligibilityFinding,
    Employee,
    Entry,
    Objection,
    PromotionCase,
    ReviewOutcome,
    ReviewRequest,
    Score,
    Seat,
    StageRound,
    Task,
    Vote,
    Waiver,
)
from workflow.store import Door
from workflow.vocabulary import (
    CHAIRS_TASKS,
    CONFIDENTIAL_TASKS,
    OPEN_STAGES,
    Answer,
    CompetitionState,
    ObjectionState,
    RequestState,
    Source,
    Stage,
    TaskKind,
    TaskState,
)

_log = structlog.get_logger()

# Does what is due to the case, the competition or the cycle of that key.
Deed = Callable[[Door, int, datetime], None]

# Who hands a task on whose holder has left; a case with a task of another kind is stuck until HR acts.
HAND_ON: dict[TaskKind, Callable[[Act, PromotionCase], None]] = {
    TaskKind.SUBMIT_NOMINATION: nominations.replace_author,
    TaskKind.REVISE_NOMINATION: nominations.replace_author,
    TaskKind.APPROVE: nominations.resume,
    TaskKind.ACKNOWLEDGE_LETTER: letters.give_up,
    TaskKind.AGREE_PLAN: mentoring.replace_mentor,
    TaskKind.CHECK_IN: mentoring.replace_mentor,
    TaskKind.PERFORMANCE_CHECK: mentoring.pass_performance_checks_on,
    TaskKind.CONFIRM: mentoring.pass_decision_on,
}


def run(door: Door, *, now: datetime) -> dict[str, int]:
    """Do everything whose time has come; safe with any number of clocks, since each act re-checks.

    Returns how many cases (or competitions) each kind of act touched. What refuses waits for the next sweep.
    """
    shared = _share_tasks(door, now)
    done = {
        name: sum(_does(deed, door, key, now) for key in _ids(door, find(now)))
        for name, (find, deed) in _SWEEPS.items()
    }
    return {**done, "tasks_shared": shared}


def _ids(door: Door, query: Select[int]) -> Sequence[int]:
    with Session(door.engine) as db:
        return db.scalars(query.distinct()).all()


def _does(deed: Deed, door: Door, key: int, now: datetime) -> int:
    try:
        deed(door, key, now)
    except Refusal as refusal:
        _log.info("sweep_refused", deed=deed.__name__, key=key, code=refusal.code)
        return 0
    except Exception:  # one broken case must not stop the clock for all others
        _log.exception("sweep_failed", deed=deed.__name__, key=key)
        return 0
    return 1


def _share_tasks(door: Door, now: datetime) -> int:
    try:
        with door.acting(now=now) as act:
            return tasks.share_role_tasks(act)
    except Refusal as refusal:  # another clock has just shared them, or the next one will
        _log.info("sweep_refused", deed="share_role_tasks", code=refusal.code)
        return 0


def _to_case(verb: Callable[[Act, PromotionCase], None]) -> Deed:
    @wraps(verb)
    def deed(door: Door, key: int, now: datetime) -> None:
        with door.changing(key, now=now) as (act, case):
            verb(act, case)

    return deed


def _to_competition(verb: Callable[[Act, Competition, dict[int, PromotionCase]], None]) -> Deed:
    @wraps(verb)
    def deed(door: Door, key: int, now: datetime) -> None:
        with door.competing(key, now=now) as (act, competition, field):
            verb(act, competition, field)

    return deed


def _to_cycle(verb: Callable[[Act, Cycle], None]) -> Deed:
    @wraps(verb)
    def deed(door: Door, key: int, now: datetime) -> None:
        with door.in_cycle(key, now=now) as (act, cycle):
            verb(act, cycle)

    return deed


def _open_drafts(door: Door, key: int, now: datetime) -> None:
    """Chunk by chunk, each a transaction of its own, so that nobody waits long and nothing is done twice."""
    is_more = True
    while is_more:
        with door.in_cycle(key, now=now) as (act, cycle):
            is_more = drafts.open_some(act, cycle)


def _cycles_begun(now: datetime) -> Select[int]:
    return select(Cycle.id).where(
        Cycle.opens_drafts,
        Cycle.drafts_opened_at.is_(None),
        Cycle.opens_on <= now.date(),
        Cycle.closes_on >= now.date(),
    )


def _drafts_over(now: datetime) -> Select[int]:
    return (
        select(PromotionCase.id)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(PromotionCase.stage == Stage.DRAFT, StageRound.due_at <= now, Employee.is_active)
    )


def _facts_completed(_now: datetime) -> Select[int]:
    """Signed cases with a rule that is still unknown, and for which nobody of HR has a task any more."""
    task = Task.state == TaskState.OPEN
    waived = exists().where(Waiver.case_id == PromotionCase.id, Waiver.rule == EligibilityFinding.rule)
    awaited = exists().where(
        task,
        Task.kind == TaskKind.FIX_DATA,
        Task.subject_id == Employee.department_id,
        Task.detail == EligibilityFinding.rule,
    )
    return (
        select(PromotionCase.id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .join(EligibilityFinding, EligibilityFinding.round_id == PromotionCase.round_id)
        .where(PromotionCase.stage == Stage.NOMINATED, EligibilityFinding.answer == Answer.UNKNOWN)
        .where(~waived, ~awaited, ~exists().where(task, Task.case_id == PromotionCase.id))
        .where(PromotionCase.stuck_reason.is_(None))
    )


def _reviews_over(now: datetime) -> Select[int]:
    published = select(ReviewOutcome.round_id).where(ReviewOutcome.round_id == StageRound.id)
    return (
        select(PromotionCase.id)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .where(PromotionCase.stage == Stage.REVIEW, StageRound.due_at <= now, ~published.exists())
    )


def _raters_gone(_now: datetime) -> Select[int]:
    """Open reviews in which somebody who has left is still asked for a form about somebody else."""
    published = select(ReviewOutcome.round_id).where(ReviewOutcome.round_id == PromotionCase.round_id)
    return (
        select(PromotionCase.id)
        .join(ReviewRequest, ReviewRequest.round_id == PromotionCase.round_id)
        .join(Employee, Employee.id == ReviewRequest.rater_id)
        .where(PromotionCase.stage == Stage.REVIEW, ReviewRequest.state == RequestState.ASKED)
        .where(ReviewRequest.source != Source.SELF, ~Employee.is_active, ~published.exists())
    )


def _votes_over(now: datetime) -> Select[int]:
    return (
        select(PromotionCase.id)
        .join(Vote, Vote.round_id == PromotionCase.round_id)
        .where(PromotionCase.stage == Stage.COMMITTEE, Vote.closed_at.is_(None), Vote.closes_at <= now)
    )


def _effects_due(now: datetime) -> Select[int]:
    objected = select(Objection.round_id).where(Objection.state == ObjectionState.OPEN)
    return (
        select(PromotionCase.id)
        .join(StageRound, StageRound.id == PromotionCase.round_id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(PromotionCase.stage == Stage.NOTICE, Employee.is_active)
        .where(StageRound.due_at <= now, PromotionCase.effect_at <= now, StageRound.id.not_in(objected))
    )


def _candidates_gone(_now: datetime) -> Select[int]:
    return (
        select(PromotionCase.id)
        .join(Employee, Employee.id == PromotionCase.candidate_id)
        .where(~Employee.is_active, PromotionCase.stage.in_(OPEN_STAGES))
    )


def _chairs_gone(now: datetime) -> Select[int | None]:
    """Cases whose chair has left, or is no longer in office in the committee they are before."""
    in_office = exists().where(
        Seat.committee_id == PromotionCase.committee_id,
        Seat.employee_id == Task.assignee_id,
        ~Seat.is_alternate,
        ballots.is_in_office(now.date()),
    )
    return (
        select(Task.case_id)
        .join(Employee, Employee.id == Task.assignee_id)
        .join(PromotionCase, PromotionCase.round_id == Task.round_id)
        .where(Task.state == TaskState.OPEN, Task.kind.in_(CHAIRS_TASKS))
        .where(PromotionCase.stage == Stage.COMMITTEE, or_(~Employee.is_active, ~in_office))
    )


def _places_gone(_now: datetime) -> Select[int]:
    return select(PromotionCase.id).where(agenda.waits_without_place())


def _releases_unasked(_now: datetime) -> Select[int | None]:
    """Cycles whose decisions wait while HR has no task to release them."""
    asked = exists().where(
        Task.kind == TaskKind.RELEASE_DECISIONS,
        Task.subject_id == PromotionCase.cycle_id,
        Task.state == TaskState.OPEN,
    )
    return select(PromotionCase.cycle_id).where(PromotionCase.pending.is_not(None), ~asked)


def _people_gone(_now: datetime) -> Select[int]:
    """Cases that wait for somebody who has left; reviews, scores and votes are closed without him."""
    held = _held_by_the_gone().where(Task.kind.not_in(CONFIDENTIAL_TASKS))
    return select(PromotionCase.id).where(PromotionCase.stuck_reason.is_(None), PromotionCase.id.in_(held))


def _roles_empty(_now: datetime) -> Select[int]:
    """Cases with a task of a role that nobody who could do it holds any more."""
    held_by_nobody = PromotionCase.id.in_(tasks.held_by_nobody())
    return select(PromotionCase.id).where(PromotionCase.stuck_reason.is_(None), held_by_nobody)


def _held_by_the_gone() -> Select[int | None]:
    return (
        select(Task.case_id)
        .join(Employee, Employee.id == Task.assignee_id)
        .where(Task.state == TaskState.OPEN, ~Employee.is_active, Task.case_id.is_not(None))
    )


def _judges_missing(now: datetime) -> Select[int]:
    """Competitions with a sheet to come from somebody who has left or is late, unless HR knows."""
    return (
        select(Competition.id)
        .join(Entry, Entry.competition_id == Competition.id)
        .join(PromotionCase, PromotionCase.id == Entry.case_id)
        .join(Task, and_(Task.subject_id == Entry.id, Task.kind == TaskKind.SCORE))
        .join(Employee, Employee.id == Task.assignee_id)
        .where(
            Competition.state == CompetitionState.SCORING,
            Task.state == TaskState.OPEN,
            PromotionCase.stuck_reason.is_distinct_from("judge_missing"),
            or_(Competition.scores_due_at <= now, ~Employee.is_active),
        )
    )


def _sheets_complete(_now: datetime) -> Select[int]:
    """Competitions without an open task to score whose sheets are still sealed."""
    of_entry = Entry.competition_id == Competition.id
    asked = exists().where(of_entry, Task.subject_id == Entry.id, Task.kind == TaskKind.SCORE)
    opened = exists().where(of_entry, Score.entry_id == Entry.id)
    return select(Competition.id).where(
        Competition.state == CompetitionState.SCORING, ~asked.where(Task.state == TaskState.OPEN), ~opened
    )


def _withdraw(act: Act, case: PromotionCase) -> None:
    if not case.candidate.is_active:
        cases.withdraw(act, case, reason="candidate_has_left")


def _hand_on(act: Act, case: PromotionCase) -> None:
    held = tasks.held_by_the_gone(act, case)
    # One verb may hand several kinds on.
    for verb in dict.fromkeys(HAND_ON[kind] for kind in sorted(held) if kind in HAND_ON):
        verb(act, case)
    if tasks.held_by_the_gone(act, case) - CONFIDENTIAL_TASKS:
        cases.mark_stuck(act, case, "somebody_has_left")


def _ask_others(act: Act, case: PromotionCase) -> None:
    if case.stage is Stage.NOTICE:
        objections.resume(act, case)
    else:
        cases.mark_stuck(act, case, "nobody_in_role")


_SWEEPS: dict[str, tuple[Callable[[datetime], Select[Any]], Deed]] = {
    "drafts_opened": (_cycles_begun, _open_drafts),
    "raters_replaced": (_raters_gone, _to_case(reviews.replace_gone)),
    "reviews_closed": (_reviews_over, _to_case(reviews.close_due)),
    "votes_closed": (_votes_over, _to_case(committees.close_due)),
    "effects_taken": (_effects_due, _to_case(notices.take_effect)),
    "cases_withdrawn": (_candidates_gone, _to_case(_withdraw)),
    "drafts_settled": (_drafts_over, _to_case(nominations.settle_draft)),
    "facts_looked_at": (_facts_completed, _to_case(nominations.look_again)),
    "judges_missed": (_judges_missing, _to_competition(competitions.go_on_without_missing)),
    "sheets_opened": (_sheets_complete, _to_competition(competitions.open_if_all_in)),
    "chairs_replaced": (_chairs_gone, _to_case(chairs.pass_on)),
    "cases_set_aside": (_places_gone, _to_case(agenda.set_aside)),
    "releases_asked": (_releases_unasked, _to_cycle(embargo.ask_for_release)),
    "tasks_handed_on": (_people_gone, _to_case(_hand_on)),
    "roles_found_empty": (_roles_empty, _to_case(_ask_others)),
}
