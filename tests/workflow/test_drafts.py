"""Drafts for everybody eligible on the first day of a cycle: who gets one, and what becomes of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from notifications.messages import announce
from notifications.models import Delivery
from tests.builders import a_case
from tests.company import Company
from tests.workflow.seasons import a_begun_cycle, a_cycle, changed, counts, draft_of, opened, tick
from tests.workflow.test_tasks_of_a_role import inboxes
from workflow import drafts, journal, nominations
from workflow.errors import CaseAlreadyOpen, Invalid, NotFound, StageMoved, TaskClosed
from workflow.models import Employee, JournalEntry, PromotionCase, Reminder, Task, TrainingRecord
from workflow.store import Door
from workflow.vocabulary import Level, Nominator, Stage, TaskKind, Track

EVERYBODY = {"opened": 26, "no_step": 2}


def drafts_of(company: Company, cycle_id: int) -> list[PromotionCase]:
    with company.reading() as db:
        return list(db.scalars(select(PromotionCase).where(PromotionCase.cycle_id == cycle_id)))


def actions(company: Company, case_id: int) -> list[str]:
    rows = select(JournalEntry.action).where(JournalEntry.case_id == case_id).order_by(JournalEntry.sequence)
    with company.reading() as db:
        return list(db.scalars(rows))


def test_everybody_eligible_gets_a_draft_on_the_first_day(company: Company) -> None:
    cycle_id = a_begun_cycle(company)
    assert counts(company, cycle_id) == EVERYBODY
    case = draft_of(company, "C")
    assert (case.stage, case.nominated_as, case.nominated_by_id) == (Stage.DRAFT, Nominator.CYCLE, None)
    assert case.target == {
        "track": Track.PROFESSIONAL,
        "level": Level.SENIOR,
        "post": "senior_service_engineer",
    }
    (task,) = company.open_tasks(case.id)
    assert (task.kind, task.assignee_id) == (TaskKind.WRITE_STATEMENT, company.ids["C"])
    with company.reading() as db:
        assert db.scalars(select(Reminder).where(Reminder.task_id == task.id)).first() is not None
        assert list(journal.verify(db)) == []


def test_the_clock_opens_drafts_once(company: Company) -> None:
    cycle_id = a_begun_cycle(company)
    tick(company)
    assert len(drafts_of(company, cycle_id)) == 26
    with company.reading() as db:
        (entry,) = db.scalars(select(JournalEntry).where(JournalEntry.action == "drafts_opened"))
        assert entry.facts["opened"] == 26


def test_the_drafts_go_on_where_a_killed_clock_stopped(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "CHUNK", 10)
    cycle_id = a_cycle(company)
    with company.door.in_cycle(cycle_id, now=company.now) as (act, cycle):
        assert drafts.open_some(act, cycle)
    with (
        pytest.raises(KeyboardInterrupt),
        company.door.in_cycle(cycle_id, now=company.now) as (act, cycle),
    ):
        drafts.open_some(act, cycle)
        raise KeyboardInterrupt
    assert len(drafts_of(company, cycle_id)) == 9
    tick(company)
    assert counts(company, cycle_id) == EVERYBODY
    assert len(drafts_of(company, cycle_id)) == 26


class TestOnOneDatabase:
    """What does not depend on the kind of database."""

    pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

    def test_nothing_is_opened_before_the_first_day(self, company: Company) -> None:
        tomorrow = company.now.date() + timedelta(days=1)
        cycle_id = opened(company, "Spring", tomorrow, tomorrow)
        tick(company)
        assert drafts_of(company, cycle_id) == []
        company.later(days=1)
        tick(company)
        assert len(drafts_of(company, cycle_id)) == 26

    def test_a_cycle_may_be_opened_without_drafts(self, company: Company) -> None:
        cycle_id = a_cycle(company, opens_drafts=False)
        tick(company)
        assert drafts_of(company, cycle_id) == []

    def test_a_cycle_that_is_over_opens_none_any_more(self, company: Company) -> None:
        cycle_id = a_cycle(company, days=1)
        company.later(days=2)
        tick(company)
        assert drafts_of(company, cycle_id) == []

    def test_a_cycle_whose_last_day_is_past_is_refused(self, company: Company) -> None:
        yesterday = company.now.date() - timedelta(days=1)
        with pytest.raises(Invalid) as refused:
            opened(company, "Late", yesterday - timedelta(days=9), yesterday)
        assert refused.value.facts["reason"] == "cycle_is_over"

    def test_a_cycle_that_has_begun_already_may_still_be_opened(self, company: Company) -> None:
        yesterday = company.now.date() - timedelta(days=1)
        cycle_id = opened(company, "Running", yesterday, yesterday + timedelta(days=9))
        tick(company)
        assert counts(company, cycle_id) == EVERYBODY

    def test_whoever_has_left_gets_none(self, company: Company) -> None:
        company.leaves("C")
        cycle_id = a_begun_cycle(company)
        assert counts(company, cycle_id) == {"opened": 25, "no_step": 2}

    def test_whoever_falls_short_gets_none_and_is_counted(self, company: Company) -> None:
        changed(company, "C", level_since=date(2026, 1, 1))
        changed(company, "P1", under_sanction=True)
        cycle_id = a_begun_cycle(company)
        assert counts(company, cycle_id) == {"opened": 24, "not_eligible": 2, "no_step": 2}

    def test_a_missing_fact_is_asked_for_once_per_department_and_gives_no_draft(
        self, company: Company
    ) -> None:
        with company.door.acting(now=company.now) as act:
            act.execute(delete(TrainingRecord))
        cycle_id = a_begun_cycle(company)
        assert counts(company, cycle_id) == {"facts_missing": 26, "no_step": 2}
        gaps = select(Task).where(Task.kind == TaskKind.FIX_DATA).order_by(Task.subject_id)
        with company.reading() as db:
            assert [(task.subject_id, task.detail, task.case_id) for task in db.scalars(gaps)] == [
                (1, "trainings", None),
                (2, "trainings", None),
            ]

    def test_a_post_the_edition_does_not_know_leads_nowhere(self, company: Company) -> None:
        changed(company, "C", post="Astronaut")
        assert counts(company, a_begun_cycle(company)) == {"opened": 25, "no_step": 3}

    def test_a_post_is_known_by_its_names_however_they_are_spelt(self, company: Company) -> None:
        changed(company, "C", post="SERVICE Engineer")
        changed(company, "P1", post="服务工程师")
        assert counts(company, a_begun_cycle(company)) == EVERYBODY

    def test_whoever_has_an_open_case_gets_none(self, company: Company) -> None:
        a_case(company, at=Stage.MENTORING)
        post = {"track": Track.MANAGEMENT, "level": Level.SENIOR, "post": "regional_manager"}
        a_case(company, candidate="P1", **post)
        cycle_id = a_begun_cycle(company)
        assert counts(company, cycle_id) == {"opened": 24, "in_a_case": 2, "no_step": 2}

    def test_whoever_stands_in_another_cycle_is_named_in_the_counts(self, company: Company) -> None:
        a_begun_cycle(company)
        second = a_cycle(company, "Second")
        tick(company)
        assert counts(company, second) == {"in_another_cycle": 26, "no_step": 2}

    def test_nobody_is_nominated_into_a_second_cycle_for_the_same_target(self, company: Company) -> None:
        a_begun_cycle(company)
        second = a_cycle(company, "Second", opens_drafts=False)
        with pytest.raises(CaseAlreadyOpen) as refused:
            nominated_in(company, second)
        assert refused.value.facts["case"] == draft_of(company, "C").id

    def test_a_target_is_decided_once_in_a_cycle(self, company: Company) -> None:
        cycle_id = a_cycle(company, opens_drafts=False)
        first = nominated_in(company, cycle_id)
        company.do(nominations.submit, first, "L1")
        company.do(nominations.decline, first, "D1", reason="Not this year.")
        with pytest.raises(Invalid) as refused:
            nominated_in(company, cycle_id)
        assert refused.value.facts == {"reason": "tried_in_this_cycle", "case": first}
        assert nominated_in(company, None)

    def test_whoever_has_withdrawn_may_be_nominated_again_in_the_cycle(self, company: Company) -> None:
        cycle_id = a_begun_cycle(company)
        company.do(nominations.opt_out, draft_of(company, "C").id, "C")
        assert nominated_in(company, cycle_id)

    def test_where_nobody_is_eligible_hr_is_asked_to_look_at_the_cycle(self, company: Company) -> None:
        with company.door.acting(now=company.now) as act:
            for person in act.all(select(Employee)):
                person.under_sanction = True
        cycle_id = a_begun_cycle(company)
        assert counts(company, cycle_id) == {"not_eligible": 26, "no_step": 2}
        with company.reading() as db:
            task = db.scalars(select(Task).where(Task.kind == TaskKind.CHECK_CYCLE)).one()
        assert (task.subject_id, task.detail) == (cycle_id, "nobody_eligible")
        by = company.ids["H1"]
        with company.door.in_cycle(cycle_id, now=company.now, by=by) as (act, cycle):
            drafts.acknowledge(act, cycle)
        with (
            pytest.raises(TaskClosed),
            company.door.in_cycle(cycle_id, now=company.now, by=by) as (act, cycle),
        ):
            drafts.acknowledge(act, cycle)

    def test_nothing_is_to_be_acknowledged_where_drafts_were_opened(self, company: Company) -> None:
        cycle_id = a_begun_cycle(company)
        by = company.ids["H1"]
        with pytest.raises(NotFound), company.door.in_cycle(cycle_id, now=company.now, by=by) as (act, cycle):
            drafts.acknowledge(act, cycle)

    def test_the_candidate_is_told_by_mail_and_nobody_else(self, company: Company) -> None:
        company.door = Door(company.door.engine, announce=announce)
        a_begun_cycle(company)
        with company.reading() as db:
            told = db.scalars(select(Delivery).where(Delivery.kind == "draft_opened")).all()
        assert len(told) == 26
        assert company.ids["C"] in {delivery.person_id for delivery in told}

    def test_silence_means_going_on_the_day_after_the_seven_days(self, company: Company) -> None:
        a_begun_cycle(company)
        case_id = draft_of(company, "C").id
        company.later(days=7)
        tick(company)
        assert company.case(case_id).stage is Stage.DRAFT
        company.later(hours=14)  # midnight in Shanghai
        tick(company)
        assert company.case(case_id).stage is Stage.NOMINATED
        (task,) = company.open_tasks(case_id)
        assert (task.kind, task.assignee_id) == (TaskKind.APPROVE, company.ids["L1"])
        assert actions(company, case_id)[:2] == ["draft_opened", "stage_entered"]

    def test_the_candidate_may_write_and_submit_earlier(self, company: Company) -> None:
        a_begun_cycle(company)
        case_id = draft_of(company, "C").id
        company.do(nominations.write, case_id, "C", statement="I keep promises.", evidence={})
        company.do(nominations.submit, case_id, "C")
        assert company.case(case_id).stage is Stage.NOMINATED
        company.later(days=8)
        tick(company)
        assert company.case(case_id).stage is Stage.NOMINATED

    def test_opting_out_ends_the_draft(self, company: Company) -> None:
        cycle_id = a_begun_cycle(company)
        case_id = draft_of(company, "C").id
        company.do(nominations.opt_out, case_id, "C")
        assert company.case(case_id).stage is Stage.WITHDRAWN
        assert company.open_tasks(case_id) == []
        assert "opted_out" in actions(company, case_id)
        company.later(days=8)
        tick(company)
        assert company.case(case_id).stage is Stage.WITHDRAWN
        assert len(drafts_of(company, cycle_id)) == 26

    def test_opting_out_after_approval_has_begun_is_a_withdrawal(self, company: Company) -> None:
        a_begun_cycle(company)
        case_id = draft_of(company, "C").id
        company.later(days=8)
        tick(company)
        company.do(nominations.opt_out, case_id, "C")
        assert company.case(case_id).stage is Stage.WITHDRAWN
        assert "case_withdrawn" in actions(company, case_id)
        with pytest.raises(StageMoved):
            company.do(nominations.opt_out, case_id, "C")

    def test_a_draft_that_is_returned_goes_to_the_candidate(self, company: Company) -> None:
        a_begun_cycle(company)
        case_id = draft_of(company, "C").id
        company.do(nominations.submit, case_id, "C")
        company.do(nominations.send_back, case_id, "L1", reason="Which customers?")
        (task,) = company.open_tasks(case_id)
        assert (task.kind, task.assignee_id) == (TaskKind.REVISE_NOMINATION, company.ids["C"])

    def test_the_line_managers_no_to_a_draft_of_the_cycle_is_advice(self, company: Company) -> None:
        a_begun_cycle(company)
        case_id = draft_of(company, "C").id
        company.do(nominations.submit, case_id, "C")
        company.do(nominations.decline, case_id, "L1", reason="Too early.")
        assert company.case(case_id).stage is Stage.NOMINATED

    def test_a_candidate_who_leaves_takes_his_draft_along(self, company: Company) -> None:
        a_begun_cycle(company)
        case_id = draft_of(company, "C").id
        company.leaves("C")
        company.later(days=8)
        tick(company)
        assert company.case(case_id).stage is Stage.WITHDRAWN

    def test_a_draft_in_reserve_does_not_stand_in_the_way(self, company: Company) -> None:
        case_id = a_case(company)
        with company.door.acting(now=company.now) as act:
            act.db.get_one(PromotionCase, case_id).stage = Stage.RESERVE
        assert counts(company, a_begun_cycle(company)) == EVERYBODY


def nominated_in(company: Company, cycle_id: int | None) -> int:
    with company.door.acting(now=company.now, by=company.ids["L1"]) as act:
        return nominations.nominate(
            act,
            act.db.get_one(Employee, company.ids["C"]),
            edition_id=company.edition_id,
            track=Track.PROFESSIONAL,
            level=Level.SENIOR,
            post="senior_service_engineer",
            cycle_id=cycle_id,
        ).id


def check_cycles(company: Company) -> list[tuple[int | None, str | None]]:
    with company.reading() as db:
        found = db.scalars(select(Task).where(Task.kind == TaskKind.CHECK_CYCLE)).all()
    return [(task.subject_id, task.detail) for task in found]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_cycle_that_opened_nothing_waits_for_hr_even_while_nobody_is_in_hr(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).values(under_sanction=True))
    cycle_id = a_cycle(company)
    company.leaves("H1")
    company.leaves("H2")
    tick(company)
    assert check_cycles(company) == [(cycle_id, "nobody_eligible")]
    company.returns("H1")
    tick(company)
    assert inboxes(company, TaskKind.CHECK_CYCLE) == {"H1"}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_window_that_was_over_before_the_clock_came_by_is_for_hr_to_look_at(company: Company) -> None:
    today = company.now.date()
    cycle_id = opened(company, "Short", today, today)
    company.later(days=2)
    tick(company)
    tick(company)
    assert check_cycles(company) == [(cycle_id, "window_missed")]
    assert counts(company, cycle_id) == {}
