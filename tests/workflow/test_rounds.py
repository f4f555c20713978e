"""Rounds of a competition: the shortlist HR signs, panels drawn anew to nobody, sheets that are doubted."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders import a_competition, score_round, seat_judges
from tests.company import JUDGES, Company
from tests.workflow.contests import (
    competition_tasks,
    entry_of,
    hand_in,
    in_contest,
    places,
    put_forward,
    round_reached,
    rows,
    stages,
    state,
    withdraw,
)
from workflow import judging, placings, sweeps
from workflow.errors import Invalid, NotFound, OwnCase, ReasonMissing, StageMoved
from workflow.models import Competition, Employee, Entry, Judge, Score, ScoreEvidence
from workflow.vocabulary import ROTATING_SEAT, CompetitionState, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def a_contest(company: Company, entrants: int = 8) -> tuple[int, list[int]]:
    contest = a_competition(company)
    made = put_forward(company, *(f"N{number}" for number in range(entrants)))
    seat_judges(company, contest)
    return contest, made


def after_the_sift(company: Company) -> tuple[int, list[int]]:
    """Eight entries whose files are sifted, the first the best; four may go on."""
    contest, made = a_contest(company)
    score_round(company, contest, {case: 5 - 0.5 * index for index, case in enumerate(made)})
    return contest, made


def sign(company: Company, contest: int, by: str = "H1", reason: str = "By the scores.") -> None:
    in_contest(company, contest, judging.sign_shortlist, by, reason=reason)


def test_the_first_round_asks_for_its_own_criteria_only(company: Company) -> None:
    contest, (case_id, *_) = a_contest(company, 3)
    with pytest.raises(Invalid) as refused:
        hand_in(company, contest, "J1", case_id, leadership=4)
    assert refused.value.facts["faults"] == [{"criterion": "leadership", "reason": "unknown_criterion"}]


def test_where_all_go_on_the_next_round_begins_at_once(company: Company) -> None:
    contest, made = a_contest(company, 3)
    score_round(company, contest, dict.fromkeys(made, 4))
    assert round_reached(company, contest) == 2
    assert state(company, contest) is CompetitionState.SCORING
    assert len(company.open_tasks(made[0], TaskKind.SCORE)) == len(JUDGES)
    assert competition_tasks(company) == []


def test_the_shortlist_waits_for_the_signature_of_hr(company: Company) -> None:
    contest, made = after_the_sift(company)
    assert state(company, contest) is CompetitionState.SCORED
    assert competition_tasks(company) == [TaskKind.SIGN_SHORTLIST]
    assert set(stages(company, made)) == {Stage.COMPETITION}
    assert [entry_of(company, case).shortlisted for case in made] == (
        ["within_share"] * 4 + ["below_the_cut"] * 4
    )


def test_who_is_not_on_the_shortlist_is_passed_over_with_the_signed_reason(company: Company) -> None:
    contest, made = after_the_sift(company)
    sign(company, contest)
    assert stages(company, made) == [Stage.COMPETITION] * 4 + [Stage.DECLINED] * 4
    passed = company.case(made[-1])
    assert (passed.outcome_text, passed.decided_by_id) == ("By the scores.", company.ids["H1"])
    assert competition_tasks(company) == []
    assert round_reached(company, contest) == 2
    assert len(company.open_tasks(made[0], TaskKind.SCORE)) == len(JUDGES)


def test_the_score_is_weighted_over_the_rounds(company: Company) -> None:
    contest, made = after_the_sift(company)
    sign(company, contest)
    score_round(company, contest, dict(zip(made[:4], (3, 3, 3, 5), strict=True)))
    # The sift gave 5, 4.5, 4 and 3.5 with weight 30, the interview 3, 3, 3 and 5 with weight 70.
    assert entry_of(company, made[0]).score == pytest.approx(25 * (0.3 * 5 + 0.7 * 3 - 1))
    assert entry_of(company, made[3]).score == pytest.approx(25 * (0.3 * 3.5 + 0.7 * 5 - 1))
    assert places(company, contest)[:4] == [2, 3, 4, 1]
    assert competition_tasks(company) == [TaskKind.WRITE_DECISION]
    assert entry_of(company, made[0]).rounds.keys() == {"sift", "interview"}


def test_a_shortlist_is_signed_once_with_a_reason_by_no_entrant(company: Company) -> None:
    contest, _ = after_the_sift(company)
    with pytest.raises(ReasonMissing):
        sign(company, contest, reason=" ")
    with pytest.raises(OwnCase):
        sign(company, contest, by="N0")
    with pytest.raises(Invalid, match="shortlist_follows"):
        in_contest(company, contest, placings.decide, "H1", reason="Too early.")
    sign(company, contest)
    with pytest.raises(StageMoved):
        sign(company, contest)


def test_after_the_last_round_there_is_no_shortlist(company: Company) -> None:
    contest, made = a_contest(company, 2)
    for _ in range(2):
        score_round(company, contest, dict.fromkeys(made, 4))
    with pytest.raises(Invalid, match="order_of_merit_follows"):
        sign(company, contest)


def test_who_withdraws_before_the_signature_leaves_the_place_to_the_next(company: Company) -> None:
    contest, made = after_the_sift(company)
    for case in made[:2]:
        withdraw(company, case)
    sign(company, contest)
    assert stages(company, made) == ([Stage.WITHDRAWN] * 2 + [Stage.COMPETITION] * 3 + [Stage.DECLINED] * 3)


def test_a_judge_who_leaves_after_a_round_keeps_his_scores_of_it(company: Company) -> None:
    contest = a_competition(company)
    made = put_forward(company, "N1", "N2")
    seat_judges(company, contest, (*JUDGES, "T1"))
    score_round(company, contest, dict.fromkeys(made, 4), (*JUDGES, "T1"))
    company.leaves("T1")
    assert sweeps.run(company.door, now=company.now)["judges_missed"] == 1
    company.later(days=7)
    assert sweeps.run(company.door, now=company.now)["successors_missed"] == 1
    score_round(company, contest, dict.fromkeys(made, 4))
    with company.reading() as db:
        kept = select(Score.round_number).join(Judge, Judge.id == Score.judge_id)
        of_leaver = kept.where(Judge.employee_id == company.ids["T1"], ~Judge.is_seated)
        assert set(db.scalars(of_leaver)) == {1}
    assert state(company, contest) is CompetitionState.SCORED


def with_a_doubtful_sheet(company: Company) -> tuple[int, list[int]]:
    contest, made = a_contest(company, 3)
    hand_in(company, contest, "J1", made[0], expertise=1, plan_for_the_post=1)
    for judge in JUDGES:
        for case in made:
            if (judge, case) != ("J1", made[0]):
                hand_in(company, contest, judge, case)
    return contest, made


def test_a_judge_far_from_the_others_is_asked_before_anything_is_opened(company: Company) -> None:
    contest, made = with_a_doubtful_sheet(company)
    assert (round_reached(company, contest), rows(company, Score)) == (1, [0])
    (task,) = company.open_tasks(made[0], TaskKind.CONFIRM_SCORE)
    assert task.assignee_id == company.ids["J1"]
    assert not any(company.open_tasks(case, TaskKind.CONFIRM_SCORE) for case in made[1:])
    assert sweeps.run(company.door, now=company.now)["sheets_opened"] == 0


def test_he_confirms_with_evidence_and_the_sheet_counts_as_it_is(company: Company) -> None:
    contest, made = with_a_doubtful_sheet(company)

    def confirm(by: str, evidence: str) -> None:
        with company.door.competing(contest, now=company.now, by=company.ids[by]) as (act, found, field):
            judging.confirm_score(act, found, field, field[made[0]], evidence=evidence)

    with pytest.raises(NotFound):
        confirm("M1", "Nothing.")
    with pytest.raises(ReasonMissing):
        confirm("J1", " ")
    confirm("J1", "The plan was copied.")
    assert round_reached(company, contest) == 2
    with company.reading() as db:
        assert db.scalars(select(ScoreEvidence.text)).all() == ["The plan was copied."]
        assert db.scalars(select(Score.value).where(Score.value == 1)).all() == [1, 1]


def test_or_he_changes_the_sheet_and_is_not_asked_again(company: Company) -> None:
    contest, made = with_a_doubtful_sheet(company)
    hand_in(company, contest, "J1", made[0], expertise=2, plan_for_the_post=2)
    assert round_reached(company, contest) == 2
    assert company.open_tasks(made[0], TaskKind.CONFIRM_SCORE) == []


@pytest.mark.parametrize("leaves", [True, False], ids=["has left", "is late"])
def test_nobody_waits_for_evidence_for_ever(company: Company, leaves: bool) -> None:
    contest, made = with_a_doubtful_sheet(company)
    if leaves:
        company.leaves("J1")
    else:
        company.later(days=4)
    sweeps.run(company.door, now=company.now)
    assert round_reached(company, contest) == 2
    assert company.open_tasks(made[0], TaskKind.CONFIRM_SCORE) == []


def test_thirty_entries_are_scored_by_two_panels_with_one_judge_in_both(company: Company) -> None:
    judges = (*JUDGES, "T1", "M1", "M2", "M3")
    contest = a_competition(company)
    made = put_forward(company, *(f"N{number}" for number in range(30)))
    with pytest.raises(Invalid, match="judges_for_equal_panels"):
        seat_judges(company, contest, judges[:6])
    seat_judges(company, contest, judges)
    with company.reading() as db:
        seats = {judge.employee_id: judge.panel for judge in db.scalars(select(Judge))}
        panels = list(db.scalars(select(Entry.panel).order_by(Entry.position)))
        positions = list(db.scalars(select(Entry.position)))
    assert sorted(seats.values()) == [ROTATING_SEAT, 1, 1, 1, 2, 2, 2]
    assert (panels.count(1), panels.count(2)) == (15, 15)
    assert sorted(positions) == list(range(1, 31))
    assert {len(company.open_tasks(case, TaskKind.SCORE)) for case in made} == {4}


def test_a_judge_of_another_panel_neither_scores_nor_sees_the_entry(company: Company) -> None:
    judges = (*JUDGES, "T1", "M1", "M2", "M3")
    contest = a_competition(company)
    made = put_forward(company, *(f"N{number}" for number in range(16)))
    seat_judges(company, contest, judges)
    with company.reading() as db:
        entry = db.scalars(select(Entry).where(Entry.case_id == made[0])).one()
        strangers = select(Judge.employee_id).where(Judge.panel.not_in([ROTATING_SEAT, entry.panel]))
        stranger = company.number(db.scalars(strangers).first())
    with pytest.raises(NotFound):
        hand_in(company, contest, stranger, made[0])


def test_a_severe_panel_is_corrected_by_the_judge_who_sits_in_both(company: Company) -> None:
    judges = (*JUDGES, "T1", "M1", "M2", "M3")
    contest = a_competition(company)
    made = put_forward(company, *(f"N{number}" for number in range(16)))
    seat_judges(company, contest, judges)
    with company.reading() as db:
        seats = {company.number(judge.employee_id): judge.panel for judge in db.scalars(select(Judge))}
        entries = {entry.case_id: entry.panel for entry in db.scalars(select(Entry))}
    for judge, panel in seats.items():
        for case, place in entries.items():
            if panel in (ROTATING_SEAT, place):
                marks = 2.5 if panel == 1 else 4
                hand_in(company, contest, judge, case, expertise=marks, plan_for_the_post=marks)
    found = entry_of(company, made[0]).rounds["sift"]
    assert found["basis"] == "corrected"
    strict = next(case for case in made if entries[case] == 1)
    assert entry_of(company, strict).rounds["sift"]["mean"] > (3 * 2.5 + 4) / 4


def test_a_stake_that_cannot_be_dealt_around_names_the_people(company: Company) -> None:
    contest = a_competition(company, days=1)
    put_forward(company, "N1", "N2")
    with company.door.acting(now=company.now) as act:
        act.db.get_one(Employee, company.ids["N1"]).manager_id = company.ids["J2"]
    with pytest.raises(Exception, match="conflict_of_interest") as refused:
        seat_judges(company, contest)
    (stake,) = refused.value.facts["people"]
    assert (stake["person"], stake["conflicts"]) == ("J2", ["line_manager"])


def test_every_round_gives_the_judges_the_days_of_the_edition(company: Company) -> None:
    contest, made = a_contest(company, 2)
    company.later(days=2)
    score_round(company, contest, dict.fromkeys(made, 4))
    with company.reading() as db:
        due_at = db.get_one(Competition, contest).scores_due_at
    assert due_at is not None
    assert due_at > company.now + timedelta(days=4)
