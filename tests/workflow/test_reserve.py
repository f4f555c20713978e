"""The reserve list: seats that become free, the next in strict order, withdrawal and expiry."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders import a_case, a_competition, decide_competition, score_all, seat_judges
from tests.company import Company
from tests.workflow.contests import in_contest, put_forward, stages, withdraw
from workflow import arrivals, cases, checklist, reserve, sweeps
from workflow.errors import Invalid, OwnCase, ReasonMissing, StageMoved
from workflow.journal import verify
from workflow.models import JournalEntry, PromotionCase, Task
from workflow.rules import deadlines
from workflow.vocabulary import Level, Role, Stage, TaskKind, Track

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

REASON = "Nobody has left a seat within the year."


def decided(company: Company, *, seats: int = 1, entrants: int = 3) -> tuple[int, list[int]]:
    """A competition that is decided, the first entrant the best."""
    contest = a_competition(company, seats=seats)
    made = put_forward(company, *(f"N{number}" for number in range(entrants)))
    seat_judges(company, contest)
    score_all(company, contest, {case: 5 - 0.4 * index for index, case in enumerate(made)})
    decide_competition(company, contest)
    return contest, made


def sweep(company: Company) -> dict[str, int]:
    done = {name: count for name, count in sweeps.run(company.door, now=company.now).items() if count}
    assert not any(sweeps.run(company.door, now=company.now).values())
    return done


def call_up(company: Company, contest: int, by: str = "H1", reason: str = "A seat is free.") -> None:
    in_contest(company, contest, reserve.call_up, by, reason=reason)


def free(company: Company, contest: int) -> int:
    with company.door.competing(contest, now=company.now) as (act, found, _):
        return reserve.free_seats(act, found)


def test_the_first_hold_the_seats_and_the_others_wait_a_year(company: Company) -> None:
    contest, made = decided(company, seats=2, entrants=4)
    assert stages(company, made) == [Stage.COMMITTEE] * 2 + [Stage.RESERVE] * 2
    with company.reading() as db:
        waiting = db.get_one(PromotionCase, made[2]).round
    today = deadlines.local_day(company.now, "Asia/Shanghai")
    a_year_on = today.replace(year=today.year + 1)
    assert waiting.due_at == deadlines.local_midnight(a_year_on + timedelta(days=1), "Asia/Shanghai")
    assert free(company, contest) == 0
    assert sweep(company) == {}


def test_a_seat_that_becomes_free_calls_up_the_next_in_order_once(company: Company) -> None:
    contest, made = decided(company)
    withdraw(company, made[0])
    assert free(company, contest) == 1
    assert sweep(company) == {"called_up": 1}
    assert stages(company, made) == [Stage.WITHDRAWN, Stage.COMMITTEE, Stage.RESERVE]
    with company.reading() as db:
        called = db.scalars(select(JournalEntry.case_id).where(JournalEntry.action == "called_up"))
        assert called.all() == [made[1]]
        assert list(verify(db)) == []


def test_whoever_has_left_holds_no_seat_and_is_not_called_up(company: Company) -> None:
    contest, made = decided(company)
    company.leaves("N0")
    company.leaves("N1")
    sweep(company)
    assert stages(company, made) == [Stage.WITHDRAWN, Stage.WITHDRAWN, Stage.COMMITTEE]
    assert free(company, contest) == 0


def test_equals_at_the_cut_hold_more_seats_than_there_are(company: Company) -> None:
    contest = a_competition(company)
    made = put_forward(company, "N0", "N1", "N2")
    seat_judges(company, contest)
    score_all(company, contest, dict(zip(made, (4, 4, 3), strict=True)))
    decide_competition(company, contest)
    withdraw(company, made[0])
    assert sweep(company) == {}
    withdraw(company, made[1])
    assert sweep(company) == {"called_up": 1}


def test_a_case_sent_back_to_review_keeps_its_seat(company: Company) -> None:
    contest, made = decided(company)
    with company.on(made[0]) as (_act, case):
        case.stage = Stage.REVIEW
    assert free(company, contest) == 0


def test_a_case_that_is_placed_needs_no_second_competition_when_it_comes_back(company: Company) -> None:
    contest = a_competition(company)
    made = put_forward(company, "N0", "N1")
    with company.on(made[0]) as (act, case):
        assert checklist.needs_competition(act, case)
    seat_judges(company, contest)
    score_all(company, contest, dict(zip(made, (5, 4), strict=True)))
    decide_competition(company, contest)
    with company.on(made[0]) as (act, case):
        assert not checklist.needs_competition(act, case)


def test_hr_calls_up_with_a_reason_where_a_seat_is_free_and_somebody_waits(company: Company) -> None:
    contest, made = decided(company, entrants=2)
    with pytest.raises(Invalid, match="no_free_seat"):
        call_up(company, contest)
    withdraw(company, made[0])
    with pytest.raises(ReasonMissing):
        call_up(company, contest, reason=" ")
    with pytest.raises(OwnCase):
        call_up(company, contest, by="N1")
    call_up(company, contest)
    withdraw(company, made[1])
    with pytest.raises(Invalid, match="nobody_in_reserve"):
        call_up(company, contest)


def test_before_the_order_of_merit_nobody_is_called_up(company: Company) -> None:
    contest = a_competition(company)
    with pytest.raises(StageMoved):
        call_up(company, contest)


def test_somebody_in_reserve_may_withdraw(company: Company) -> None:
    _, made = decided(company)
    withdraw(company, made[1])
    assert company.case(made[1]).stage is Stage.WITHDRAWN


def test_a_place_in_reserve_ends_after_a_year_by_the_signature_of_hr(company: Company) -> None:
    _, made = decided(company, entrants=2)
    with pytest.raises(Invalid, match="reserve_not_expired"):
        company.do(reserve.expire, made[1], "H1", text=REASON, internal_reason="")
    company.later(days=367)
    # The winner's case waits for the committee all the while.
    assert sweep(company)["reserves_expired"] == 1
    (task,) = company.open_tasks(made[1], TaskKind.WRITE_DECISION)
    assert (task.role, task.detail) == (Role.HR, "reserve_expired")
    withdraw(company, made[0])
    assert "called_up" not in sweep(company)
    with pytest.raises(ReasonMissing):
        company.do(reserve.expire, made[1], "H1", text="", internal_reason="")
    company.do(reserve.expire, made[1], "H1", text=REASON, internal_reason="")
    case = company.case(made[1])
    assert (case.stage, case.outcome_text) == (Stage.DECLINED, REASON)
    assert case.decided_by_id == company.ids["H1"]
    with company.reading() as db:
        assert db.get_one(Task, task.id).done_by_id == company.ids["H1"]


def test_an_expiry_that_nobody_of_hr_could_sign_is_asked_again(company: Company) -> None:
    _, made = decided(company, entrants=2)
    company.leaves("H1")
    company.leaves("H2")
    company.later(days=367)
    sweep(company)
    assert company.case(made[1]).stuck_reason == "nobody_in_role"
    company.returns("H1")
    company.do(arrivals.retry, made[1], "H1")
    assert [task.detail for task in company.open_tasks(made[1])] == ["reserve_expired"]


def test_whoever_wants_the_same_again_is_called_up_once_that_case_has_ended(company: Company) -> None:
    contest, made = decided(company, entrants=2)
    again = a_case(
        company,
        candidate="N1",
        by="H1",
        track=Track.MANAGEMENT,
        level=Level.SENIOR,
        post="regional_manager",
    )
    withdraw(company, made[0])
    assert sweep(company) == {}
    company.do(cases.withdraw, again, "N1", reason="")
    assert sweep(company) == {"called_up": 1}
    assert company.case(made[1]).stage is Stage.COMMITTEE
    assert free(company, contest) == 0


def test_nobody_is_called_up_from_a_place_that_has_expired(company: Company) -> None:
    contest, made = decided(company)
    company.now += timedelta(days=370)
    withdraw(company, made[0])
    with pytest.raises(Invalid, match="nobody_in_reserve"):
        call_up(company, contest)
