"""Seats for somebody else: judges who have left, are late, or have come to have a stake, and who follows."""

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, and_, delete, or_, select, true, update

from workflow import cases, contest_tasks, contests, panels, scoring
from workflow.act import Act
from workflow.contests import Field
from workflow.errors import Invalid, JudgeNotMissing, NotFound, ScoringClosed
from workflow.models import Competition, Employee, Entry, Judge, PromotionCase, Score, SealedScore
from workflow.vocabulary import ROTATING_SEAT, CompetitionState, TaskKind


def replace_judge(act: Act, competition: Competition, field: Field, *, old: Employee, new: Employee) -> None:
    """Put another judge in the place of one; sealed sheets of the old one go, the new one writes them all.

    Scores of earlier rounds stand. Raises ScoringClosed, OwnCase to an entrant, NotFound if `old` has no
    place, JudgeNotMissing if nothing keeps `old` from judging, Conflicted (who and why).
    """
    contests.refuse_entrant(act, competition)
    if competition.state is not CompetitionState.SCORING:
        raise ScoringClosed(state=competition.state)
    running = contests.running_in(field)
    if not running:
        raise Invalid(reason="no_entries")
    leaving = _place_of(act, competition, old)
    _require_cause(act, competition, running, leaving)
    judged = _judged_by(act, competition, running, leaving)
    panels.require_fit(act, competition, judged, new)
    panel = leaving.panel
    _give_up(act, running, [leaving])
    coming = act.add(Judge(competition_id=competition.id, employee_id=new.id, panel=panel))
    panels.ask_for_sheets(act, competition, judged, only=[coming])
    for case in running:
        cases.free(act, case)
    if not _is_anybody_awaited(act, competition):
        contest_tasks.complete(act, TaskKind.REPLACE_JUDGE, competition)
    look_again(act, competition, running)
    contests.record(act, "judge_replaced", competition, old=old.id, new=new.id)


def see_to(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> list[PromotionCase]:
    """Have HR name others for judges who are missing, and go on without those nobody was named for in time.

    Where a panel would keep fewer judges than the edition asks, nobody is passed over; given back are the
    cases that wait for somebody missing then.
    """
    recuse(act, competition, running)
    missing = look_again(act, competition, running)
    _ask_for_others(act, competition, [judge for judge in missing if judge.successor_until is None])
    over = [judge for judge in missing if judge.successor_until and judge.successor_until <= act.now]
    return _go_on_without(act, competition, running, over) if over else []


def recuse(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> bool:
    """Take their seats from judges who have come to have a stake in an entry of their panel; was there one?

    Their sealed sheets go, those of other entries too: a panel compares what the same judges give, and the
    next one scores every entry. What is open was given without a stake on file, and stands.
    """
    found = _with_a_stake(act, competition, running)
    if not found:
        return False
    act.hand_over()
    for person, conflicts in found.items():
        contests.record(act, "judge_recused", competition, judge=person, conflicts=sorted(conflicts))
    leaving = [judge for judge in scoring.judges(act, competition) if judge.employee_id in found]
    _ask_for_others(act, competition, leaving)
    _unseat(act, running, leaving)
    return True


def look_again(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> Sequence[Judge]:
    """Who is missing now: gone or late with sheets to write, or recused; nobody else is to be replaced."""
    missing = act.all(_missing(act, competition, running))
    for judge in act.all(_awaited(competition)):
        if judge not in missing:
            judge.successor_until = None
    _close_task_if_complete(act, competition)
    return missing


def _place_of(act: Act, competition: Competition, person: Employee) -> Judge:
    place = select(Judge).where(
        Judge.competition_id == competition.id,
        Judge.employee_id == person.id,
        or_(Judge.is_seated, Judge.is_vacant()),
    )
    held = act.first(place)
    if held is None:
        raise NotFound(kind="judge")
    return held


def _require_cause(
    act: Act, competition: Competition, running: Sequence[PromotionCase], judge: Judge
) -> None:
    """Without one, whoever runs the competition could do away with sheets by doing away with their judge."""
    is_missing = judge in act.all(_missing(act, competition, running))
    if not is_missing and judge.employee_id not in _with_a_stake(act, competition, running):
        raise JudgeNotMissing(person=act.db.get_one(Employee, judge.employee_id).number)


def _judged_by(
    act: Act, competition: Competition, running: Sequence[PromotionCase], judge: Judge
) -> list[PromotionCase]:
    entered = {case.id: case for case in running}
    entries = contests.entries_of(act, competition, running)
    return [entered[entry.case_id] for entry in entries if _on([judge], entry.panel)]


def _ask_for_others(act: Act, competition: Competition, judges: Sequence[Judge]) -> None:
    if not judges:
        return
    until = contests.answer_due(act, competition)
    for judge in judges:
        judge.successor_until = until
    contests.ask_hr(act, TaskKind.REPLACE_JUDGE, competition)
    people = [judge.employee_id for judge in judges]
    contests.record(act, "judges_missing", competition, people=people)


def _go_on_without(
    act: Act, competition: Competition, running: Sequence[PromotionCase], judges: Sequence[Judge]
) -> list[PromotionCase]:
    left = [judge for judge in scoring.judges(act, competition) if judge not in judges]
    entries = {entry.case_id: entry for entry in contests.entries_of(act, competition, running)}
    present = {panel: _on(left, panel) for panel in {entry.panel for entry in entries.values()}}
    if min(present.values()) < contests.rules_of(act, competition).minimum_judges:
        return [case for case in running if _on(judges, entries[case.id].panel)]
    people = [judge.employee_id for judge in judges]
    _give_up(act, running, judges)
    _close_task_if_complete(act, competition)
    contests.record(act, "judges_dropped", competition, people=people)
    return []


def _give_up(act: Act, running: Sequence[PromotionCase], judges: Sequence[Judge]) -> None:
    """Give up the places of judges; nobody is to be named for them any more."""
    for judge in judges:
        judge.successor_until = None
    _unseat(act, running, judges)


def _unseat(act: Act, running: Sequence[PromotionCase], judges: Sequence[Judge]) -> None:
    """Take their seats, sealed sheets and tasks from judges; scores that are open stay with their names."""
    keys = [judge.id for judge in judges]
    contest_tasks.take_back_sheets(act, running, [judge.employee_id for judge in judges])
    act.execute(delete(SealedScore).where(SealedScore.judge_id.in_(keys)))
    act.execute(update(Judge).where(Judge.id.in_(keys)).values(is_seated=False))
    with_scores = select(Score.judge_id).where(Score.judge_id.in_(keys))
    over = Judge.successor_until.is_(None)
    act.execute(delete(Judge).where(Judge.id.in_(keys), over, Judge.id.not_in(with_scores)))


def _on(judges: Sequence[Judge], panel: int | None) -> int:
    return sum(judge.panel in (panel, ROTATING_SEAT) for judge in judges)


def _with_a_stake(
    act: Act, competition: Competition, running: Sequence[PromotionCase]
) -> dict[int, set[str]]:
    """The stakes that judges, by person, have come to have in entries of their panels."""
    seats = {judge.employee_id: judge for judge in scoring.judges(act, competition)}
    people = act.all(select(Employee).where(Employee.id.in_(seats)))
    panel = {entry.case_id: entry.panel for entry in contests.entries_of(act, competition, running)}
    found: dict[int, set[str]] = defaultdict(set)
    # A judge is no stranger to his own panel.
    for (person, case), stake in panels.stakes_of(act, running, people, despite={"judge"}).items():
        if _on([seats[person]], panel[case]):
            found[person].update(stake["conflicts"])
    return found


def _close_task_if_complete(act: Act, competition: Competition) -> None:
    act.db.flush()
    if not _is_anybody_awaited(act, competition):
        contest_tasks.close(act, competition, TaskKind.REPLACE_JUDGE)


def _is_anybody_awaited(act: Act, competition: Competition) -> bool:
    return act.first(_awaited(competition)) is not None


def _awaited(competition: Competition) -> Select[Judge]:
    """Query for judges in whose place HR is to name others."""
    return select(Judge).where(Judge.competition_id == competition.id, Judge.successor_until.is_not(None))


def _missing(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> Select[Judge]:
    unwritten = (
        select(Entry.id)
        .outerjoin(SealedScore, (SealedScore.entry_id == Entry.id) & (SealedScore.judge_id == Judge.id))
        .where(
            Entry.competition_id == competition.id,
            Entry.round_id.in_([case.round_id for case in running]),
            Judge.scores(Entry),
            SealedScore.entry_id.is_(None),
        )
        .correlate(Judge)
    )
    assert competition.scores_due_at is not None
    is_late = true() if competition.scores_due_at <= act.now else ~Employee.is_active
    return (
        select(Judge)
        .join(Employee, Employee.id == Judge.employee_id)
        .where(Judge.competition_id == competition.id)
        .where(unwritten.exists(), or_(and_(Judge.is_seated, is_late), Judge.is_vacant()))
        .order_by(Judge.id)
    )
