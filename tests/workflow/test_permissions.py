"""Who sees a case and who may act on it; what may not be seen does not exist."""

import pytest
from sqlalchemy import select

from tests.builders import a_case, a_competition, a_contested_case, raters, seat_judges
from tests.company import Company
from workflow import committees
from workflow.errors import NotAllowed, NotFound, OwnCase
from workflow.models import Employee, PromotionCase
from workflow.permissions import ALLOWED, Operation, Part, require, visible_parts
from workflow.relations import Relation, relations, roles_of, visible_cases
from workflow.vocabulary import Level, Stage

only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
EVERYBODY = {Relation.EVERYBODY, Relation.ANYBODY, Relation.ONLOOKER}
CASE_OPERATIONS = (Operation.READ_CASE, Operation.APPROVE, Operation.WAIVE, Operation.CAST_BALLOT)


def stands(company: Company, number: str, case_id: int) -> set[Relation]:
    """What a person is to a case beyond being an employee."""
    with company.reading() as db:
        person = db.get_one(Employee, company.ids[number])
        return set(relations(db, person, db.get_one(PromotionCase, case_id))) - EVERYBODY


def asks(company: Company, number: str, operation: Operation, case_id: int | None = None) -> None:
    with company.reading() as db:
        case = db.get_one(PromotionCase, case_id) if case_id else None
        require(db, db.get_one(Employee, company.ids[number]), operation, case)


def parts(company: Company, number: str, case_id: int) -> frozenset[Part]:
    with company.reading() as db:
        case = db.get_one(PromotionCase, case_id)
        return visible_parts(relations(db, db.get_one(Employee, company.ids[number]), case), case)


def populated(company: Company) -> list[int]:
    """Cases in many stages, two of them rivals, one of HR's own."""
    at_committee = a_case(company, at=Stage.COMMITTEE)
    competition = a_competition(company)
    contested = [
        a_contested_case(company, candidate=number, at=stage)
        for number, stage in (("P1", Stage.COMPETITION), ("P4", Stage.COMPETITION), ("P2", Stage.REVIEW))
    ]
    seat_judges(company, competition)
    own = a_case(
        company,
        at=Stage.NOMINATED,
        candidate="H2",
        by="H1",
        level=Level.EXPERT,
        post="technical_expert",
    )
    return [at_committee, *contested, own, a_case(company, candidate="P3", by="P3")]


def test_the_list_of_cases_agrees_with_the_rights_for_every_person_and_case(company: Company) -> None:
    cases = populated(company)
    for number, key in company.ids.items():
        with company.reading() as db:
            listed = set(db.scalars(select(PromotionCase.id).where(visible_cases(key))))
        assert listed == {case for case in cases if Part.PLACE in parts(company, number, case)}, number


def test_each_person_stands_as_the_case_says(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED, by="C")
    expected = {
        "C": {Relation.CANDIDATE, Relation.NOMINATOR},
        "L1": {Relation.SUPERIOR, Relation.APPROVER, Relation.HOLDER},
        "D1": {Relation.SUPERIOR},
        "H1": {Relation.HR},
        "A1": {Relation.AUDITOR},
        "X1": {Relation.ADMIN},
        "P1": set(),
        "L2": set(),
        "M1": set(),
    }
    assert {number: stands(company, number, case_id) for number in expected} == expected


@only_sqlite
def test_a_rater_knows_of_the_case_but_sees_nothing_of_it(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    peer = next(rater for rater in raters(company, case_id) if rater.startswith("P"))
    assert stands(company, peer, case_id) == {Relation.RATER}
    assert parts(company, peer, case_id) == frozenset()
    asks(company, peer, Operation.FILL_IN_REVIEW, case_id)
    with pytest.raises(NotAllowed):
        asks(company, peer, Operation.READ_CASE, case_id)


@only_sqlite
def test_members_see_a_case_only_while_it_is_with_them(company: Company) -> None:
    before = a_case(company, at=Stage.REVIEW)
    assert stands(company, "M2", before) == set()
    during = a_case(company, at=Stage.COMMITTEE, candidate="P1")
    assert Relation.MEMBER in stands(company, "M2", during)
    after = a_case(company, at=Stage.NOTICE, candidate="P2")
    assert stands(company, "M2", after) == set()


@only_sqlite
def test_a_recused_member_loses_sight_of_the_case(company: Company) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    company.do(committees.recuse, case_id, "M2", reason="An old friend.")
    assert stands(company, "M2", case_id) == set()


@only_sqlite
def test_a_person_of_hr_has_no_rights_of_hr_on_the_own_case(company: Company) -> None:
    target = {"level": Level.EXPERT, "post": "technical_expert"}
    case_id = a_case(company, at=Stage.NOMINATED, candidate="H1", by="H1", **target)
    assert stands(company, "H1", case_id) == {Relation.CANDIDATE, Relation.NOMINATOR}
    for operation in (Operation.WAIVE, Operation.APPROVE, Operation.RESCUE_REVIEW, Operation.NAME_MENTOR):
        with pytest.raises(OwnCase):
            asks(company, "H1", operation, case_id)
    asks(company, "H1", Operation.WITHDRAW, case_id)
    asks(company, "H2", Operation.WAIVE, case_id)


@only_sqlite
def test_rivals_see_nothing_of_each_other_whatever_else_they_are(company: Company) -> None:
    a_competition(company)
    target = {"at": Stage.COMPETITION}
    first, second = (a_contested_case(company, candidate=number, **target) for number in ("C", "P1"))
    with company.door.acting(now=company.now) as act:
        act.db.get_one(Employee, company.ids["P1"]).manager_id = company.ids["C"]
    assert stands(company, "C", second) == stands(company, "P1", first) == set()
    with pytest.raises(NotFound):
        asks(company, "C", Operation.READ_CASE, second)
    assert {Relation.SUPERIOR} <= stands(company, "L1", second)


@only_sqlite
@pytest.mark.parametrize("number", ["P1", "L2", "M1", "T1", "X1"])
def test_for_a_stranger_there_is_no_such_case(company: Company, number: str) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    for operation in CASE_OPERATIONS:
        with pytest.raises(NotFound):
            asks(company, number, operation, case_id)


@only_sqlite
def test_whoever_sees_a_case_but_may_not_act_is_told_so(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    for number, operation in (("A1", Operation.APPROVE), ("L1", Operation.WAIVE), ("D1", Operation.RECUSE)):
        asks(company, number, Operation.READ_CASE, case_id)
        with pytest.raises(NotAllowed):
            asks(company, number, operation, case_id)
    with pytest.raises(OwnCase):
        asks(company, "C", Operation.APPROVE, case_id)


@only_sqlite
def test_an_administrator_sees_no_case(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    assert parts(company, "X1", case_id) == frozenset()
    asks(company, "X1", Operation.SUBSCRIBE)


@only_sqlite
def test_roles_hold_where_no_case_is_concerned(company: Company) -> None:
    with company.reading() as db:
        people = {number: db.get_one(Employee, company.ids[number]) for number in ("H1", "A1", "C")}
        held = {number: roles_of(db, person) - EVERYBODY for number, person in people.items()}
    assert held == {"H1": {Relation.HR}, "A1": {Relation.AUDITOR}, "C": set()}
    asks(company, "H1", Operation.OPEN_CYCLE)
    asks(company, "C", Operation.READ_CRITERIA)
    with pytest.raises(NotAllowed):
        asks(company, "C", Operation.OPEN_CYCLE)


@only_sqlite
def test_the_outcome_is_shown_to_the_candidate_after_the_release_only(company: Company) -> None:
    secret = {Part.REVIEW_OUTCOME, Part.TALLY}
    case_id = a_case(company, at=Stage.COMMITTEE)
    for number in ("C", "L1"):
        assert not parts(company, number, case_id) & secret
    released = a_case(company, at=Stage.NOTICE, candidate="P1")
    for number in ("P1", "L1"):
        assert parts(company, number, released) >= secret
    assert parts(company, "M2", case_id) >= secret


@only_sqlite
def test_internal_reasons_are_for_hr_and_auditors(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOTICE)
    seen = {number for number in company.ids if Part.INTERNAL_REASON in parts(company, number, case_id)}
    assert seen == {"H1", "H2", "A1"}


def test_every_operation_says_whom_it_is_open_to() -> None:
    assert set(ALLOWED) == set(Operation)
    assert all(ALLOWED.values())
