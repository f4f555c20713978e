"""Facts missing on file: one task of HR per rule and department, and cases that go on by themselves."""

import pytest
from sqlalchemy import delete, select

from tests.builders import a_case, approve_all
from tests.company import Company
from tests.workflow.seasons import tick
from tests.workflow.test_approval_groups import ruled_by
from tests.workflow.test_kept_apart import keep_apart
from tests.workflow.test_tasks_of_a_role import inboxes, shared
from workflow import arrivals, data_gaps, nominations
from workflow.errors import Invalid, NotFound, TaskClosed
from workflow.models import InboxRow, MissingFact, PerformanceRecord, Task, TrainingRecord
from workflow.queries.data_gaps import gap
from workflow.vocabulary import Level, Role, Stage, TaskKind, TaskState

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def forget(company: Company, record: type[TrainingRecord | PerformanceRecord], *numbers: str) -> None:
    with company.door.acting(now=company.now) as act:
        people = [company.ids[number] for number in numbers]
        act.execute(delete(record).where(record.employee_id.in_(people)))


def train(company: Company, *numbers: str) -> None:
    with company.door.acting(now=company.now) as act:
        act.db.add_all(
            TrainingRecord(employee_id=company.ids[number], course="any", year=2026) for number in numbers
        )


def gaps(company: Company) -> list[Task]:
    """Open tasks of HR about missing facts."""
    query = select(Task).where(Task.kind == TaskKind.FIX_DATA, Task.state == TaskState.OPEN)
    with company.reading() as db:
        return list(db.scalars(query.order_by(Task.id)))


def lacking(company: Company, task: Task) -> set[str]:
    with company.reading() as db:
        people = db.scalars(select(MissingFact.employee_id).where(MissingFact.task_id == task.id))
        return {company.number(person) for person in people}


def complete(company: Company, by: str = "H1", task: Task | None = None) -> None:
    task = task or gaps(company)[0]
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        data_gaps.complete(act, task.id)


def signed(company: Company, candidate: str = "C", by: str = "L1") -> int:
    case_id = a_case(company, at=Stage.NOMINATED, candidate=candidate, by=by)
    approve_all(company, case_id)
    return case_id


def test_many_people_who_lack_one_fact_make_one_task(company: Company) -> None:
    forget(company, TrainingRecord, "C", "P1", "P2")
    for candidate in ("C", "P1", "P2"):
        a_case(company, at=Stage.NOMINATED, candidate=candidate)
    (task,) = gaps(company)
    assert (task.role, task.case_id, task.detail) == (Role.HR, None, "trainings")
    assert lacking(company, task) == {"C", "P1", "P2"}


def test_each_rule_and_each_department_has_its_own(company: Company) -> None:
    forget(company, TrainingRecord, "C", "T1")
    forget(company, PerformanceRecord, "C")
    a_case(company, at=Stage.NOMINATED)
    target = {"level": Level.EXPERT, "post": "technical_expert"}
    a_case(company, at=Stage.NOMINATED, candidate="T1", by="H0", **target)
    assert [(task.subject_id, task.detail) for task in gaps(company)] == [
        (1, "median_rating"),
        (1, "trainings"),
        (2, "trainings"),
    ]


def test_the_task_stands_in_every_inbox_of_hr(company: Company) -> None:
    forget(company, TrainingRecord, "C")
    a_case(company, at=Stage.NOMINATED)
    (task,) = gaps(company)
    with company.reading() as db:
        people = db.scalars(select(InboxRow.person_id).where(InboxRow.task_id == task.id))
        assert {company.number(person) for person in people} == {"H1", "H2"}


def test_a_signed_case_waits_for_the_fact_without_a_task_of_its_own(company: Company) -> None:
    forget(company, TrainingRecord, "C")
    case_id = signed(company)
    assert company.case(case_id).stage is Stage.NOMINATED
    assert company.open_tasks(case_id) == []
    tick(company)
    assert company.case(case_id).stage is Stage.NOMINATED


def test_once_hr_has_completed_the_data_the_case_goes_on_by_itself(company: Company) -> None:
    forget(company, TrainingRecord, "C", "P1")
    waiting = [signed(company, candidate) for candidate in ("C", "P1")]
    train(company, "C", "P1")
    complete(company)
    tick(company)
    assert {company.case(case_id).stage for case_id in waiting} == {Stage.REVIEW}


def test_where_the_fact_is_still_missing_the_task_is_opened_again(company: Company) -> None:
    forget(company, TrainingRecord, "C", "P1")
    one, other = signed(company, "C"), signed(company, "P1")
    train(company, "C")
    complete(company)
    tick(company)
    assert (company.case(one).stage, company.case(other).stage) == (Stage.REVIEW, Stage.NOMINATED)
    (task,) = gaps(company)
    assert lacking(company, task) == {"P1"}


def test_a_fact_that_comes_before_the_last_signature_holds_nothing_up(company: Company) -> None:
    forget(company, TrainingRecord, "C")
    case_id = a_case(company, at=Stage.NOMINATED)
    train(company, "C")
    approve_all(company, case_id)
    assert company.case(case_id).stage is Stage.REVIEW


def test_a_fact_that_turns_out_not_to_be_met_is_for_hr_to_settle(company: Company) -> None:
    forget(company, PerformanceRecord, "C")
    case_id = signed(company)
    with company.door.acting(now=company.now) as act:
        for period in ("2025H1", "2025H2", "2025Q4"):
            act.add(PerformanceRecord(employee_id=company.ids["C"], period=period, overall=1))
    complete(company)
    tick(company)
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.SETTLE_ELIGIBILITY]


def test_a_waiver_lets_the_case_go_on_without_the_fact(company: Company) -> None:
    forget(company, TrainingRecord, "C")
    case_id = signed(company)
    company.do(
        nominations.settle_eligibility,
        case_id,
        "H1",
        rule="trainings",
        reason="Trained abroad, papers follow.",
    )
    assert company.case(case_id).stage is Stage.REVIEW


def test_where_hr_has_nobody_the_case_is_stuck_until_it_has(company: Company) -> None:
    forget(company, TrainingRecord, "C")
    ruled_by(company, "chain: [line_manager]")
    case_id = a_case(company, by="C")
    for person in ("H1", "H2"):
        company.leaves(person)
    company.do(nominations.submit, case_id, "C")
    company.do(nominations.approve, case_id, "L1")
    tick(company)
    assert company.case(case_id).stuck_reason == "nobody_in_role"
    company.returns("H1")
    company.do(arrivals.retry, case_id, "H1")
    assert company.case(case_id).stuck_reason is None
    assert lacking(company, gaps(company)[0]) == {"C"}


@pytest.mark.parametrize("by", ["L1", "A1"])
def test_only_hr_completes_data(company: Company, by: str) -> None:
    forget(company, TrainingRecord, "C")
    a_case(company, at=Stage.NOMINATED)
    with pytest.raises(NotFound):
        complete(company, by)


def test_data_are_completed_once(company: Company) -> None:
    forget(company, TrainingRecord, "C")
    a_case(company, at=Stage.NOMINATED)
    (task,) = gaps(company)
    complete(company)
    with pytest.raises(TaskClosed):
        complete(company, "H2", task)


def test_another_kind_of_task_is_not_completed_this_way(company: Company) -> None:
    (task,) = company.open_tasks(a_case(company))
    with pytest.raises(NotFound):
        complete(company, "H1", task)


def correct(company: Company, by: str, text: str, rule: str = "trainings") -> int:
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        return data_gaps.report_error(act, rule=rule, text=text).id


def test_somebody_tells_hr_that_a_value_on_his_file_is_wrong(company: Company) -> None:
    task_id = correct(company, "C", "I attended two trainings in May.")
    with company.reading() as db:
        task = db.get_one(Task, task_id)
    assert (task.kind, task.role, task.subject_id) == (TaskKind.CORRECT_DATA, Role.HR, company.ids["C"])
    assert task.detail == "trainings: I attended two trainings in May."
    complete(company, "H2", task)


def detail(company: Company, task_id: int) -> str | None:
    with company.reading() as db:
        return db.get_one(Task, task_id).detail


def test_who_says_it_again_is_referred_to_the_task_that_is_open(company: Company) -> None:
    task_id = correct(company, "C", "Two in May.")
    assert correct(company, "C", "Two in May.") == task_id
    assert detail(company, task_id) == "trainings: Two in May."


def test_what_is_said_later_about_the_same_fact_stands_beside_what_was_said_first(company: Company) -> None:
    task_id = correct(company, "C", "Two in May.")
    assert correct(company, "C", "And one in June.") == task_id
    assert detail(company, task_id) == "trainings: Two in May. / And one in June."


def test_what_no_longer_fits_beside_the_rest_is_a_task_of_its_own(company: Company) -> None:
    first, second = correct(company, "C", "x" * 100), correct(company, "C", "y" * 100)
    assert detail(company, first) == "trainings: " + "x" * 100
    assert detail(company, second) == "trainings: " + "y" * 100
    assert correct(company, "C", "And one in June.") == second


def test_another_fact_another_person_and_a_task_that_is_done_are_other_tasks(company: Company) -> None:
    first = correct(company, "C", "Two in May.")
    others = {correct(company, "C", "Two in May.", "median_rating"), correct(company, "P1", "Two in May.")}
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        data_gaps.complete(act, first)
    again = correct(company, "C", "Two in May.")
    assert len({first, again} | others) == 4


def test_nobody_of_hr_corrects_his_own_file(company: Company) -> None:
    task_id = correct(company, "H1", "It was three.")
    tick(company)
    with company.reading() as db:
        people = db.scalars(select(InboxRow.person_id).where(InboxRow.task_id == task_id)).all()
        assert [company.number(person) for person in people] == ["H2"]


@pytest.mark.parametrize("text", ["  ", "x" * 181])
def test_a_correction_says_what_is_wrong_in_few_words(company: Company, text: str) -> None:
    with pytest.raises(Invalid) as refused:
        correct(company, "C", text)
    assert refused.value.facts["reason"] == "correction_text"


def test_what_hr_is_told_about_a_rule_with_a_long_name_is_told_whole_or_refused(company: Company) -> None:
    rule = "certificate:" + "x" * 50
    with pytest.raises(Invalid) as refused:
        correct(company, "C", "y" * 137, rule)
    assert refused.value.facts["at_most"] == 136
    task_id = correct(company, "C", "y" * 136, rule)
    with company.reading() as db:
        assert db.get_one(Task, task_id).detail == f"{rule}: " + "y" * 136


@pytest.mark.parametrize("is_apart_before", [True, False])
def test_nobody_decides_on_the_data_of_whom_he_is_kept_apart_from(
    company: Company, is_apart_before: bool
) -> None:
    if is_apart_before:
        keep_apart(company, "H2", "C")
    with company.door.acting(now=company.now, by=company.ids["C"]) as act:
        task = data_gaps.report_error(act, rule="trainings", text="There were three.").id
    if not is_apart_before:
        keep_apart(company, "H2", "C")
        shared(company)
    assert inboxes(company, TaskKind.CORRECT_DATA) == {"H1"}
    with company.door.acting(now=company.now, by=company.ids["H2"]) as act, pytest.raises(NotFound):
        data_gaps.refuse(act, task, reason="No.")
    with company.reading() as db, pytest.raises(NotFound):
        gap(db, task, company.ids["H2"])
