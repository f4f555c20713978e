"""The panel of a competition: who may judge, what each is asked for, and judges who leave or are late."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select

from workflow import cases, conflicts, journal, scoring, tasks
from workflow.act import Act
from workflow.errors import Conflicted, Invalid, NotFound, OwnCase, ScoringClosed
from workflow.models import Competition, Employee, Entry, Judge, PromotionCase, SealedScore
from workflow.rules.conflicts import may_decide
from workflow.vocabulary import CompetitionState, Stage, TaskKind


def running_in(field: Mapping[int, PromotionCase]) -> list[PromotionCase]:
    """The cases of the field that are still in the competition."""
    return [case for case in field.values() if case.stage is Stage.COMPETITION]


def refuse_entrant(act: Act, field: Mapping[int, PromotionCase]) -> None:
    """Refuse to let an entrant run the competition (OwnCase)."""
    if act.person.id in {case.candidate_id for case in field.values()}:
        raise OwnCase()


def require_fit(act: Act, running: Sequence[PromotionCase], judges: Sequence[Employee]) -> None:
    """Refuse whoever has left, has a stake in an entry or sits on its panel already (Conflicted)."""
    conflicted = [
        {"person": judge.number, "case": case.id, "conflicts": verdict.facts["conflicts"]}
        for case in running
        for standing in [conflicts.standing_of(act, case)]
        for judge in judges
        for verdict in [may_decide(str(judge.id), standing)]
        if not verdict.is_met
    ]
    left = [{"person": judge.number, "conflicts": ["left"]} for judge in judges if not judge.is_active]
    if conflicted or left:
        raise Conflicted(people=conflicted + left)


def seat(
    act: Act, competition: Competition, running: Sequence[PromotionCase], judges: Sequence[Employee]
) -> None:
    """Give the judges their seats and the edition's days, and ask each for a sheet per entry."""
    rules = scoring.rules_of(act, running[0])
    due_at = competition.scores_due_at = cases.due_in(act, running[0], rules.scoring_days)
    act.db.add_all(Judge(competition_id=competition.id, employee_id=judge.id) for judge in judges)
    act.db.flush()
    for case in running:
        entry = scoring.require_entry(act, competition, case)
        tasks.open_for(act, TaskKind.SCORE, case, judges, due_at=due_at, subject_id=entry.id)


def replace_judge(
    act: Act, competition: Competition, field: Mapping[int, PromotionCase], *, old: Employee, new: Employee
) -> None:
    """Put another judge in the place of one; the sheets of the old one go, the new one writes them all.

    Raises ScoringClosed, OwnCase to an entrant, NotFound if `old` is no judge, Conflicted (who and why).
    """
    refuse_entrant(act, field)
    if competition.state is not CompetitionState.SCORING or scoring.are_open(act, competition):
        raise ScoringClosed(state=competition.state)
    running = running_in(field)
    if not running:
        raise Invalid(reason="no_entries")
    leaving = [judge for judge in scoring.judges(act, competition) if judge.employee_id == old.id]
    if not leaving:
        raise NotFound(kind="judge")
    require_fit(act, running, [new])
    _unseat(act, running, leaving)
    seat(act, competition, running, [new])
    for case in running:
        cases.free(act, case)
    chain = f"competition/{competition.id}"
    journal.record(act, "judge_replaced", chain=chain, old=old.number, new=new.number)


def drop_missing(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> bool:
    """Take their seats from judges who have left, or are late, with sheets to write.

    False, and all keep their seats, if fewer judges would be left than the edition asks.
    """
    missing = _missing(act, competition, running)
    left = len(scoring.judges(act, competition)) - len(missing)
    if left < scoring.rules_of(act, running[0]).minimum_judges:
        return False
    if missing:
        _unseat(act, running, missing)
        people = [judge.employee_id for judge in missing]
        journal.record(act, "judges_dropped", chain=f"competition/{competition.id}", people=people)
    return True


def _missing(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> Sequence[Judge]:
    written = (
        select(func.count())
        .select_from(SealedScore)
        .join(Entry, Entry.id == SealedScore.entry_id)
        .where(SealedScore.judge_id == Judge.id, Entry.round_id.in_([case.round_id for case in running]))
        .scalar_subquery()
    )
    query = select(Judge).where(Judge.competition_id == competition.id, written < len(running))
    assert competition.scores_due_at is not None
    if competition.scores_due_at > act.now:
        query = query.join(Employee, Employee.id == Judge.employee_id).where(~Employee.is_active)
    return act.all(query)


def _unseat(act: Act, running: Sequence[PromotionCase], judges: Sequence[Judge]) -> None:
    keys = [judge.id for judge in judges]
    for case in running:
        for judge in judges:
            tasks.close_open(act, case, TaskKind.SCORE, assignee_id=judge.employee_id)
    act.execute(delete(SealedScore).where(SealedScore.judge_id.in_(keys)))
    act.execute(delete(Judge).where(Judge.id.in_(keys)))
