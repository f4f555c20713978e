"""A judge who comes to have a stake in an entry of his panel is replaced, whatever he has scored by then."""

import pytest
from sqlalchemy import select, update

from tests.builders import a_competition, a_contested_case, score_round, seat_judges
from tests.company import JUDGES, Company
from tests.workflow.contests import (
    competition_tasks,
    hand_in,
    in_contest,
    put_forward,
    round_reached,
    rows,
    state,
    three_entries,
    withdraw,
)
from workflow import judging, relations, sweeps, vacancies
from workflow.errors import Conflicted, NotFound, ReasonMissing
from workflow.journal import verify
from workflow.models import (
    Employee,
    Entry,
    JournalEntry,
    Judge,
    PromotionCase,
    Recusal,
    Score,
    SealedScore,
)
from workflow.relations import Relation
from workflow.vocabulary import CompetitionState, Level, Stage, TaskKind

FOUR = (*JUDGES, "T1")


def judged(company: Company, judges: tuple[str, ...] = JUDGES) -> tuple[int, list[int]]:
    contest, *entrants = three_entries(company)
    seat_judges(company, contest, judges)
    return contest, entrants


def becomes_manager(company: Company, judge: str, candidate: str = "C") -> None:
    with company.door.acting(now=company.now) as act:
        theirs = Employee.number == candidate
        act.execute(update(Employee).where(theirs).values(manager_id=company.ids[judge]))


def becomes_rival(company: Company, judge: str) -> None:
    with company.door.acting(now=company.now) as act:
        theirs = Employee.number == judge
        act.execute(update(Employee).where(theirs).values(level=Level.INTERMEDIATE))
    a_contested_case(company, at=Stage.NOMINATED, candidate=judge, by="H0")


def steps_aside(company: Company, judge: str, case_id: int) -> None:
    with company.door.acting(now=company.now) as act:
        person = company.ids[judge]
        act.add(
            Recusal(case_id=case_id, employee_id=person, conflict="declared", is_declared=True, at=act.now)
        )


def sweep(company: Company) -> None:
    sweeps.run(company.door, now=company.now)
    again = {name: count for name, count in sweeps.run(company.door, now=company.now).items() if count}
    assert not again


def replace(company: Company, contest: int, old: str, new: str) -> None:
    with company.reading() as db:
        people = [db.get_one(Employee, company.ids[number]) for number in (old, new)]
    in_contest(company, contest, vacancies.replace_judge, "H1", old=people[0], new=people[1])


def seated(company: Company) -> set[str]:
    with company.reading() as db:
        return {company.number(key) for key in db.scalars(select(Judge.employee_id).where(Judge.is_seated))}


def asked(company: Company, entrants: list[int]) -> set[str]:
    tasks = [task for case_id in entrants for task in company.open_tasks(case_id)]
    return {company.number(task.assignee_id) for task in tasks}


@pytest.mark.parametrize("stake", ["line_manager", "recused", "rival"])
def test_before_he_has_scored_he_loses_seat_tasks_and_sight_and_hr_names_another(
    company: Company, stake: str
) -> None:
    contest, entrants = judged(company)
    if stake == "rival":
        becomes_rival(company, "J1")
    elif stake == "recused":
        steps_aside(company, "J1", entrants[0])
    else:
        becomes_manager(company, "J1")
    sweep(company)
    assert seated(company) == {"J2", "J3"}
    assert asked(company, entrants) == {"J2", "J3"}
    assert competition_tasks(company) == [TaskKind.REPLACE_JUDGE]
    with company.on(entrants[1]) as (act, case):
        judge = act.db.get_one(Employee, company.ids["J1"])
        assert Relation.JUDGE not in relations.relations(act.db, judge, case)
    with pytest.raises(NotFound):
        hand_in(company, contest, "J1", entrants[1])
    replace(company, contest, "J1", "T1")
    assert asked(company, entrants) == {"J2", "J3", "T1"}
    assert competition_tasks(company) == []
    score_round(company, contest, dict.fromkeys(entrants, 4), ("J2", "J3", "T1"))
    assert round_reached(company, contest) == 2
    with company.reading() as db:
        (noted,) = db.scalars(select(JournalEntry).where(JournalEntry.action == "judge_recused"))
        assert (noted.facts["judge"], noted.facts["conflicts"]) == (company.ids["J1"], [stake])
        assert list(verify(db)) == []


def test_what_he_has_sealed_goes_and_his_successor_scores_every_entry(company: Company) -> None:
    contest, entrants = judged(company)
    for case_id in entrants:
        hand_in(company, contest, "J1", case_id)
        hand_in(company, contest, "J2", case_id)
    becomes_manager(company, "J1")
    sweep(company)
    assert rows(company, SealedScore) == [len(entrants)]
    replace(company, contest, "J1", "T1")
    for judge in ("J3", "T1"):
        for case_id in entrants:
            hand_in(company, contest, judge, case_id)
    assert round_reached(company, contest) == 2
    with company.reading() as db:
        by = set(db.scalars(select(Judge.employee_id).join(Score, Score.judge_id == Judge.id)))
    assert {company.number(key) for key in by} == {"J2", "J3", "T1"}


def test_what_he_gave_in_an_opened_round_stands(company: Company) -> None:
    contest, entrants = judged(company)
    score_round(company, contest, dict.fromkeys(entrants, 4))
    given = rows(company, Score)
    becomes_manager(company, "J1")
    sweep(company)
    assert seated(company) == {"J2", "J3"}
    assert rows(company, Score) == given


def test_the_last_sheet_does_not_open_those_of_a_judge_with_a_stake(company: Company) -> None:
    contest, entrants = judged(company)
    sheets = [(judge, case_id) for judge in JUDGES for case_id in entrants]
    for judge, case_id in sheets[:-1]:
        hand_in(company, contest, judge, case_id)
    becomes_manager(company, "J1")
    hand_in(company, contest, *sheets[-1])
    assert (round_reached(company, contest), rows(company, Score)) == (1, [0])
    assert competition_tasks(company) == [TaskKind.REPLACE_JUDGE]
    with company.reading() as db:
        (noted,) = db.scalars(select(JournalEntry).where(JournalEntry.action == "judge_recused"))
    assert noted.actor_id is None
    sweep(company)
    assert seated(company) == {"J2", "J3"}


def test_where_hr_names_nobody_in_time_the_others_go_on_if_they_are_enough(company: Company) -> None:
    contest, entrants = judged(company, FOUR)
    becomes_manager(company, "T1")
    score_round(company, contest, dict.fromkeys(entrants, 4))
    sweep(company)
    assert round_reached(company, contest) == 1
    company.later(days=7)
    sweep(company)
    assert (round_reached(company, contest), competition_tasks(company)) == (2, [])
    assert rows(company, Judge) == [len(JUDGES)]


def test_where_too_few_would_be_left_the_cases_are_stuck_until_hr_names_another(company: Company) -> None:
    contest, entrants = judged(company)
    becomes_manager(company, "J1")
    score_round(company, contest, dict.fromkeys(entrants, 4), ("J2", "J3"))
    sweep(company)
    company.later(days=7)
    sweep(company)
    assert {company.case(case_id).stuck_reason for case_id in entrants} == {"judge_missing"}
    replace(company, contest, "J1", "T1")
    assert {company.case(case_id).stuck_reason for case_id in entrants} == {None}
    assert competition_tasks(company) == []
    score_round(company, contest, dict.fromkeys(entrants, 4), ("T1",))
    assert round_reached(company, contest) == 2


def test_whoever_was_kept_out_of_a_case_is_not_seated_over_it(company: Company) -> None:
    contest, *entrants = three_entries(company)
    steps_aside(company, "J1", entrants[0])
    with pytest.raises(Conflicted) as refused:
        seat_judges(company, contest)
    assert refused.value.facts["people"] == [{"person": "J1", "case": entrants[0], "conflicts": ["recused"]}]
    assert state(company, contest) is CompetitionState.CLOSED


def test_a_stake_in_an_entry_of_another_panel_takes_no_seat(company: Company) -> None:
    contest, *_ = three_entries(company)
    put_forward(company, *(f"N{number}" for number in range(13)))
    seat_judges(company, contest, (*FOUR, "M1", "M2", "M3"))
    with company.reading() as db:
        judge = db.scalars(select(Judge.employee_id).where(Judge.panel == 1)).first()
        others = select(PromotionCase.candidate_id).join(Entry, Entry.case_id == PromotionCase.id)
        candidate = db.scalars(others.where(Entry.panel == 2)).first()
    before = seated(company)
    becomes_manager(company, company.number(judge), company.number(candidate))
    sweep(company)
    assert seated(company) == before


def declare(
    company: Company, contest: int, judge: str, case_id: int, reason: str = "My former pupil."
) -> None:
    with company.door.competing(contest, now=company.now, by=company.ids[judge]) as (act, found, field):
        judging.declare_interest(act, found, field, field[case_id], reason=reason)


def test_a_judge_declares_an_interest_and_is_replaced_for_the_whole_panel(company: Company) -> None:
    contest, entrants = judged(company)
    hand_in(company, contest, "J1", entrants[1])
    declare(company, contest, "J1", entrants[0])
    assert "J1" not in seated(company)
    assert rows(company, SealedScore) == [0]
    assert TaskKind.REPLACE_JUDGE in competition_tasks(company)
    with pytest.raises(NotFound):
        hand_in(company, contest, "J1", entrants[1])
    replace(company, contest, "J1", "T1")
    assert seated(company) == {*JUDGES[1:], "T1"}


def test_an_interest_is_declared_with_a_reason_and_by_a_judge_of_that_panel(company: Company) -> None:
    contest, entrants = judged(company)
    with pytest.raises(ReasonMissing):
        declare(company, contest, "J1", entrants[0], reason=" ")
    with pytest.raises(NotFound):
        declare(company, contest, "P8", entrants[0])
    assert seated(company) == set(JUDGES)


def test_why_a_judge_has_stepped_aside_is_on_the_journal_of_the_case(company: Company) -> None:
    contest, entrants = judged(company)
    declare(company, contest, "J1", entrants[0])
    with company.reading() as db:
        written = select(JournalEntry).where(JournalEntry.action == "member_recused")
        entry = db.scalars(written).one()
        assert list(verify(db)) == []
    assert (entry.case_id, entry.facts["conflict"]) == (entrants[0], "declared")


def empty_panel(company: Company) -> tuple[int, list[int], str]:
    """Two panels; a judge of the second has declared an interest, and its entrants have all withdrawn."""
    contest = a_competition(company)
    entrants = put_forward(company, *(f"N{number}" for number in range(16)))
    seat_judges(company, contest, (*FOUR, "M1", "M2", "M3"))
    with company.reading() as db:
        judge = db.scalars(select(Judge.employee_id).where(Judge.panel == 2)).first()
        theirs = db.scalars(select(Entry.case_id).where(Entry.panel == 2)).all()
    declare(company, contest, company.number(judge), theirs[0])
    for case_id in theirs:
        withdraw(company, case_id)
    return contest, [case_id for case_id in entrants if case_id not in theirs], company.number(judge)


def test_nobody_is_named_for_a_panel_that_has_nobody_left_to_judge(company: Company) -> None:
    contest, entrants, gone = empty_panel(company)
    sweep(company)
    assert competition_tasks(company) == []
    with pytest.raises(NotFound):
        replace(company, contest, gone, "T1")
    with company.reading() as db:
        on_panel = db.scalars(select(Judge.employee_id).where(Judge.panel != 2)).all()
    judges = tuple(company.number(judge) for judge in on_panel)
    score_round(company, contest, dict.fromkeys(entrants, 4), judges)
    assert round_reached(company, contest) == 2
