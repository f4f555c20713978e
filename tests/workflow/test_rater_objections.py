"""The candidate names at most two people he does not want as raters, and HR decides."""

import pytest
from sqlalchemy import select

from notifications import reminders
from tests.builders import a_case, approve_all, raters
from tests.company import PEERS, Company
from workflow import nominations, rater_objections, role_tasks, sweeps
from workflow.errors import AlreadyExists, Invalid, NotFound, Overtaken, ReasonMissing, StageMoved
from workflow.models import Employee, Escalation, InboxRow, PromotionCase, RaterObjection, Task
from workflow.permissions import visible_parts
from workflow.queries import timeline
from workflow.relations import relations
from workflow.vocabulary import RaterObjectionState, Role, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
KIND = TaskKind.DECIDE_RATER_OBJECTION


def object_to(company: Company, case_id: int, person: str, reason: str = "An old quarrel.") -> None:
    with company.on(case_id, "C") as (act, case):
        someone = act.db.get_one(Employee, company.ids[person])
        rater_objections.object_to(act, case, someone, reason=reason)


def decide(company: Company, case_id: int, number: int = 1, *, by: str = "H1", upheld: bool = False) -> None:
    company.do(rater_objections.decide, case_id, by, number=number, is_upheld=upheld, reason="Looked into.")


def states(company: Company) -> list[RaterObjectionState]:
    with company.reading() as db:
        return list(db.scalars(select(RaterObjection.state).order_by(RaterObjection.number)))


def reviewed(company: Company, case_id: int) -> set[str]:
    """Who is asked once the case has come to its review."""
    if company.case(case_id).stage is Stage.DRAFT:
        company.do(nominations.submit, case_id, "L1")
    approve_all(company, case_id)
    return set(raters(company, case_id))


def a_small_branch(company: Company) -> int:
    """A case with six peers, of whom five are drawn."""
    company.leaves("P1")
    company.leaves("P2")
    return a_case(company)


def test_hr_is_asked_and_the_person_named_is_not(company: Company) -> None:
    case_id = a_case(company)
    object_to(company, case_id, "H2")
    (task,) = company.open_tasks(case_id, KIND)
    with company.door.acting(now=company.now) as act:
        role_tasks.share_role_tasks(act)
    with company.reading() as db:
        holders = db.scalars(select(InboxRow.person_id).where(InboxRow.task_id == task.id)).all()
    assert [company.number(holder) for holder in holders] == ["H1"]
    assert task.role is Role.HR
    with pytest.raises(NotFound):
        decide(company, case_id, by="H2")


@pytest.mark.parametrize("upheld", [True, None])
def test_whoever_is_objected_to_is_not_drawn_unless_hr_dismisses_it(
    company: Company, upheld: bool | None
) -> None:
    case_id = a_small_branch(company)
    object_to(company, case_id, "P5")
    if upheld is not None:
        decide(company, case_id, upheld=upheld)
    assert reviewed(company, case_id) == {"L1", "C", *PEERS[2:4], *PEERS[5:]}


def test_whoever_is_objected_to_without_reason_may_be_drawn(company: Company) -> None:
    company.leaves("P1")
    case_id = a_small_branch(company)
    company.leaves("P3")
    object_to(company, case_id, "P5")
    decide(company, case_id, upheld=False)
    assert "P5" in reviewed(company, case_id)


def test_an_objection_to_the_line_manager_brings_in_the_next_superior(company: Company) -> None:
    case_id = a_case(company)
    object_to(company, case_id, "L1")
    asked = reviewed(company, case_id)
    assert "L1" not in asked
    assert "D1" in asked


def test_hr_keeps_the_task_when_a_nomination_is_submitted_and_loses_it_at_the_review(
    company: Company,
) -> None:
    case_id = a_case(company)
    object_to(company, case_id, "P5")
    company.do(nominations.submit, case_id, "L1")
    assert len(company.open_tasks(case_id, KIND)) == 1
    approve_all(company, case_id)
    assert company.open_tasks(case_id, KIND) == []
    with pytest.raises(StageMoved):
        decide(company, case_id)


def test_an_objection_nobody_has_decided_stands_undecided_once_the_review_opens(company: Company) -> None:
    case_id = a_case(company)
    object_to(company, case_id, "P5")
    object_to(company, case_id, "P6")
    decide(company, case_id, 2)
    assert "P5" not in reviewed(company, case_id)
    assert states(company) == [RaterObjectionState.UNDECIDED, RaterObjectionState.DISMISSED]


def test_whoever_is_objected_to_sees_no_trace_of_it_in_the_timeline(company: Company) -> None:
    case_id = a_case(company)
    object_to(company, case_id, "H2")

    def seen_by(number: str) -> set[str]:
        with company.reading() as db:
            case = db.get_one(PromotionCase, case_id)
            mine = relations(db, db.get_one(Employee, company.ids[number]), case)
            lines = db.scalars(timeline.of_case(case_id, mine, visible_parts(mine, case))).all()
        return {line.action for line in lines}

    assert "rater_objection_filed" in seen_by("H1")
    assert seen_by("H1") - seen_by("H2") == {"rater_objection_filed"}


def test_whoever_is_objected_to_is_not_told_that_the_decision_is_overdue(company: Company) -> None:
    case_id = a_case(company)
    object_to(company, case_id, "H2")
    company.later(days=60)
    with company.door.acting(now=company.now) as act:
        reminders.sweep(act)
    with company.reading() as db:
        told = select(Escalation.person_id).join(Task).where(Task.kind == KIND)
        assert {company.number(person) for person in db.scalars(told)} == {"H1"}


def test_the_decision_ends_the_task(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    object_to(company, case_id, "P5")
    decide(company, case_id, upheld=True)
    assert company.open_tasks(case_id, KIND) == []
    assert states(company) == [RaterObjectionState.UPHELD]
    with pytest.raises(Overtaken):
        decide(company, case_id)


def test_two_people_are_the_most(company: Company) -> None:
    case_id = a_case(company)
    object_to(company, case_id, "P5")
    object_to(company, case_id, "T1")
    with pytest.raises(Invalid) as refused:
        object_to(company, case_id, "P6")
    assert refused.value.facts == {"reason": "too_many_rater_objections", "maximum": 2}


def test_nobody_is_named_twice_nor_without_reason_nor_oneself(company: Company) -> None:
    case_id = a_case(company)
    object_to(company, case_id, "P5")
    with pytest.raises(AlreadyExists):
        object_to(company, case_id, "P5")
    with pytest.raises(ReasonMissing):
        object_to(company, case_id, "P6", reason=" ")
    with pytest.raises(Invalid):
        object_to(company, case_id, "C")


def test_once_the_review_is_open_it_is_too_late(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    with pytest.raises(StageMoved):
        object_to(company, case_id, "P5")


def test_an_objection_neither_raises_the_version_nor_holds_up_the_case(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    before = company.case(case_id).version
    object_to(company, case_id, "P5")
    decide(company, case_id)
    assert company.case(case_id).version == before
    assert "L1" in reviewed(company, case_id)


def test_an_objection_that_nobody_can_decide_on_holds_nothing_up(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    object_to(company, case_id, "H1")
    company.leaves("H2")
    sweeps.run(company.door, now=company.now)
    assert company.case(case_id).stuck_reason is None
    assert "H1" not in reviewed(company, case_id)


def test_hr_hears_of_an_objection_to_a_colleagues_nomination_once_the_candidate_has_agreed_to_it(
    company: Company,
) -> None:
    case_id = a_case(company, by="P1")
    object_to(company, case_id, "P2")
    assert company.open_tasks(case_id, KIND) == []
    company.do(nominations.answer, case_id, "C", agrees=True)
    company.do(nominations.submit, case_id, "P1")
    assert len(company.open_tasks(case_id, KIND)) == 1
