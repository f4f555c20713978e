"""Tasks of a role follow its holders, and where nobody holds it the case is stuck, but not for good."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, event, select

from tests.builders import a_case, a_competition, a_contested_case, close_entries
from tests.company import Company
from tests.workflow.seasons import tick
from workflow import arrivals, cases, nominations, role_tasks, sweeps
from workflow.errors import NotFound
from workflow.models import InboxRow, RoleHolding, Task
from workflow.vocabulary import Role, Stage, TaskKind


def inboxes(company: Company, kind: TaskKind) -> set[str]:
    query = select(InboxRow.person_id).join(Task, Task.id == InboxRow.task_id).where(Task.kind == kind)
    with company.reading() as db:
        return {company.number(person) for person in db.scalars(query)}


def joins_hr(company: Company, *numbers: str) -> None:
    with company.door.acting(now=company.now) as act:
        for number in numbers:
            act.add(RoleHolding(employee_id=company.ids[number], role=Role.HR))


def leaves_hr(company: Company, *numbers: str) -> None:
    people = [company.ids[number] for number in numbers]
    with company.door.acting(now=company.now) as act:
        act.execute(delete(RoleHolding).where(RoleHolding.employee_id.in_(people)))


def shared(company: Company) -> int:
    return sweeps.run(company.door, now=company.now)["tasks_shared"]


def awaits_hr(company: Company) -> int:
    case_id = a_case(company, at=Stage.NOMINATED)
    company.do(nominations.approve, case_id, "D1")
    return case_id


def test_whoever_joins_hr_finds_its_open_tasks(company: Company) -> None:
    awaits_hr(company)
    joins_hr(company, "T1")
    assert shared(company) == 1
    assert shared(company) == 0
    assert inboxes(company, TaskKind.APPROVE) == {"H1", "H2", "T1"}


def test_whoever_leaves_hr_or_the_house_loses_them(company: Company) -> None:
    awaits_hr(company)
    leaves_hr(company, "H2")
    company.leaves("H1")
    joins_hr(company, "T1")
    shared(company)
    assert inboxes(company, TaskKind.APPROVE) == {"T1"}


def test_neither_candidate_nor_nominator_nor_entrant_gets_a_task_about_himself(company: Company) -> None:
    awaits_hr(company)
    contest = a_competition(company)
    for number in ("P1", "P2"):
        a_contested_case(company, candidate=number)
    close_entries(company, contest)
    joins_hr(company, "C", "L1", "P1", "P2")
    shared(company)
    assert not inboxes(company, TaskKind.APPROVE) & {"C", "L1"}
    assert not inboxes(company, TaskKind.SEAT_PANEL) & {"P1", "P2"}
    assert inboxes(company, TaskKind.SEAT_PANEL) >= {"C", "L1"}


def test_sharing_takes_the_same_statements_whatever_waits(company: Company) -> None:
    def counted(deed: Callable[[], object]) -> int:
        seen: list[str] = []

        def note(*given: object) -> None:
            seen.append(str(given[2]))

        event.listen(company.door.engine, "before_cursor_execute", note)
        deed()
        event.remove(company.door.engine, "before_cursor_execute", note)
        return len(seen)

    def share() -> None:
        with company.door.acting(now=company.now) as act:
            role_tasks.share_role_tasks(act)

    idle = counted(share)
    awaits_hr(company)
    joins_hr(company, "T1", "M1", "M2")
    assert counted(share) == idle


@pytest.mark.parametrize("stage", [Stage.MENTORING, Stage.REVIEW])
def test_where_nobody_holds_the_role_the_case_is_stuck_until_somebody_does(
    company: Company, stage: Stage
) -> None:
    case_id = a_case(company, at=Stage.REVIEW if stage is Stage.REVIEW else Stage.NOTICE)
    leaves_hr(company, "H1", "H2")
    for _ in range(2):  # a review gets more time once
        company.later(days=20)
        sweeps.run(company.door, now=company.now)
    assert (company.case(case_id).stage, company.case(case_id).stuck_reason) == (stage, "nobody_in_role")
    joins_hr(company, "T1")
    company.do(arrivals.retry, case_id, "T1")
    asked = {Stage.MENTORING: TaskKind.NAME_MENTOR, Stage.REVIEW: TaskKind.RESCUE_REVIEW}[stage]
    assert len(company.open_tasks(case_id, asked)) == 1
    assert company.open_tasks(case_id, TaskKind.UNBLOCK) == []
    assert inboxes(company, asked) == {"T1"}


def test_what_nobody_of_hr_can_be_asked_about_a_competition_waits_for_whoever_joins(company: Company) -> None:
    contest = a_competition(company)
    leaves_hr(company, "H1", "H2")
    close_entries(company, contest)
    assert inboxes(company, TaskKind.DECIDE_ENTRIES) == set()
    joins_hr(company, "T1")
    sweeps.run(company.door, now=company.now)
    assert inboxes(company, TaskKind.DECIDE_ENTRIES) == {"T1"}


def test_anybody_of_hr_tries_again_and_only_what_is_stuck(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    with pytest.raises(NotFound):
        company.do(arrivals.retry, case_id, "H1")
    company.do(cases.mark_stuck, case_id, reason="somebody_has_left")
    joins_hr(company, "T1")
    company.do(arrivals.retry, case_id, "T1")
    assert company.open_tasks(case_id, TaskKind.UNBLOCK) == []
    assert company.case(case_id).stuck_reason is None


def test_a_case_stuck_for_another_reason_leaves_one_task_to_free_it(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    for reason in ("somebody_has_left", "no_approver"):
        company.do(cases.mark_stuck, case_id, reason=reason)
    assert [task.detail for task in company.open_tasks(case_id, TaskKind.UNBLOCK)] == ["no_approver"]


def test_whoever_of_hr_has_sent_a_nomination_back_signs_it_when_it_comes_again(company: Company) -> None:
    leaves_hr(company, "H2")
    case_id = a_case(company, at=Stage.NOMINATED, by="C")
    for verb in (nominations.send_back, nominations.approve):
        for superior in ("L1", "D1"):
            company.do(nominations.approve, case_id, superior)
        tick(company)
        assert inboxes(company, TaskKind.APPROVE) == {"H1"}
        given = {"reason": "More facts."} if verb is nominations.send_back else {}
        company.do(verb, case_id, "H1", **given)
        if verb is nominations.send_back:
            company.do(nominations.submit, case_id, "C")
    assert company.case(case_id).stage is Stage.REVIEW
