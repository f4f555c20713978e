"""What an act on a case begins with is what a query would find, and what is changed of it is stored."""

import pytest
from sqlalchemy import inspect, select, update

from tests.builders import a_case
from tests.company import Company
from workflow.errors import HasLeft, NotFound
from workflow.models import Base, Employee, PromotionCase, bare_table, columns
from workflow.vocabulary import Stage


def told(one: Base | None) -> dict[str, object]:
    """What is on file of something, by its columns."""
    assert one is not None
    return {name: getattr(one, name) for name in columns(type(one))}


def test_case_candidate_stay_and_actor_are_as_a_query_finds_them(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    with company.on(case_id, "D1") as (act, case):
        read = [case, case.candidate, case.candidate.site, case.round, act.person, act.person.site]
        assert not any(inspect(one).modified for one in read if one is not None)
    with company.reading() as db:
        found = db.get_one(PromotionCase, case_id)
        actor = db.get_one(Employee, company.ids["D1"])
        those = [found, found.candidate, found.candidate.site, found.round, actor, actor.site]
        assert [told(one) for one in read] == [told(one) for one in those]


def test_what_an_act_changes_of_them_is_stored(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    with company.on(case_id, "D1") as (act, case):
        assert case.round is not None
        case.outcome_text, case.round.facts, case.candidate.name = "Agreed", {"seen": 1}, "Another name"
        act.person.locale = "en"
    with company.reading() as db:
        found = db.get_one(PromotionCase, case_id)
        assert found.round is not None
        assert (found.outcome_text, found.round.facts) == ("Agreed", {"seen": 1})
        assert (found.candidate.name, db.get_one(Employee, company.ids["D1"]).locale) == (
            "Another name",
            "en",
        )


def test_what_they_are_related_to_is_found_when_it_is_asked_for(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    with company.on(case_id, "D1") as (_, case):
        assert case.nominated_by is not None
        assert case.nominated_by.id == company.ids["L1"]


def test_one_row_is_one_object_in_an_act(company: Company) -> None:
    """Also where the candidate himself acts, and where two acts are one transaction."""
    case_id = a_case(company, at=Stage.NOMINATED)
    candidate = company.case(case_id).candidate_id
    now = company.now
    with company.door.together() as (db, door):
        with door.changing(case_id, now=now, by=candidate) as (act, case):
            assert act.person is case.candidate is db.get(Employee, candidate)
            case.outcome_text = "First"
        with door.changing(case_id, now=now, by=company.ids["D1"]) as (act, again):
            assert again is case
            assert act.person.site is case.candidate.site
            assert again.outcome_text == "First"


def test_what_is_locked_anew_is_known_as_it_has_become(company: Company) -> None:
    """A part that is undone lets go of its lock; what others do then is seen by whoever has it next."""
    case_id = a_case(company, at=Stage.NOMINATED)
    cases = bare_table(PromotionCase)
    with company.door.together() as (db, door):
        with door.changing(case_id, now=company.now, by=company.ids["D1"]) as (_, case):
            assert case.round is not None
        db.execute(update(cases).values(outcome_text="By others", round_id=None))
        with door.changing(case_id, now=company.now, by=company.ids["D1"]) as (_, again):
            assert (again, again.outcome_text, again.round) == (case, "By others", None)
            again.outcome_text = "By us"
        assert db.scalar(select(cases.c.outcome_text)) == "By us"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_nobody_acts_who_is_not_on_file_and_on_nothing_that_is_not(company: Company) -> None:
    case_id = a_case(company)
    with pytest.raises(HasLeft), company.door.changing(case_id, now=company.now, by=9999):
        pass
    with pytest.raises(NotFound), company.on(9999, "D1"):
        pass
