"""The panels of a competition: who may judge, how they are drawn, and what their judges are asked for."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from workflow import conflicts, contest_tasks, contests
from workflow.act import Act
from workflow.errors import Conflicted, Invalid, TooFewJudges
from workflow.models import Competition, Employee, Entry, Judge, PromotionCase
from workflow.rules import panels as rules
from workflow.rules.conflicts import may_decide
from workflow.rules.draws import seed_for
from workflow.vocabulary import TaskKind

Stake = dict[str, Any]


def seat(
    act: Act, competition: Competition, running: Sequence[PromotionCase], judges: Sequence[Employee]
) -> None:
    """Draw who scores whom and in which order, and give the judges their seats.

    Raises TooFewJudges, Invalid (number for several panels), Conflicted (who and why).
    """
    _require_enough(act, competition, len(running), len(judges))
    stakes = stakes_of(act, running, judges)
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
    panel_of = {people[key].id: panel for key, panel in dealt.judges.items()}
    contests.record(act, "panel_seated", competition, seed=seed, judges=panel_of, order=dealt.running_order)


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


def require_fit(
    act: Act, competition: Competition, running: Sequence[PromotionCase], judge: Employee
) -> None:
    """Refuse a new judge of these cases who has, or had, a seat, has left, or has a stake (Conflicted)."""
    seats = select(Judge.id).where(Judge.competition_id == competition.id, Judge.employee_id == judge.id)
    if act.first(seats) is not None:
        raise Conflicted(people=[{"person": judge.number, "conflicts": ["judge"]}])
    _require_unbiased([judge], stakes_of(act, running, [judge]), [case.id for case in running])


def stakes_of(
    act: Act,
    running: Sequence[PromotionCase],
    judges: Sequence[Employee],
    *,
    despite: Collection[str] = (),
) -> Mapping[tuple[int, int], Stake]:
    """Every stake of a judge in a case, by (judge, case); in one statement, however many enter.

    Stakes that do not bar from this seat are named by their codes in `despite`.
    """
    standings = conflicts.standings_of(act, running, among=[judge.id for judge in judges])
    return {
        (judge.id, case.id): {
            "person": judge.number,
            "case": case.id,
            "conflicts": verdict.facts["conflicts"],
        }
        for case in running
        for judge in judges
        for verdict in [may_decide(str(judge.id), standings[case.id], despite=despite)]
        if not verdict.is_met
    }


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
