"""The cases of somebody who may see few of them, found by his part in them: no more and no fewer."""

import pytest
from sqlalchemy import ColumnElement, insert, select, union
from sqlalchemy.orm import Session

from tests.builders import a_case
from tests.company import Company
from tests.matrix import worlds
from tests.programs import beginnings, late_beginnings
from tests.workflow.begun import Beginning, moved_into
from tests.workflow.votes import voting_case
from workflow import committees
from workflow.models import Department, Employee, HrField, PromotionCase, columns
from workflow.permissions import Part, visible_parts
from workflow.queries.cases import cases_seen_by
from workflow.queries.few_cases import few_visible_cases, sees_few
from workflow.relations import Relation, links_to_see, relations, roles_of, visible_cases
from workflow.store import Door
from workflow.vocabulary import Stage

_STAFF = {Relation.HR, Relation.AUDITOR}
# In these everybody who is linked to a case in one of the ways there are, is linked to one.
_WORLDS = (
    beginnings.a_peers_nomination_that_awaits_consent,
    beginnings.three_in_the_last_round,
    late_beginnings.approvers_who_are_away,
    late_beginnings.one_about_to_be_decided,
    late_beginnings.a_plan_to_be_agreed,
    worlds.one_before_a_committee_with_a_stake,
    worlds.one_with_an_added_signer,
    worlds.one_with_hr_of_its_department_and_read_by_others,
)
in_every_world = pytest.mark.parametrize("beginning", _WORLDS, ids=lambda one: one.__name__)


@in_every_world
def test_what_is_listed_is_what_each_person_may_see_case_by_case(door: Door, beginning: Beginning) -> None:
    company = moved_into(door, beginning)
    with company.reading() as db:
        cases = db.scalars(select(PromotionCase)).all()
        for number, key in company.ids.items():
            person = db.get_one(Employee, key)
            seen = {
                case.id for case in cases if Part.PLACE in visible_parts(relations(db, person, case), case)
            }
            assert _found(db, visible_cases(key)) == seen, number
            if not roles_of(db, person) & _STAFF:
                assert _found(db, few_visible_cases(key)) == seen, number


@in_every_world
def test_a_link_finds_the_cases_of_which_it_holds(door: Door, beginning: Beginning) -> None:
    company = moved_into(door, beginning)
    with company.reading() as db:
        for number, key in company.ids.items():
            for link in links_to_see(key):
                assert set(db.scalars(union(*link.cases()))) == _found(db, link.holds()), number


def test_few_are_seen_by_whoever_is_staff_to_few_and_above_few(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        given = columns(Employee)
        like = act.db.get_one(Employee, company.ids["P1"])
        of_all = {name: getattr(like, name) for name in given if name not in {"id", "email"}}
        many = [of_all | {"number": f"N{n}", "manager_id": company.ids["P2"]} for n in range(501)]
        act.execute(insert(Employee), many)
        for number, name in (("T1", "Service"), ("J1", "Staff")):
            department = act.db.scalars(select(Department.id).where(Department.name == name)).one()
            act.add(HrField(employee_id=company.ids[number], department_id=department))
    with company.reading() as db:
        people = (db.get_one(Employee, key) for key in company.ids.values())
        few = {one.number for one in people if sees_few(db, one.id, roles_of(db, one))}
    # D1 and L1 are above P2, and T1 is HR to his department.
    assert company.ids.keys() - few == {"P2", "L1", "D1", "T1", "H1", "H2", "A1"}


def test_a_recusal_from_one_case_hides_nothing_of_another(company: Company) -> None:
    own, other = voting_case(company), a_case(company, at=Stage.COMMITTEE, candidate="P1")
    due = {number: _due(company, number, other) for number in ("M2", "M3")}
    assert due["M2"] == due["M3"] is not None
    company.do(committees.recuse, own[0], "M2", reason="An old friend.")
    assert _due(company, "M2", other) == due["M2"]


def _found(db: Session, condition: ColumnElement[bool]) -> set[int]:
    return set(db.scalars(select(PromotionCase.id).where(condition)))


def _due(company: Company, number: str, case_id: int) -> object:
    with company.reading() as db:
        query = cases_seen_by(company.ids[number]).where(PromotionCase.id == case_id)
        return db.scalars(query).one().due_at
