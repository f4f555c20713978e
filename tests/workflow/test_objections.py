"""Objections during the notice: anybody but the candidate, HR without a stake decides, the effect waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.builders import a_case, fill_in_all
from tests.company import Company
from tests.workflow.begun import begun
from tests.workflow.invariants import unattended
from workflow import arrivals, cases, committees, decisions, notices, objections, sweeps
from workflow.errors import (
    AlreadyExists,
    Conflicted,
    GuardsNotMet,
    Invalid,
    NotFound,
    NotYourTask,
    OwnCase,
    ReasonMissing,
    StageMoved,
    TaskClosed,
)
from workflow.models import (
    Employee,
    InboxRow,
    JournalEntry,
    Letter,
    Objection,
    RoleHolding,
    Task,
)
from workflow.process import Guard
from workflow.vocabulary import Answer, ObjectionState, Role, Stage, TaskKind

OnNotice = tuple[Company, int]


def case_on_notice(company: Company) -> tuple[int, ...]:
    return (a_case(company, at=Stage.NOTICE),)


@pytest.fixture
def on_notice(tmp_path: Path) -> Iterator[OnNotice]:
    with begun(tmp_path, case_on_notice) as (company, (case_id,)):
        yield company, case_id


def raise_one(company: Company, case_id: int, by: str = "P8", text: str = "The figures are wrong.") -> int:
    objection: Objection = company.do(objections.object_to, case_id, by, text=text)
    return objection.id


def asked(company: Company) -> set[str]:
    """Whose inbox holds a task to decide on an objection."""
    query = select(InboxRow.person_id).join(Task, Task.id == InboxRow.task_id)
    with company.reading() as db:
        rows = db.scalars(query.where(Task.kind == TaskKind.DECIDE_OBJECTION))
        return {company.number(person) for person in rows}


def objection(company: Company, objection_id: int) -> Objection:
    with company.reading() as db:
        return db.get_one(Objection, objection_id)


def written(company: Company, case_id: int) -> list[str]:
    query = select(JournalEntry.action).where(JournalEntry.case_id == case_id).order_by(JournalEntry.sequence)
    with company.reading() as db:
        return list(db.scalars(query))


def test_hr_without_a_part_in_the_case_is_asked(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    raise_one(company, case_id)
    # H1 has signed the nomination for HR.
    assert asked(company) == {"H2"}
    sweeps.run(company.door, now=company.now)
    assert asked(company) == {"H2"}
    (task,) = company.open_tasks(case_id, TaskKind.DECIDE_OBJECTION)
    assert (task.due_at - company.now).days == 14


def test_the_candidate_cannot_object_and_nobody_can_twice_or_without_a_word(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    with pytest.raises(OwnCase):
        raise_one(company, case_id, by="C")
    with pytest.raises(Invalid, match="objection_empty"):
        raise_one(company, case_id, text=" ")
    raise_one(company, case_id)
    with pytest.raises(AlreadyExists):
        raise_one(company, case_id, text="And once more.")


def test_nobody_objects_before_or_after_the_notice(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    before = a_case(company, at=Stage.REVIEW, candidate="P1")
    with pytest.raises(StageMoved):
        raise_one(company, before)
    company.later(days=8)
    with pytest.raises(Invalid, match="notice_over"):
        raise_one(company, case_id)


def test_the_effect_waits_until_the_last_objection_is_decided(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    first, second = raise_one(company, case_id), raise_one(company, case_id, by="P7")
    company.later(days=8)
    assert sweeps.run(company.door, now=company.now)["effects_taken"] == 0
    with pytest.raises(GuardsNotMet) as refused:
        company.do(notices.take_effect, case_id)
    assert refused.value.facts["checklist"][Guard.NO_OPEN_OBJECTION].answer is Answer.NOT_MET
    company.do(objections.dismiss, case_id, "H2", objection_id=first, reason="They hold.")
    assert sweeps.run(company.door, now=company.now)["effects_taken"] == 0
    company.do(objections.dismiss, case_id, "H2", objection_id=second, reason="They hold.")
    assert company.case(case_id).effective_on == company.now.date()
    assert sweeps.run(company.door, now=company.now)["effects_taken"] == 1
    assert objection(company, first).state is ObjectionState.DISMISSED


def test_an_objection_that_is_dismissed_in_time_delays_nothing(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    on = company.case(case_id).effective_on
    raised = raise_one(company, case_id)
    company.do(objections.dismiss, case_id, "H2", objection_id=raised, reason="They hold.")
    assert company.case(case_id).effective_on == on
    with pytest.raises(TaskClosed):
        company.do(objections.dismiss, case_id, "H2", objection_id=raised, reason="Once more.")


@pytest.mark.parametrize("step", [Stage.REVIEW, Stage.COMMITTEE])
def test_an_upheld_objection_sends_the_case_back_to_be_decided_anew(on_notice: OnNotice, step: Stage) -> None:
    company, case_id = on_notice
    raised, other = raise_one(company, case_id), raise_one(company, case_id, by="P7")
    company.do(objections.uphold, case_id, "H2", objection_id=raised, step=step, reason="A figure was wrong.")
    case = company.case(case_id)
    assert case.stage is step
    assert (case.outcome_text, case.decided_at, case.decided_by_id, case.released_at) == (None,) * 4
    assert (case.effective_on, case.effect_at) == (None, None)
    assert objection(company, raised).step is step
    assert objection(company, other).state is ObjectionState.LAPSED
    assert company.open_tasks(case_id, TaskKind.ACKNOWLEDGE_LETTER) == []
    assert {"objection_upheld", "objection_lapsed", "case_reopened"} < set(written(company, case_id))


def test_a_reopened_case_is_decided_and_takes_effect_by_the_same_committee(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    raised = raise_one(company, case_id)
    company.do(
        objections.uphold, case_id, "H2", objection_id=raised, step=Stage.REVIEW, reason="A figure was wrong."
    )
    fill_in_all(company, case_id)
    company.do(committees.open_ballot, case_id, "M1")
    for member in company.open_tasks(case_id, TaskKind.CAST_BALLOT):
        choice = committees.Choice.YES
        company.do(committees.cast_ballot, case_id, company.number(member.assignee_id), choice=choice)
    company.do(decisions.record_decision, case_id, "M1", text="Carried again.")
    assert company.case(case_id).outcome_text == "Carried again."
    assert raise_one(company, case_id) != raised
    with company.reading() as db:
        assert len(db.scalars(select(Letter).where(Letter.case_id == case_id)).all()) == 2


def test_a_case_goes_back_only_to_a_step_it_has_been_through(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    raised = raise_one(company, case_id)
    for step in (Stage.COMPETITION, Stage.MENTORING, Stage.NOMINATED):
        with pytest.raises(Invalid, match="step_not_taken"):
            company.do(objections.uphold, case_id, "H2", objection_id=raised, step=step, reason="Wrong.")
    with pytest.raises(ReasonMissing):
        company.do(objections.dismiss, case_id, "H2", objection_id=raised, reason="")
    with pytest.raises(NotFound):
        company.do(objections.dismiss, case_id, "H2", objection_id=raised + 9, reason="Wrong.")
    assert company.case(case_id).stage is Stage.NOTICE


def test_whoever_has_a_stake_does_not_decide(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    raised = raise_one(company, case_id)
    with pytest.raises(Conflicted):
        company.do(objections.dismiss, case_id, "H1", objection_id=raised, reason="They hold.")
    with pytest.raises(NotYourTask):
        company.do(objections.dismiss, case_id, "T1", objection_id=raised, reason="They hold.")


def test_an_hr_person_who_objects_decides_on_no_objection_and_the_case_is_stuck(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    raise_one(company, case_id)
    raise_one(company, case_id, by="H2")
    assert asked(company) == set()
    assert company.case(case_id).stuck_reason == "no_unbiased_hr"
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["T1"], role=Role.HR))
    company.do(arrivals.retry, case_id, "T1")
    assert asked(company) == {"T1"}
    assert len(company.open_tasks(case_id, TaskKind.DECIDE_OBJECTION)) == 2
    assert company.case(case_id).stuck_reason is None


def test_when_the_only_one_without_a_stake_leaves_the_case_is_stuck(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    raise_one(company, case_id)
    company.leaves("H2")
    assert sweeps.run(company.door, now=company.now)["roles_found_empty"] == 1
    assert company.case(case_id).stuck_reason == "no_unbiased_hr"
    assert not any(sweeps.run(company.door, now=company.now).values())
    with company.reading() as db:
        assert unattended(db) == []


def test_an_objection_stands_when_its_author_leaves(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    raised = raise_one(company, case_id)
    company.leaves("P8")
    sweeps.run(company.door, now=company.now)
    assert objection(company, raised).state is ObjectionState.OPEN
    assert asked(company) == {"H2"}


def test_a_case_that_is_withdrawn_leaves_no_objection_open(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    raised = raise_one(company, case_id)
    company.do(cases.withdraw, case_id, "C", reason="")
    assert objection(company, raised).state is ObjectionState.LAPSED


def test_superiors_and_members_among_hr_are_not_asked(on_notice: OnNotice) -> None:
    company, case_id = on_notice
    with company.door.acting(now=company.now) as act:
        for number in ("M1", "L1", "D1", "T1"):
            act.add(RoleHolding(employee_id=company.ids[number], role=Role.HR))
        act.execute(update(Employee).where(Employee.number == "H2").values(is_active=False))
    raise_one(company, case_id)
    assert asked(company) == {"T1"}
