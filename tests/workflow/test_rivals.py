"""Whoever wants the same contested post has no part in a rival's case, whatever else he is."""

import pytest

from tests.builders import a_case, a_competition, a_contested_case
from tests.company import Company
from workflow import cases, permissions
from workflow import relations as rights
from workflow.errors import NotFound
from workflow.models import Employee, RoleHolding
from workflow.permissions import Operation
from workflow.relations import Relation
from workflow.vocabulary import Role, Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def relations(company: Company, number: str, case_id: int) -> frozenset[Relation]:
    with company.on(case_id) as (act, case):
        return rights.relations(act.db, act.db.get_one(Employee, company.ids[number]), case)


def hr_wants_the_post_too(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        person = act.db.get_one(Employee, company.ids["H2"])
        person.level = act.db.get_one(Employee, company.ids["C"]).level
    a_contested_case(company, at=Stage.NOMINATED, candidate="H2", by="H2")


def test_an_hr_person_loses_every_right_over_a_rival_before_any_competition(company: Company) -> None:
    case_id = a_contested_case(company, at=Stage.NOMINATED)
    assert Relation.HR in relations(company, "H2", case_id)
    hr_wants_the_post_too(company)
    assert Relation.HR not in relations(company, "H2", case_id)
    assert Relation.HR in relations(company, "H1", case_id)


def test_a_rival_of_hr_cannot_even_be_seen(company: Company) -> None:
    case_id = a_contested_case(company, at=Stage.NOMINATED)
    hr_wants_the_post_too(company)
    with pytest.raises(NotFound), company.on(case_id, "H2") as (act, case):
        permissions.require(act.db, act.person, Operation.WITHDRAW, case)


def test_whoever_has_stood_in_a_contest_is_a_rival_to_its_entrants_alone(company: Company) -> None:
    stranger = a_case(company, at=Stage.NOMINATED)
    a_competition(company)
    entrant, rival = (a_contested_case(company, candidate=number) for number in ("P2", "P3"))
    company.do(cases.withdraw, rival, "P3", reason="")
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["P3"], role=Role.HR))
    assert Relation.HR not in relations(company, "P3", entrant)
    assert Relation.HR in relations(company, "P3", stranger)


def test_whoever_competes_keeps_every_right_over_other_peoples_cases(company: Company) -> None:
    a_competition(company)
    a_contested_case(company, at=Stage.COMPETITION, candidate="P1")
    case_id = a_case(company, at=Stage.NOMINATED, by="C")
    with company.door.acting(now=company.now) as act:
        act.db.get_one(Employee, company.ids["C"]).manager_id = company.ids["P1"]
    assert Relation.SUPERIOR in relations(company, "P1", case_id)
