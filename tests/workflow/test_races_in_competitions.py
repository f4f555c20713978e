"""Acts on one competition that meet at the same moment: each seat, sheet and signature counts once."""

from sqlalchemy import func, select

from tests.builders import a_competition, decide_competition, score_all, score_round, seat_judges
from tests.company import JUDGES, Company
from tests.workflow.contests import hand_in, in_contest, put_forward, round_reached, stages, state, withdraw
from tests.workflow.test_races_before_the_committee import at_once
from workflow import competitions, placings, reserve, sweeps
from workflow.errors import Invalid
from workflow.journal import verify
from workflow.models import JournalEntry, Score
from workflow.vocabulary import CompetitionState, Stage


def judged(company: Company, *scores: float) -> tuple[int, list[int]]:
    contest = a_competition(company)
    made = put_forward(company, *(f"N{number}" for number in range(len(scores))))
    seat_judges(company, contest)
    score_all(company, contest, dict(zip(made, scores, strict=True)))
    return contest, made


def count(company: Company, action: str) -> int:
    with company.reading() as db:
        assert list(verify(db)) == []
        return db.scalar(select(func.count()).where(JournalEntry.action == action)) or 0


def test_two_call_ups_at_once_fill_one_seat_once(company: Company) -> None:
    contest, made = judged(company, 5, 4.5, 4)
    decide_competition(company, contest)
    withdraw(company, made[0])
    refusals = at_once(
        *[lambda: in_contest(company, contest, reserve.call_up, "H1", reason="Free.")] * 2,
        lambda: sweeps.run(company.door, now=company.now),
    )
    assert all(refusal is None or isinstance(refusal, Invalid) for refusal in refusals)
    assert stages(company, made) == [Stage.WITHDRAWN, Stage.COMMITTEE, Stage.RESERVE]
    assert count(company, "called_up") == 1


def test_the_last_two_sheets_at_once_open_the_round_once(company: Company) -> None:
    contest = a_competition(company)
    made = put_forward(company, "N0", "N1")
    seat_judges(company, contest)
    for judge in JUDGES[:2]:
        for case in made:
            hand_in(company, contest, judge, case)
    assert at_once(
        lambda: hand_in(company, contest, "J3", made[0]), lambda: hand_in(company, contest, "J3", made[1])
    ) == [None, None]
    assert round_reached(company, contest) == 2
    assert count(company, "scores_opened") == 1
    with company.reading() as db:
        assert db.scalar(select(func.count()).select_from(Score)) == len(JUDGES) * len(made) * 2


def test_a_sheet_changed_at_the_moment_of_the_opening_counts_or_is_refused(company: Company) -> None:
    contest = a_competition(company)
    made = put_forward(company, "N0", "N1")
    seat_judges(company, contest)
    score_round(company, contest, dict.fromkeys(made, 4))
    for judge in JUDGES:
        for case in made:
            if (judge, case) != ("J3", made[1]):
                hand_in(company, contest, judge, case)
    last, change = at_once(
        lambda: hand_in(company, contest, "J3", made[1]),
        lambda: hand_in(company, contest, "J1", made[0], leadership=4.5),
    )
    assert last is None
    assert change is None or change.code == "scoring_closed"
    assert state(company, contest) is CompetitionState.SCORED
    assert count(company, "scores_opened") == 2


def test_a_withdrawal_at_the_moment_of_the_decision_comes_before_or_after_it(company: Company) -> None:
    contest, made = judged(company, 5, 4, 3.5)
    signed, withdrawn = at_once(
        lambda: in_contest(company, contest, placings.decide, "H1", reason="By merit."),
        lambda: withdraw(company, made[0]),
    )
    assert signed is None
    assert withdrawn is None
    sweeps.run(company.door, now=company.now)
    assert stages(company, made) == [Stage.WITHDRAWN, Stage.COMMITTEE, Stage.RESERVE]
    assert count(company, "competition_decided") == 1


def test_an_entry_at_the_moment_of_the_close_is_in_or_waits(company: Company) -> None:
    contest = a_competition(company)
    put_forward(company, "N0", "N1")
    company.later(hours=12, minutes=59)
    before = company.now

    def close() -> None:
        with company.door.competing(contest, now=before.replace(hour=16, minute=0)) as (act, found, field):
            competitions.close_entries(act, found, field)

    assert at_once(close, lambda: put_forward(company, "N2")) == [None, None]
    assert state(company, contest) is CompetitionState.CLOSED
    assert count(company, "entries_closed") == 1
