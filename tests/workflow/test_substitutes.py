"""Substitutes: what they get, what they never get, and on whose behalf they act."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, update

from tests.builders import a_case, a_competition
from tests.company import MEMBERS, Company
from tests.workflow.absent import away, end, waiting_for
from tests.workflow.test_approvals import asked, changed, headed_by, nominated
from workflow import journal, keeping_apart, mentoring, nominations, stand_ins, sweeps, tasks
from workflow.conflicts import standing_of
from workflow.errors import HasLeft, NotFound, NotTransferable, NotYourTask, TaskClosed
from workflow.models import (
    ApprovalStep,
    Employee,
    Entry,
    InboxRow,
    JournalEntry,
    Judge,
    PromotionCase,
    Recusal,
    Reminder,
    RoleHolding,
    Task,
)
from workflow.relations import Relation, relations
from workflow.rules.calendars import Calendar
from workflow.rules.deadlines import next_working_morning
from workflow.vocabulary import ApartBecause, ReminderTarget, Role, Stage, TaskKind, TaskState

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)

APPROVAL = TaskKind.APPROVE
FOR_L1 = [(APPROVAL, "L1")]


def relations_of(company: Company, number: str, case_id: int) -> frozenset[Relation]:
    with company.reading() as db:
        person = db.get_one(Employee, company.ids[number])
        return relations(db, person, db.get_one(PromotionCase, case_id))


def test_what_is_open_already_and_what_comes_waits_for_the_substitute_too(company: Company) -> None:
    nominated(company)
    away(company, "L1", "L2")
    assert (waiting_for(company, "L2"), waiting_for(company, "L1")) == (FOR_L1, [(APPROVAL, None)])
    nominated(company, by="P1", candidate="P1")
    assert waiting_for(company, "L2") == FOR_L1 * 2


def test_a_substitute_is_reminded_next_morning_of_what_was_stuck_already(company: Company) -> None:
    nominated(company)
    with company.door.acting(now=company.now) as act:
        act.execute(delete(Reminder))  # every rung has fired long ago
    away(company, "L1", "L2")
    with company.reading() as db:
        rungs = db.execute(select(Reminder.at, Reminder.target)).all()
    morning = next_working_morning(company.now, Calendar("CN"), "Asia/Shanghai")
    assert [tuple(rung) for rung in rungs] == [(morning, ReminderTarget.OWNER)]


def test_a_substitute_signs_on_behalf_and_the_journal_says_so(company: Company) -> None:
    case_id = nominated(company)
    away(company, "L1", "L2")
    company.do(nominations.approve, case_id, "L2")
    assert asked(company, case_id) == {"D1"}
    people = (company.ids["L2"], company.ids["L1"])
    with company.reading() as db:
        signed = select(JournalEntry).where(JournalEntry.action == "approval_signed")
        entry = db.scalars(signed).one()
        assert (entry.actor_id, entry.on_behalf_of_id) == people
        step = db.scalars(select(ApprovalStep).where(ApprovalStep.on_behalf_of_id.is_not(None))).one()
        assert (step.approver_id, step.on_behalf_of_id) == people
        task = db.scalars(select(Task).where(Task.on_behalf_of_id.is_not(None))).one()
        assert (task.done_by_id, task.on_behalf_of_id, task.state) == (*people, TaskState.DONE)
        assert list(journal.verify(db)) == []


def test_what_somebody_does_for_himself_is_on_nobodys_behalf(company: Company) -> None:
    case_id = nominated(company)
    away(company, "L1", "L2")
    company.do(nominations.approve, case_id, "L1")
    assert waiting_for(company, "L2") == []
    with company.reading() as db:
        signed = select(JournalEntry.on_behalf_of_id).where(JournalEntry.action == "approval_signed")
        assert db.scalars(signed).all() == [None]


def test_whoever_is_away_keeps_sight_of_what_was_done_for_him(company: Company) -> None:
    case_id = nominated(company)
    away(company, "L1", "L2")
    assert {Relation.APPROVER, Relation.HOLDER} <= relations_of(company, "L2", case_id)
    company.do(nominations.approve, case_id, "L2")
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "C").values(manager_id=company.ids["L2"]))
    assert Relation.APPROVER in relations_of(company, "L1", case_id)
    assert Relation.APPROVER in relations_of(company, "L2", case_id)


def test_an_absence_reaches_only_from_its_first_day_through_its_last(company: Company) -> None:
    case_id = nominated(company)
    away(company, "L1", "L2", begins=2, days=2)
    assert waiting_for(company, "L2") == []
    company.later(days=2)
    sweeps.run(company.door, now=company.now)
    assert waiting_for(company, "L2") == FOR_L1
    company.later(days=2)
    with pytest.raises(NotYourTask):  # even before the clock has taken the task back
        company.do(nominations.approve, case_id, "L2")
    sweeps.run(company.door, now=company.now)
    assert waiting_for(company, "L2") == []


def test_only_tasks_of_the_kind_named_are_given(company: Company) -> None:
    nominated(company)
    away(company, "L1", "L2", kind=TaskKind.CONFIRM)
    assert waiting_for(company, "L2") == []
    away(company, "L1", "L2", kind=APPROVAL)
    assert waiting_for(company, "L2") == FOR_L1


@pytest.mark.parametrize("stage", [Stage.REVIEW, Stage.COMMITTEE, Stage.MENTORING])
def test_what_is_personal_stays_with_whoever_was_asked(company: Company, stage: Stage) -> None:
    for number in ("C", "L1", "P1", *MEMBERS):
        away(company, number, "T1", days=90)
    case_id = a_case(company, at=stage)
    assert company.open_tasks(case_id)
    assert waiting_for(company, "T1") == []


def test_a_substitutes_substitute_gets_nothing(company: Company) -> None:
    nominated(company)
    away(company, "L1", "L2")
    away(company, "L2", "T1")
    sweeps.run(company.door, now=company.now)
    assert (waiting_for(company, "L2"), waiting_for(company, "T1")) == (FOR_L1, [])


def test_a_substitute_asks_nobody_else(company: Company) -> None:
    case_id = nominated(company)
    away(company, "L1", "L2")
    (task,) = company.open_tasks(case_id, APPROVAL)
    with company.on(case_id, "L2") as (act, case):
        other = act.db.get_one(Employee, company.ids["T1"])
        with pytest.raises(NotTransferable, match="substitute"):
            stand_ins.hand_over(act, case, task.id, other, reason="I am away as well.")
    with pytest.raises(NotTransferable, match="substitute"):
        company.do(stand_ins.add_signer, case_id, "L2", person=other, reason="He knows.")
    assert waiting_for(company, "L2") == FOR_L1


def test_a_task_that_changes_hands_leaves_the_substitute_and_reaches_the_new_holders(
    company: Company,
) -> None:
    case_id = nominated(company)
    away(company, "L1", "T1")
    away(company, "L2", "J1")
    (task,) = company.open_tasks(case_id, APPROVAL)
    with company.on(case_id, "L1") as (act, case):
        stand_ins.hand_over(act, case, task.id, act.db.get_one(Employee, company.ids["L2"]), reason="You.")
    assert (waiting_for(company, "T1"), waiting_for(company, "J1")) == ([], [(APPROVAL, "L2")])


def apart(company: Company, one: str, other: str) -> None:
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        people = [act.db.get_one(Employee, company.ids[number]) for number in (one, other)]
        keeping_apart.declare(act, *people, because=ApartBecause.RELATIVE)


def report_to_candidate(company: Company) -> None:
    changed(company, "T1", manager_id=company.ids["P1"])
    changed(company, "P1", manager_id=company.ids["C"])


def made(role: Role) -> Callable[[Company], None]:
    def make(company: Company) -> None:
        with company.door.acting(now=company.now) as act:
            act.add(RoleHolding(employee_id=company.ids["T1"], role=role))

    return make


STAKES: dict[str, Callable[[Company], object]] = {
    "reports_to_the_candidate": report_to_candidate,
    "kept_apart_from_the_candidate": lambda company: apart(company, "T1", "C"),
    "whoever_is_away_is_kept_apart": lambda company: apart(company, "L1", "C"),
    "works_in_hr": made(Role.HR),
    "administers": made(Role.ADMIN),
    "heads_the_department_and_signs_later": lambda company: headed_by(company, "T1"),
    "stands_above_and_signs_later": lambda company: changed(company, "L1", manager_id=company.ids["T1"]),
    "has_left": lambda company: company.leaves("T1"),
    "whoever_is_away_has_left": lambda company: company.leaves("L1"),
}


@pytest.mark.parametrize("comes_to", STAKES)
def test_a_stake_that_comes_later_is_looked_at_when_the_substitute_acts(
    company: Company, comes_to: str
) -> None:
    case_id = nominated(company)
    away(company, "L1", "T1")
    assert waiting_for(company, "T1") == FOR_L1
    STAKES[comes_to](company)
    with pytest.raises((NotYourTask, HasLeft)):
        company.do(nominations.approve, case_id, "T1")
    sweeps.run(company.door, now=company.now)
    assert waiting_for(company, "T1") == []


@pytest.mark.parametrize("number", ["C", "H1", "M1", "D1"])
def test_whoever_has_a_part_in_the_case_gets_nothing_of_it(company: Company, number: str) -> None:
    nominated(company)
    away(company, "L1", number)
    assert (APPROVAL, "L1") not in waiting_for(company, number)


def test_who_was_recused_who_judges_and_who_could_vote_stand_in_for_nobody(company: Company) -> None:
    contest, case_id = a_competition(company), a_case(company, at=Stage.MENTORING)
    with company.on(case_id, "H1") as (act, case):
        assert case.round_id is not None
        act.add(Entry(competition_id=contest, case_id=case_id, round_id=case.round_id, panel=1))
        act.add(Judge(competition_id=contest, employee_id=company.ids["J1"]))
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids["L2"]))
        out = {"employee_id": company.ids["P8"], "conflict": "declared", "is_declared": True}
        act.add(Recusal(case_id=case_id, at=act.now, **out))
    for number, gets in (("P8", False), ("J1", False), ("M2", False), ("T1", True)):
        key = away(company, "D1", number, days=30)
        assert ((TaskKind.CONFIRM, "D1") in waiting_for(company, number)) is gets, number
        end(company, key, "D1")


def test_nobody_chooses_who_signs_for_his_own_nominee(company: Company) -> None:
    a_case(company, at=Stage.NOMINATED, by="H1")
    key = away(company, "L1", "L2", by="H1")
    assert waiting_for(company, "L2") == []
    end(company, key, "L1")
    away(company, "L1", "L2", by="H2")
    assert waiting_for(company, "L2") == FOR_L1


def test_what_somebody_has_done_meanwhile_is_done_by_nobody_else(company: Company) -> None:
    case_id = nominated(company)
    away(company, "L1", "L2")
    (task,) = company.open_tasks(case_id, APPROVAL)
    company.do(nominations.approve, case_id, "L1")
    with company.door.acting(now=company.now) as act:  # as if the clock had just given it out
        people = {"person_id": company.ids["L2"], "on_behalf_of_id": company.ids["L1"]}
        act.add(InboxRow(due_at=task.due_at, task_id=task.id, **people))
    with pytest.raises((NotYourTask, TaskClosed)):
        company.do(nominations.approve, case_id, "L2")


def test_a_nominator_does_not_sign_for_the_head_of_the_department(company: Company) -> None:
    a_case(company, at=Stage.NOMINATED)  # nominated by L1, and waits for D1
    away(company, "D1", "L1")
    assert waiting_for(company, "L1") == []


def test_whoever_signed_for_another_and_whoever_was_away_vote_on_the_case_no_more(company: Company) -> None:
    case_id = nominated(company)
    away(company, "L1", "L2")
    company.do(nominations.approve, case_id, "L2")
    away(company, "D1", "L2")
    assert waiting_for(company, "L2") == []
    with company.on(case_id) as (act, case):
        assert {str(company.ids[number]) for number in ("L1", "L2")} <= standing_of(act, case).approvers


def test_nothing_is_left_once_either_of_the_two_has_ended_it(company: Company) -> None:
    case_id = nominated(company)
    key = away(company, "L1", "L2")
    with pytest.raises(NotFound):
        end(company, key, "P1")
    end(company, key, "L2")
    assert waiting_for(company, "L2") == []
    with pytest.raises(NotYourTask):
        company.do(nominations.approve, case_id, "L2")


def test_a_substitute_who_leaves_is_no_substitute_when_he_returns(company: Company) -> None:
    nominated(company)
    away(company, "L1", "L2")
    company.leaves("L2")
    sweeps.run(company.door, now=company.now)
    company.returns("L2")
    sweeps.run(company.door, now=company.now)
    assert waiting_for(company, "L2") == []


def test_how_mentoring_ends_is_decided_for_another_too_but_not_by_the_mentor(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    with company.on(case_id, "H1") as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids["L2"]))
    key = away(company, "D1", "L2", days=90)
    assert (TaskKind.CONFIRM, "D1") not in waiting_for(company, "L2")
    end(company, key, "D1")
    away(company, "D1", "T1", days=90)
    (task,) = company.open_tasks(case_id, TaskKind.CONFIRM)
    with company.on(case_id, "T1") as (act, case):
        tasks.complete(act, tasks.mine(act, case, TaskKind.CONFIRM))
        assert act.on_behalf_of == task.assignee_id == company.ids["D1"]
