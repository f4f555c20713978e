"""After the decision, at the same moment, on both databases: one outcome, and nobody promoted twice."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders import a_case, mentor_a_case
from tests.company import Company
from tests.workflow.invariants import unattended
from tests.workflow.test_races_for_the_vote import at_once
from workflow import cases, mentoring, objections, sweeps
from workflow.journal import verify
from workflow.models import CareerStep, Employee, Letter, Mentorship, Objection
from workflow.vocabulary import Level, Stage, TaskKind


def level(company: Company) -> Level:
    with company.reading() as db:
        return db.get_one(Employee, company.ids["C"]).level


def steps(company: Company) -> list[bool]:
    with company.reading() as db:
        return list(db.scalars(select(CareerStep.is_reversal).order_by(CareerStep.id)))


def clock(company: Company) -> None:
    sweeps.run(company.door, now=company.now)


@pytest.mark.parametrize("_try", range(4))
def test_a_withdrawal_and_the_effect_at_once_leave_one_of_them(company: Company, _try: int) -> None:
    case_id = a_case(company, at=Stage.NOTICE)
    company.later(days=8)
    refused = at_once(lambda: company.do(cases.withdraw, case_id, "C", reason=""), lambda: clock(company))
    stage = company.case(case_id).stage
    assert (stage, refused[0]) in ((Stage.WITHDRAWN, None), (Stage.MENTORING, "stage_moved"))
    assert (level(company) is Level.SENIOR) is (stage is Stage.MENTORING)
    assert len(steps(company)) == (stage is Stage.MENTORING)
    with company.reading() as db:
        assert list(verify(db)) == []
        assert unattended(db) == []


@pytest.mark.parametrize("_try", range(4))
def test_an_objection_of_the_last_second_and_the_effect_at_once_exclude_each_other(
    company: Company, _try: int
) -> None:
    case_id = a_case(company, at=Stage.NOTICE)
    opened = company.case(case_id).round
    assert opened is not None
    assert opened.due_at is not None
    company.now = opened.due_at
    just_before = company.now - timedelta(seconds=1)

    def object_to() -> None:
        with company.door.changing(case_id, now=just_before, by=company.ids["P8"]) as (act, case):
            objections.object_to(act, case, text="The figures are wrong.")

    refused = at_once(object_to, lambda: clock(company))
    with company.reading() as db:
        raised = len(db.scalars(select(Objection)).all())
    assert (refused[0] is None) is (raised == 1)
    assert company.case(case_id).stage is (Stage.NOTICE if raised else Stage.MENTORING)
    assert len(steps(company)) == 1 - raised
    assert len(company.open_tasks(case_id, TaskKind.DECIDE_OBJECTION)) == raised


def test_two_objections_of_one_person_at_once_are_one(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOTICE)
    refused = at_once(
        *[lambda: company.do(objections.object_to, case_id, "P8", text="The figures are wrong.")] * 4
    )
    assert sorted(code or "" for code in refused) == ["", *["already_exists"] * 3]


def test_two_conclusions_at_once_are_one(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    mentor_a_case(company, case_id)
    company.later(weeks=26)
    refused = at_once(
        lambda: company.do(mentoring.confirm, case_id, "D1", reason="Good."),
        lambda: company.do(mentoring.revert, case_id, "D1", reason="Too large."),
        lambda: company.do(mentoring.extend, case_id, "D1", reason="Not yet."),
    )
    stage = company.case(case_id).stage
    assert refused.count(None) >= 1
    # After an extension the decision is open again, so that another may still follow it.
    assert refused.count(None) == 1 or stage in (Stage.MENTORING, Stage.REVERTED)
    assert steps(company) == ([False, True] if stage is Stage.REVERTED else [False])
    with company.reading() as db:
        assert len(db.scalars(select(Letter)).all()) == (1 if stage is Stage.MENTORING else 2)
        assert list(verify(db)) == []


def test_a_mentor_who_hands_back_and_one_who_is_replaced_at_once_are_asked_for_once(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    with company.on(case_id, "H1") as (act, case):
        mentoring.name_mentor(act, case, act.db.get_one(Employee, company.ids["T1"]))
    refused = at_once(*[lambda: company.do(mentoring.refuse, case_id, "T1", reason="No time.")] * 3)
    assert sorted(code or "" for code in refused) == ["", "not_your_task", "not_your_task"]
    assert len(company.open_tasks(case_id, TaskKind.NAME_MENTOR)) == 1
    with company.reading() as db:
        assert db.scalars(select(Mentorship.mentor_id)).one() is None
