"""Judging a competition round by round: panels, sealed sheets, their opening, and who goes on."""

from collections.abc import Sequence
from fractions import Fraction

from sqlalchemy import select

from workflow import cases, conflicts, contest_tasks, contests, journal, panels, scoring, tasks, vacancies
from workflow.act import Act
from workflow.contests import Field
from workflow.errors import Invalid, NotFound, ScoringClosed
from workflow.models import Competition, Employee, Entry, Judge, PromotionCase, Task
from workflow.process import Trigger
from workflow.rules.sheets import faults_of
from workflow.rules.shortlist import Listed, shortlist
from workflow.vocabulary import CompetitionState, TaskKind, TaskState

_CONFIRMING_DAYS = 2


def seat_panel(act: Act, competition: Competition, field: Field, judges: Sequence[Employee]) -> None:
    """Draw the panels from the judges HR names, and ask each for a sheet per entry of his panel.

    Raises StageMoved unless entries are closed, OwnCase to an entrant, Invalid (too few entries, number of
    judges), Conflicted (who and why).
    """
    contests.refuse_entrant(act, competition)
    contests.require_state(competition, CompetitionState.CLOSED)
    running = contests.running_in(field)
    minimum = contests.rules_of(act, competition).minimum_entries
    if len(running) < minimum:
        raise Invalid(reason="too_few_entries", entries=len(running), minimum=minimum)
    panels.seat(act, competition, running, list({judge.id: judge for judge in judges}.values()))
    contest_tasks.complete(act, TaskKind.SEAT_PANEL, competition)
    contest_tasks.complete(act, TaskKind.DECIDE_ENTRIES, competition)
    competition.state = CompetitionState.SCORING
    panels.ask_for_sheets(act, competition, running)


def score(
    act: Act, competition: Competition, field: Field, case: PromotionCase, *, sheet: dict[str, float]
) -> None:
    """Hand in one's sheet of the round for an entry, or replace it while any sheet is missing.

    Raises ScoringClosed, NotFound to whoever has no seat on its panel, Invalid with every fault.
    """
    judge, entry = _seat(act, competition, case)
    faults = faults_of(sheet, contests.rules_of(act, competition).asked_in(competition.round_number))
    if faults:
        raise Invalid(reason="sheet_incomplete", faults=faults)
    scoring.put_away(act, entry, judge, sheet)
    task = tasks.latest(act, case, TaskKind.SCORE, assignee_id=act.person.id)
    if task is not None and task.state is TaskState.OPEN:
        tasks.complete(act, task)
        journal.record(act, "score_entered", case=case)
    tasks.complete_secret(act, case, TaskKind.CONFIRM_SCORE)
    act.db.flush()
    if judge.successor_until is not None:
        vacancies.look_again(act, competition, contests.running_in(field))
    open_if_all_in(act, competition, field)


def confirm_score(
    act: Act, competition: Competition, field: Field, case: PromotionCase, *, evidence: str
) -> None:
    """Stand by a sheet that lies far from the others, with evidence; it counts as it is.

    Raises ScoringClosed, NotFound or TaskClosed where nobody is asked, ReasonMissing.
    """
    judge, entry = _seat(act, competition, case)
    tasks.mine(act, case, TaskKind.CONFIRM_SCORE)
    cases.require_reason(evidence)
    scoring.put_evidence(act, entry, judge, evidence)
    tasks.complete_secret(act, case, TaskKind.CONFIRM_SCORE)
    journal.record(act, "score_confirmed", case=case)
    act.db.flush()
    open_if_all_in(act, competition, field)


def declare_interest(
    act: Act, competition: Competition, field: Field, case: PromotionCase, *, reason: str
) -> None:
    """Declare an interest in an entry: the judge loses the seat with every sheet that is still sealed.

    HR names another for all entries of the panel. Raises ScoringClosed, NotFound as `score`, ReasonMissing.
    """
    _seat(act, competition, case)
    cases.require_reason(reason)
    conflicts.declare(act, case, reason)
    vacancies.recuse(act, competition, contests.running_in(field))


def see_to_panels(act: Act, competition: Competition, field: Field) -> None:
    """Have judges replaced who have left, are late or have come to have a stake; HR has days to name others.

    After that their panels go on without them; with too few other judges, what waits for them is stuck.
    """
    running = contests.running_in(field)
    if competition.state is CompetitionState.SCORING and running:
        for case in vacancies.see_to(act, competition, running):
            cases.mark_stuck(act, case, "judge_missing")
        _stop_waiting_for_evidence(act, running)
    open_if_all_in(act, competition, field)


def open_if_all_in(act: Act, competition: Competition, field: Field) -> None:
    """Open all sheets of the round at once when none is missing and none waits to be confirmed."""
    running = contests.running_in(field)
    if competition.state is not CompetitionState.SCORING or not running:
        return
    if scoring.missing_sheets(act, competition, running) or vacancies.recuse(act, competition, running):
        return
    if _is_in_doubt(act, competition, running):
        return
    act.hand_over()
    vacancies.look_again(act, competition, running)
    entries = scoring.open_sheets(act, competition, running)
    competition.state = CompetitionState.SCORED
    for case in running:
        cases.free(act, case)
    contests.record(
        act, "scores_opened", competition, entries=len(running), round=contests.round_of(act, competition).key
    )
    _after_round(act, competition, entries, field)


def sign_shortlist(act: Act, competition: Competition, field: Field, *, reason: str) -> None:
    """Pass over who is not on the shortlist, signed by HR with a reason, and begin the next round.

    Raises StageMoved unless a round but the last is open, OwnCase to an entrant, ReasonMissing.
    """
    contests.refuse_entrant(act, competition)
    cases.require_reason(reason)
    contests.require_state(competition, CompetitionState.SCORED)
    if contests.is_last_round(act, competition):
        raise Invalid(reason="order_of_merit_follows")
    contest_tasks.complete(act, TaskKind.SIGN_SHORTLIST, competition)
    entries = contests.entries_of(act, competition, contests.running_in(field))
    listed = _list(act, competition, entries)
    for entry in entries:
        if not listed[entry.id].goes_on:
            _pass_over(act, competition, field[entry.case_id], reason)
    contests.record(
        act,
        "shortlist_signed",
        competition,
        text=reason,
        places={key: one.rank for key, one in listed.items()},
    )
    _begin_next_round(act, competition, contests.running_in(field))


def _after_round(act: Act, competition: Competition, entries: list[Entry], field: Field) -> None:
    if contests.is_last_round(act, competition):
        scoring.build_up(act, competition, entries, field)
        scoring.rank(act, competition, entries)
        contests.ask_hr(act, TaskKind.WRITE_DECISION, competition, detail="order_of_merit")
    elif all(one.goes_on for one in _list(act, competition, entries).values()):
        _begin_next_round(act, competition, [field[entry.case_id] for entry in entries])
    else:
        contests.ask_hr(act, TaskKind.SIGN_SHORTLIST, competition)


def _list(act: Act, competition: Competition, entries: Sequence[Entry]) -> dict[int, Listed]:
    """Note for each entry whether it goes on and why; without a shortlist everybody does."""
    share = contests.round_of(act, competition).shortlist or Fraction(1)
    scores = {str(entry.id): entry.score for entry in entries if entry.score is not None}
    listed = {int(one.key): one for one in shortlist(scores, share=share, seats=competition.seats)}
    for entry in entries:
        entry.shortlisted = listed[entry.id].reason
    return listed


def _pass_over(act: Act, competition: Competition, case: PromotionCase, reason: str) -> None:
    cases.decide(act, case, text=reason, internal_reason="")
    journal.record(
        act, "not_shortlisted", case=case, competition=competition.id, round=competition.round_number
    )
    cases.advance(act, case, Trigger.PASS_OVER, reason=reason)


def _begin_next_round(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> None:
    competition.round_number += 1
    competition.state = CompetitionState.SCORING
    act.db.flush()
    panels.ask_for_sheets(act, competition, running)
    contests.record(act, "round_begun", competition, round=contests.round_of(act, competition).key)


def _is_in_doubt(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> bool:
    """Whether a sheet waits to be confirmed; those far from the others are looked for once a round."""
    by_round = {case.round_id: case for case in running}
    doubted = scoring.doubt(act, competition, running)
    asked = [
        (by_round[entry.round_id], entry, act.db.get_one(Employee, judge.employee_id))
        for entry, judge in doubted
    ]
    due_at = contests.due_in(act, competition, _CONFIRMING_DAYS)
    edition_id = competition.edition_id
    contest_tasks.ask_for_sheets(act, TaskKind.CONFIRM_SCORE, asked, edition_id=edition_id, due_at=due_at)
    waiting = select(Task.id).where(
        Task.round_id.in_(by_round), Task.kind == TaskKind.CONFIRM_SCORE, Task.state == TaskState.OPEN
    )
    return act.first(waiting) is not None


def _stop_waiting_for_evidence(act: Act, running: Sequence[PromotionCase]) -> None:
    """Take what is not confirmed in time, or by somebody who has left, as it is."""
    late = (
        select(Task)
        .join(Employee, Employee.id == Task.assignee_id)
        .where(
            Task.round_id.in_([case.round_id for case in running]),
            Task.kind == TaskKind.CONFIRM_SCORE,
            Task.state == TaskState.OPEN,
            (Task.due_at <= act.now) | ~Employee.is_active,
        )
    )
    by_round = {case.round_id: case for case in running}
    for task in act.all(late):
        case = by_round[task.round_id]
        tasks.close_open(act, case, TaskKind.CONFIRM_SCORE, assignee_id=task.assignee_id)


def _seat(act: Act, competition: Competition, case: PromotionCase) -> tuple[Judge, Entry]:
    """The seat of the person who acts, and the entry he scores."""
    entry = scoring.require_entry(act, competition, case)
    seat = select(Judge).join(Entry, Judge.scores(Entry))
    mine = seat.where(Entry.id == entry.id, Judge.employee_id == act.person.id, Judge.is_seated)
    judge = act.first(mine)
    if judge is None:
        raise NotFound(kind="competition", id=competition.id)
    if competition.state is not CompetitionState.SCORING:
        raise ScoringClosed(state=competition.state)
    return judge, entry
