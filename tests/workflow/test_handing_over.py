"""A task that changes hands: which may, to whom, and what stays as it was."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from tests.builders import a_case, a_contested_case, approve_all, drive_on
from tests.company import Company
from tests.workflow.test_approvals import asked, changed, nominated, states
from workflow import approvals, committees, keeping_apart, mentoring, nominations, stand_ins, sweeps
from workflow.errors import (
    NotFound,
    NotTransferable,
    NotYourTask,
    PersonUnfit,
    ReasonMissing,
    TaskClosed,
)
from workflow.models import Employee, InboxRow, JournalEntry, PromotionCase, Task
from workflow.permissions import Part, visible_parts
from workflow.relations import Relation, relations
from workflow.vocabulary import ApartBecause, Level, Stage, StepState, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def hand_over(
    company: Company, case_id: int, by: str, to: str, kind: TaskKind = TaskKind.APPROVE, **given: str
) -> None:
    """Somebody gives his task of a kind to somebody else, or tries with another's where he has none."""
    waiting = company.open_tasks(case_id, kind)
    task = next((one for one in waiting if one.assignee_id == company.ids[by]), waiting[0])
    with company.on(case_id, by) as (act, case):
        person = act.db.get_one(Employee, company.ids[to])
        stand_ins.hand_over(act, case, task.id, person, reason=given.get("reason", "On leave."))


def relations_of(company: Company, number: str, case_id: int) -> frozenset[Relation]:
    with company.reading() as db:
        person = db.get_one(Employee, company.ids[number])
        return relations(db, person, db.get_one(PromotionCase, case_id))


def test_whoever_gets_a_task_signs_in_the_seat_and_the_chain_goes_on(company: Company) -> None:
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "L2")
    assert asked(company, case_id) == {"L2"}
    company.do(nominations.approve, case_id, "L2")
    assert asked(company, case_id) == {"D1"}


def test_it_stays_due_when_it_was_and_whoever_has_seen_it_knows_that_it_changed(company: Company) -> None:
    case_id = nominated(company)
    (before,) = company.open_tasks(case_id)
    company.later(days=1)
    hand_over(company, case_id, "L1", "L2")
    (after,) = company.open_tasks(case_id)
    assert (after.id, after.due_at, after.version) == (before.id, before.due_at, before.version + 1)
    with company.reading() as db:
        rows = db.scalars(select(InboxRow.person_id).where(InboxRow.task_id == after.id)).all()
    assert rows == [company.ids["L2"]]


def test_whoever_has_given_it_away_cannot_sign_any_more_but_keeps_sight(company: Company) -> None:
    case_id = a_case(
        company, at=Stage.NOMINATED, by="H1", candidate="M2", level=Level.EXPERT, post="technical_expert"
    )
    hand_over(company, case_id, "H0", "D1")
    with pytest.raises(NotYourTask):
        company.do(nominations.approve, case_id, "H0")
    changed(company, "M2", manager_id=None)
    mine = relations_of(company, "H0", case_id)
    assert Relation.COPIED in mine
    assert Part.TIMELINE in visible_parts(mine, company.case(case_id))


def test_a_line_managers_no_is_advice_from_whoever_sits_in_his_seat(company: Company) -> None:
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "L2")
    company.do(nominations.decline, case_id, "L2", reason="Too early.")
    assert states(company, case_id)[0] is StepState.ADVISED_AGAINST


def test_a_reason_is_needed_and_is_kept_in_the_journal(company: Company) -> None:
    case_id = nominated(company)
    with pytest.raises(ReasonMissing):
        hand_over(company, case_id, "L1", "L2", reason=" ")
    hand_over(company, case_id, "L1", "L2")
    with company.reading() as db:
        entry = db.scalars(select(JournalEntry).where(JournalEntry.action == "task_handed_over")).one()
    assert (entry.actor_id, entry.facts) == (
        company.ids["L1"],
        {"task": 2, "kind": "approve", "person": company.ids["L2"]},
    )


def leave(company: Company, number: str) -> None:
    company.leaves(number)


def kept_apart(company: Company, number: str) -> None:
    with company.door.acting(now=company.now, by=company.ids["H2"]) as act:
        pair = [act.db.get_one(Employee, company.ids[one]) for one in ("C", number)]
        keeping_apart.declare(act, *pair, because=ApartBecause.GRIEVANCE)


def reports_to_the_candidate(company: Company, number: str) -> None:
    changed(company, number, manager_id=company.ids["C"])


def nothing(_company: Company, _number: str) -> None: ...


@pytest.mark.parametrize(
    ("to", "why", "reason"),
    [
        ("C", nothing, "candidate"),
        ("L2", leave, "left"),
        ("L2", kept_apart, "conflict"),
        ("P1", reports_to_the_candidate, "reports_to_candidate"),
        ("H1", nothing, "has_nominated"),
        ("L1", nothing, "oneself"),
        ("D1", nothing, "signs_already"),
        ("H2", nothing, "works_in_hr"),
        ("M2", nothing, "sits_in_a_committee"),
    ],
)
def test_nobody_with_a_part_or_a_stake_gets_it(
    company: Company, to: str, why: Callable[[Company, str], None], reason: str
) -> None:
    case_id = nominated(company, by="H1")
    why(company, to)
    with pytest.raises(PersonUnfit) as refused:
        hand_over(company, case_id, "L1", to)
    assert refused.value.facts == {"reason": reason}
    assert asked(company, case_id) == {"L1"}


def test_nor_does_a_rival_for_the_same_post(company: Company) -> None:
    a_contested_case(company, at=Stage.NOMINATED, candidate="P1")
    case_id = a_contested_case(company, at=Stage.NOMINATED, by="H1")
    with pytest.raises(PersonUnfit) as refused:
        hand_over(company, case_id, "L1", "P1")
    assert refused.value.facts == {"reason": "conflict"}


def test_a_task_of_a_role_is_everybodys_already(company: Company) -> None:
    case_id = nominated(company)
    for approver in ("L1", "D1"):
        company.do(nominations.approve, case_id, approver)
    with pytest.raises(NotTransferable) as refused:
        hand_over(company, case_id, "H1", "L2")
    assert refused.value.facts == {"reason": "shared"}


@pytest.mark.parametrize(
    ("stage", "kind", "by"),
    [(Stage.DRAFT, TaskKind.SUBMIT_NOMINATION, "L1"), (Stage.REVIEW, TaskKind.REVIEW, None)],
)
def test_what_is_personal_stays_with_whoever_was_asked(
    company: Company, stage: Stage, kind: TaskKind, by: str | None
) -> None:
    case_id = a_case(company, at=stage)
    holder = by or company.number(company.open_tasks(case_id, kind)[0].assignee_id)
    with pytest.raises(NotTransferable) as refused:
        hand_over(company, case_id, holder, "T1", kind)
    assert refused.value.facts == {"reason": "personal"}


def test_only_its_holder_gives_a_task_away_and_only_while_it_is_open(company: Company) -> None:
    case_id = nominated(company)
    (task,) = company.open_tasks(case_id)
    with pytest.raises(NotFound):
        hand_over(company, case_id, "D1", "L2")
    company.do(nominations.approve, case_id, "L1")
    with company.on(case_id, "L1") as (act, case), pytest.raises(TaskClosed):
        stand_ins.hand_over(act, case, task.id, act.person, reason="Late.")
    with company.on(case_id, "L1") as (act, case), pytest.raises(NotFound):
        stand_ins.hand_over(act, case, task.id + 99, act.person, reason="Whose?")


def test_the_seat_falls_back_when_whoever_got_it_leaves_or_comes_to_have_a_stake(company: Company) -> None:
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "L2")
    company.leaves("L2")
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"L1"}
    hand_over(company, case_id, "L1", "T1")
    kept_apart(company, "T1")
    sweeps.run(company.door, now=company.now)
    assert asked(company, case_id) == {"L1"}


def test_it_does_not_fall_back_because_others_are_asked_anew(company: Company) -> None:
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "L2")
    company.do(approvals.resume, case_id)
    assert asked(company, case_id) == {"L2"}


def test_a_nomination_that_comes_back_is_asked_of_whom_the_criteria_name(company: Company) -> None:
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "L2")
    company.do(nominations.send_back, case_id, "L2", reason="Which customers?")
    company.do(nominations.submit, case_id, "C")
    assert asked(company, case_id) == {"L1"}


def test_what_was_given_away_may_be_given_back(company: Company) -> None:
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "L2")
    hand_over(company, case_id, "L2", "L1")
    assert asked(company, case_id) == {"L1"}


def test_the_decision_at_the_end_of_mentoring_may_be_handed_over_but_not_to_the_mentor(
    company: Company,
) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    with company.on(case_id, "H1") as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids["L2"]))
    with pytest.raises(PersonUnfit) as refused:
        hand_over(company, case_id, "D1", "L2", TaskKind.CONFIRM)
    assert refused.value.facts == {"reason": "mentor"}
    hand_over(company, case_id, "D1", "H0", TaskKind.CONFIRM)
    (task,) = company.open_tasks(case_id, TaskKind.CONFIRM)
    assert task.assignee_id == company.ids["H0"]
    company.leaves("H0")
    sweeps.run(company.door, now=company.now)
    (task,) = company.open_tasks(case_id, TaskKind.CONFIRM)
    assert task.assignee_id == company.ids["D1"]


def test_whoever_has_stepped_aside_in_the_committee_does_not_decide_on_the_mentoring(
    company: Company,
) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    company.do(committees.recuse, case_id, "M2", reason="We share a flat.")
    drive_on(company, case_id, Stage.MENTORING)
    with company.on(case_id, "H1") as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids["L2"]))
    with pytest.raises(PersonUnfit) as refused:
        hand_over(company, case_id, "D1", "M2", TaskKind.CONFIRM)
    assert refused.value.facts == {"reason": "conflict"}


def test_whoever_of_two_is_asked_second_takes_no_seat_twice(company: Company) -> None:
    """The same person may not come to sit in two seats by two hand-overs."""
    case_id = nominated(company)
    hand_over(company, case_id, "L1", "L2")
    company.do(nominations.approve, case_id, "L2")
    with pytest.raises(PersonUnfit):
        hand_over(company, case_id, "D1", "L2")
    approve_all(company, case_id)
    assert company.case(case_id).stage is Stage.REVIEW


def test_tasks_of_another_case_are_not_found(company: Company) -> None:
    one, other = nominated(company), nominated(company, by="P1", candidate="P1")
    (task,) = company.open_tasks(other)
    with company.on(one, "L1") as (act, case), pytest.raises(NotFound):
        stand_ins.hand_over(act, case, task.id, act.person, reason="Mixed up.")
    with company.reading() as db:
        assert db.scalar(select(Task.assignee_id).where(Task.id == task.id)) == company.ids["L1"]
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "L1").values(is_active=True))
