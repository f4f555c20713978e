"""Tasks: one inbox, opened and closed with the case, and nobody does another's work."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import a_case, approve_all, let_time_run_out, raters
from tests.company import Company
from workflow import cases, nominations, tasks
from workflow.act import Act
from workflow.errors import NotFound, NotYourTask, TaskClosed
from workflow.models import InboxRow, PromotionCase, Reminder, Task
from workflow.vocabulary import CONFIDENTIAL_TASKS, Level, ReminderTarget, Role, Stage, TaskKind, TaskState

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def inboxes(company: Company, kind: TaskKind) -> set[str]:
    """Numbers of everybody in whose inbox a task of this kind stands."""
    query = select(InboxRow.person_id).join(Task, Task.id == InboxRow.task_id).where(Task.kind == kind)
    with company.reading() as db:
        return {company.number(person) for person in db.scalars(query)}


def to_hr(company: Company, **given: Any) -> int:
    """A case that waits for HR's signature alone."""
    case_id = a_case(company, at=Stage.NOMINATED, **given)
    while (holder := company.open_tasks(case_id, TaskKind.APPROVE)[0].assignee_id) is not None:
        company.do(nominations.approve, case_id, company.number(holder))
    return case_id


def test_a_task_comes_and_goes_with_the_act_that_opens_it(company: Company) -> None:
    case_id = a_case(company)

    def submit_until_the_power_fails(act: Act, case: PromotionCase) -> None:
        nominations.submit(act, case)
        act.db.flush()
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 -- the power says nothing
        company.do(submit_until_the_power_fails, case_id, "L1")
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.SUBMIT_NOMINATION]
    assert inboxes(company, TaskKind.SUBMIT_NOMINATION) == {"L1"}
    assert inboxes(company, TaskKind.APPROVE) == set()


def test_a_task_stands_in_the_inbox_of_the_one_it_waits_for(company: Company) -> None:
    a_case(company, at=Stage.NOMINATED)
    assert inboxes(company, TaskKind.APPROVE) == {"D1"}


def test_a_task_of_hr_stands_in_every_inbox_of_hr(company: Company) -> None:
    to_hr(company)
    assert inboxes(company, TaskKind.APPROVE) == {"H1", "H2"}


def test_a_task_of_hr_is_never_the_candidates(company: Company) -> None:
    to_hr(company, candidate="H1", by="H0", level=Level.EXPERT, post="technical_expert")
    assert inboxes(company, TaskKind.APPROVE) == {"H2"}


def test_whoever_has_left_gets_no_task_of_hr(company: Company) -> None:
    company.leaves("H2")
    to_hr(company)
    assert inboxes(company, TaskKind.APPROVE) == {"H1"}


def test_what_one_of_hr_has_done_leaves_everybodys_inbox(company: Company) -> None:
    case_id = to_hr(company)
    company.do(nominations.approve, case_id, "H1")
    assert inboxes(company, TaskKind.APPROVE) == set()


def test_a_done_task_says_who_did_it_and_when(company: Company) -> None:
    case_id = to_hr(company)
    with company.on(case_id, "H1") as (act, case):
        tasks.complete(act, tasks.mine(act, case, TaskKind.APPROVE))
    with pytest.raises(TaskClosed) as refused, company.on(case_id, "H2") as (act, case):
        tasks.mine(act, case, TaskKind.APPROVE)
    assert refused.value.facts["done_by"] == "Person H1 (H1)"
    assert refused.value.facts["done_at"] == company.now.isoformat()


def test_nobody_does_a_task_that_waits_for_somebody_else(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    for other in ("L1", "H1", "C"):
        with pytest.raises(NotYourTask):
            company.do(nominations.approve, case_id, other)
    assert company.open_tasks(case_id, TaskKind.APPROVE)


def test_a_task_that_never_was_is_not_found(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    with pytest.raises(NotFound):
        company.do(tasks.mine, case_id, "L1", kind=TaskKind.CAST_BALLOT)


def test_a_case_that_moves_on_leaves_no_task_of_the_old_stage_behind(company: Company) -> None:
    case_id = to_hr(company)
    left_behind = {task.id for task in company.open_tasks(case_id)}
    company.do(cases.withdraw, case_id, "C", reason="")
    with company.reading() as db:
        assert db.scalars(select(Task.state).where(Task.id.in_(left_behind))).all() == [TaskState.CLOSED]
        assert db.scalars(select(InboxRow)).all() == []


def test_the_review_brings_one_task_for_each_rater_and_takes_the_rest_away_at_its_close(
    company: Company,
) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    assert inboxes(company, TaskKind.REVIEW) == set(raters(company, case_id))
    let_time_run_out(company, case_id)
    assert inboxes(company, TaskKind.REVIEW) == set()
    assert company.open_tasks(case_id, TaskKind.REVIEW) == []


def test_a_task_is_due_at_the_close_of_business_so_many_working_days_later(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    (task,) = company.open_tasks(case_id, TaskKind.APPROVE)
    assert task.opened_at == company.now
    assert task.due_at == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)


def test_reminders_hang_on_every_task_of_a_person_and_of_a_role(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    approve_all(company, case_id)
    with company.reading() as db:
        reminded = set(db.scalars(select(Reminder.task_id)))
        tasks_of_role = set(db.scalars(select(Task.id).where(Task.role == Role.HR)))
        assert reminded == set(db.scalars(select(Task.id)))
        assert tasks_of_role


def test_a_reminder_never_lies_in_the_past(company: Company) -> None:
    a_case(company, at=Stage.REVIEW)
    with company.reading() as db:
        assert all(at > company.now for at in db.scalars(select(Reminder.at)))


def test_an_open_review_form_never_escalates_by_name(company: Company) -> None:
    a_case(company, at=Stage.COMMITTEE)
    rungs = select(Reminder.target).join(Task, Task.id == Reminder.task_id)
    with company.reading() as db:
        secret = set(db.scalars(rungs.where(Task.kind.in_(CONFIDENTIAL_TASKS))))
        others = set(db.scalars(rungs.where(Task.kind == TaskKind.APPROVE)))
    assert secret == {ReminderTarget.OWNER}
    assert others > {ReminderTarget.OWNER}


def test_when_a_form_came_in_is_kept_nowhere(company: Company) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    done = select(Task.done_at).where(Task.case_id == case_id, Task.kind == TaskKind.REVIEW)
    with company.reading() as db:
        assert set(db.scalars(done)) == {None}
