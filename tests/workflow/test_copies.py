"""People who are kept informed of a case without a part in it."""

import pytest
from sqlalchemy import select, update

from tests.builders import a_case, a_contested_case
from tests.company import Company
from tests.workflow.test_approvals import changed
from tests.workflow.test_handing_over import kept_apart, relations_of
from workflow import cases, committees, copies
from workflow.errors import NotAllowed, NotFound, PersonUnfit, StageMoved
from workflow.models import CaseCopy, Employee, JournalEntry, PromotionCase
from workflow.permissions import Part, visible_parts
from workflow.relations import Relation, visible_cases
from workflow.vocabulary import Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def copy(company: Company, case_id: int, to: str, by: str = "H1") -> None:
    with company.on(case_id, by) as (act, case):
        copies.copy_to(act, case, act.db.get_one(Employee, company.ids[to]))


def sees(company: Company, number: str, case_id: int) -> bool:
    with company.reading() as db:
        seen = select(PromotionCase.id).where(visible_cases(company.ids[number]), PromotionCase.id == case_id)
        return db.scalars(seen).first() is not None


def test_whoever_gets_a_copy_sees_where_the_case_stands_and_no_secrets(company: Company) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    assert not sees(company, "T1", case_id)
    copy(company, case_id, "T1")
    assert sees(company, "T1", case_id)
    parts = visible_parts(relations_of(company, "T1", case_id), company.case(case_id))
    assert parts == {Part.PLACE, Part.NOMINATION, Part.TIMELINE}


def test_he_is_told_once_and_a_second_copy_changes_nothing(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    copy(company, case_id, "T1")
    before = company.case(case_id).version
    copy(company, case_id, "T1", by="L1")
    assert company.case(case_id).version == before
    with company.reading() as db:
        told = db.scalars(select(JournalEntry.facts).where(JournalEntry.action == "case_copied")).all()
    assert told == [{"person": company.ids["T1"]}]


@pytest.mark.parametrize(
    ("to", "reason"), [("C", "candidate"), ("H1", "oneself"), ("P1", "reports_to_candidate")]
)
def test_no_copy_goes_to_the_candidate_to_his_reports_or_to_oneself(
    company: Company, to: str, reason: str
) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    changed(company, "P1", manager_id=company.ids["C"])
    with pytest.raises(PersonUnfit) as refused:
        copy(company, case_id, to)
    assert refused.value.facts == {"reason": reason}


def test_a_rival_or_a_relative_sees_nothing_for_all_that_and_nobody_learns_why(company: Company) -> None:
    a_contested_case(company, at=Stage.NOMINATED, candidate="P1")
    case_id = a_contested_case(company, at=Stage.NOMINATED)
    kept_apart(company, "P2")
    for number in ("P1", "P2"):
        copy(company, case_id, number)
        assert not sees(company, number, case_id)


@pytest.mark.parametrize(
    ("to", "reason"), [("P3", "left"), ("L1", "sees_already"), ("X1", "administers"), ("M2", "stepped_aside")]
)
def test_whoever_needs_no_copy_or_may_have_none_gets_none(company: Company, to: str, reason: str) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    company.leaves("P3")
    company.do(committees.recuse, case_id, "M2", reason="We share a flat.")
    with pytest.raises(PersonUnfit) as refused:
        copy(company, case_id, to)
    assert refused.value.facts == {"reason": reason}


def test_whoever_comes_to_be_kept_apart_sees_nothing_any_more(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    copy(company, case_id, "T1")
    kept_apart(company, "T1")
    assert not sees(company, "T1", case_id)
    assert Relation.COPIED not in relations_of(company, "T1", case_id)


def test_whoever_comes_to_want_the_same_post_sees_nothing_any_more(company: Company) -> None:
    case_id = a_contested_case(company, at=Stage.NOMINATED)
    copy(company, case_id, "P1")
    a_contested_case(company, at=Stage.NOMINATED, candidate="P1")
    assert not sees(company, "P1", case_id)


def test_a_copy_is_taken_back_and_that_is_on_record(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    copy(company, case_id, "T1")
    with company.on(case_id, "L1") as (act, case), pytest.raises(NotAllowed):
        copies.take_back(act, case, act.db.get_one(Employee, company.ids["T1"]))
    with company.on(case_id, "H2") as (act, case):
        copies.take_back(act, case, act.db.get_one(Employee, company.ids["T1"]))
    assert not sees(company, "T1", case_id)
    with company.on(case_id, "L1") as (act, case), pytest.raises(NotFound):
        copies.take_back(act, case, act.db.get_one(Employee, company.ids["T1"]))
    with company.reading() as db:
        assert db.scalars(select(CaseCopy.person_id)).all() == []
        actions = db.scalars(select(JournalEntry.action).where(JournalEntry.case_id == case_id)).all()
    assert actions[-2:] == ["case_copied", "copy_taken_back"]


def test_what_has_ended_is_copied_to_nobody_else(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    copy(company, case_id, "T1")
    company.do(cases.withdraw, case_id, "C", reason="")
    assert sees(company, "T1", case_id)
    with pytest.raises(StageMoved):
        copy(company, case_id, "L2")


def test_a_person_who_left_and_came_back_still_has_his_copy(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    copy(company, case_id, "T1")
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "T1").values(is_active=False))
    company.returns("T1")
    assert sees(company, "T1", case_id)
