"""The panels of a competition: who may judge, how they are drawn, and judges who leave or are late."""

import secrets
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import delete, func, select, update

from workflow import cases, conflicts, contest_tasks, contests, scoring
from workflow.act import Act
from workflow.contests import Field
from workflow.errors import Conflicted, Invalid, NotFound, ScoringClosed, TooFewJudges
from workflow.models import Competition, Employee, Entry, Judge, PromotionCase, Score, SealedScore
from workflow.rules import panels as rules
from workflow.rules.conflicts import may_decide
from workflow.rules.draws import seed_for
from workflow.vocabulary import ROTATING_SEAT, CompetitionState, TaskKind

Stake = dict[str, object]


def seat(
    act: Act, competition: Competition, running: Sequence[PromotionCase], judges: Sequence[Employee]
) -> None:
    """Draw who scores whom and in which order, and give the judges their seats.

    Raises TooFewJudges, Invalid (number for several panels), Conflicted (who and why).
    """
    _require_enough(act, competition, len(running), len(judges))
    stakes = _stakes(act, running, judges)
    entries = {str(entry.id): entry for entry in contests.entries_of(act, competition, running)}
    people = {str(judge.id): judge for judge in judges}
    secret = secrets.token_hex(16)
    seed = seed_for({"competition": competition.id}, [*entries, *people], secret)
    barred = {
        key: {judge for judge in people if (int(judge), entry.case_id) in stakes}
        for key, entry in entries.items()
    }
    dealt = rules.deal(seed, entries=list(entries), judges=list(people), barred=barred)
    _require_unbiased(judges, stakes, {entries[key].case_id for key in dealt.left_over})
    for position, key in enumerate(dealt.running_order, start=1):
        entries[key].panel, entries[key].position = dealt.entries[key], position
    act.db.add_all(
        Judge(competition_id=competition.id, employee_id=people[key].id, panel=panel)
        for key, panel in dealt.judges.items()
    )
    act.db.flush()
    numbers = {people[key].number: panel for key, panel in dealt.judges.items()}
    contests.record(act, "panel_seated", competition, seed=seed, judges=numbers, order=dealt.running_order)


def ask_for_sheets(
    act: Act,
    competition: Competition,
    running: Sequence[PromotionCase],
    *,
    only: Sequence[Judge] | None = None,
) -> None:
    """Give the judges the edition's days, and ask each, or only some, for a sheet per entry of his panel."""
    days = contests.rules_of(act, competition).scoring_days
    due_at = competition.scores_due_at = contests.due_in(act, competition, days)
    by_round = {case.round_id: case for case in running}
    for case in running:
        assert case.round is not None
        case.round.due_at = due_at
    seats = (
        select(Entry, Employee)
        .join(Judge, Judge.scores(Entry))
        .join(Employee, Employee.id == Judge.employee_id)
        .where(Entry.competition_id == competition.id, Entry.round_id.in_(by_round), Judge.is_seated)
        .order_by(Entry.position, Judge.id)
    )
    if only is not None:
        seats = seats.where(Judge.id.in_([judge.id for judge in only]))
    asked = [(by_round[entry.round_id], entry, person) for entry, person in act.execute(seats).all()]
    contest_tasks.ask_for_sheets(act, TaskKind.SCORE, asked, edition_id=competition.edition_id, due_at=due_at)


def replace_judge(act: Act, competition: Competition, field: Field, *, old: Employee, new: Employee) -> None:
    """Put another judge in the seat of one; the sealed sheets of the old one go, the new one writes them all.

    Scores of earlier rounds stand. Raises ScoringClosed, OwnCase to an entrant, NotFound if `old` has no
    seat, Conflicted (who and why).
    """
    contests.refuse_entrant(act, competition, field)
    if competition.state is not CompetitionState.SCORING:
        raise ScoringClosed(state=competition.state)
    running = contests.running_in(field)
    if not running:
        raise Invalid(reason="no_entries")
    leaving = next((one for one in scoring.judges(act, competition) if one.employee_id == old.id), None)
    if leaving is None:
        raise NotFound(kind="judge")
    judged = _judged_by(act, competition, running, leaving)
    _require_fit(act, competition, judged, new)
    panel = leaving.panel
    unseat(act, competition, running, [leaving])
    coming = act.add(Judge(competition_id=competition.id, employee_id=new.id, panel=panel))
    ask_for_sheets(act, competition, judged, only=[coming])
    for case in running:
        cases.free(act, case)
    contests.record(act, "judge_replaced", competition, old=old.number, new=new.number)


def drop_missing(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> list[PromotionCase]:
    """Take their seats from judges who have left, or are late, with sheets to write.

    If a panel would keep fewer judges than the edition asks, all keep their seats; given back are the
    cases that wait for somebody missing then.
    """
    missing = _missing(act, competition, running)
    if not missing:
        return []
    minimum = contests.rules_of(act, competition).minimum_judges
    left = [judge for judge in scoring.judges(act, competition) if judge not in missing]
    entries = {entry.case_id: entry for entry in contests.entries_of(act, competition, running)}
    present = {panel: _on(left, panel) for panel in {entry.panel for entry in entries.values()}}
    if min(present.values()) < minimum:
        return [case for case in running if _on(missing, entries[case.id].panel)]
    unseat(act, competition, running, missing)
    people = [judge.employee_id for judge in missing]
    contests.record(act, "judges_dropped", competition, people=people)
    return []


def unseat(
    act: Act, competition: Competition, running: Sequence[PromotionCase], judges: Sequence[Judge]
) -> None:
    """Take their seats, sealed sheets and tasks from judges; scores that are open stay with their names."""
    keys = [judge.id for judge in judges]
    contest_tasks.take_back_sheets(act, running, [judge.employee_id for judge in judges])
    act.execute(delete(SealedScore).where(SealedScore.judge_id.in_(keys)))
    with_scores = select(Score.judge_id).where(Score.judge_id.in_(keys))
    act.execute(update(Judge).where(Judge.id.in_(keys)).values(is_seated=False))
    act.execute(delete(Judge).where(Judge.id.in_(keys), Judge.id.not_in(with_scores)))


def _on(judges: Sequence[Judge], panel: int | None) -> int:
    return sum(judge.panel in (panel, ROTATING_SEAT) for judge in judges)


def _require_enough(act: Act, competition: Competition, entries: int, judges: int) -> None:
    enough = rules.are_enough(entries, judges, contests.rules_of(act, competition))
    if enough.reason == "wrong_number_of_judges":
        raise TooFewJudges(**enough.facts, given=judges)
    if not enough.is_met:
        raise Invalid(reason=enough.reason, **enough.facts, given=judges)


def _require_unbiased(
    judges: Sequence[Employee], stakes: Mapping[tuple[int, int], Stake], cases_hit: Collection[int]
) -> None:
    people: list[Stake] = [stake for (_, case), stake in stakes.items() if case in cases_hit]
    people += [{"person": judge.number, "conflicts": ["left"]} for judge in judges if not judge.is_active]
    if people:
        raise Conflicted(people=people)


def _require_fit(
    act: Act, competition: Competition, running: Sequence[PromotionCase], judge: Employee
) -> None:
    seats = select(Judge.id).where(Judge.competition_id == competition.id, Judge.employee_id == judge.id)
    if act.first(seats) is not None:
        raise Conflicted(people=[{"person": judge.number, "conflicts": ["judge"]}])
    _require_unbiased([judge], _stakes(act, running, [judge]), [case.id for case in running])


def _stakes(
    act: Act, running: Sequence[PromotionCase], judges: Sequence[Employee]
) -> Mapping[tuple[int, int], Stake]:
    """Every stake of a judge in a case, by (judge, case); in one statement, however many enter."""
    standings = conflicts.standings_of(act, running, among=[judge.id for judge in judges])
    return {
        (judge.id, case.id): {
            "person": judge.number,
            "case": case.id,
            "conflicts": verdict.facts["conflicts"],
        }
        for case in running
        for judge in judges
        for verdict in [may_decide(str(judge.id), standings[case.id])]
        if not verdict.is_met
    }


def _judged_by(
    act: Act, competition: Competition, running: Sequence[PromotionCase], judge: Judge
) -> list[PromotionCase]:
    entered = {case.id: case for case in running}
    entries = contests.entries_of(act, competition, running)
    return [entered[entry.case_id] for entry in entries if _on([judge], entry.panel)]


def _missing(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> Sequence[Judge]:
    rounds = [case.round_id for case in running]
    unwritten = (
        select(func.count())
        .select_from(Entry)
        .outerjoin(SealedScore, (SealedScore.entry_id == Entry.id) & (SealedScore.judge_id == Judge.id))
        .where(
            Entry.competition_id == competition.id,
            Entry.round_id.in_(rounds),
            Judge.scores(Entry),
            SealedScore.entry_id.is_(None),
        )
        .correlate(Judge)
        .scalar_subquery()
    )
    query = select(Judge).where(Judge.competition_id == competition.id, Judge.is_seated, unwritten > 0)
    assert competition.scores_due_at is not None
    if competition.scores_due_at > act.now:
        query = query.join(Employee, Employee.id == Judge.employee_id).where(~Employee.is_active)
    return act.all(query)
