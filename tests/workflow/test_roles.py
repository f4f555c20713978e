"""Roles change by the word of two people, and never by that of the person concerned."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from notifications.models import Delivery
from tests.builders import a_case
from tests.company import PEERS, Company
from tests.workflow.test_mails_about_asking import telling
from tests.workflow.test_races_before_the_committee import at_once
from workflow import roles
from workflow.act import Act
from workflow.errors import NotAllowed, OwnCase, PersonInactive
from workflow.journal import verify
from workflow.models import Employee, JournalEntry, RoleHolding, RoleProposal
from workflow.vocabulary import Role, Stage

Verb = Callable[[Act, Employee, Role], None]


@pytest.fixture(autouse=True)
def two_administrators(company: Company) -> None:
    """X1 is one, and T1."""
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["T1"], role=Role.ADMIN))


def say(company: Company, by: str, verb: Verb, to: str, role: Role = Role.HR) -> None:
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        verb(act, act.db.get_one(Employee, company.ids[to]), role)


def holders(company: Company, role: Role = Role.HR) -> set[str]:
    with company.reading() as db:
        held = db.scalars(select(RoleHolding.employee_id).where(RoleHolding.role == role))
        return {company.number(person) for person in held}


def proposed(company: Company) -> list[tuple[str, bool]]:
    with company.reading() as db:
        return [(company.number(one.employee_id), one.is_given) for one in db.scalars(select(RoleProposal))]


def noted(company: Company) -> list[str]:
    with company.reading() as db:
        assert list(verify(db)) == []
        query = select(JournalEntry.action).where(JournalEntry.action.contains("role"))
        return list(db.scalars(query.order_by(JournalEntry.id)))


@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_held_once_a_second_person_confirms_it(company: Company, role: Role) -> None:
    telling(company)
    say(company, "X1", roles.give, "P1", role)
    say(company, "X1", roles.give, "P1", role)  # twice by the same person is once
    assert ("P1" in holders(company, role), proposed(company)) == (False, [("P1", True)])
    say(company, "T1", roles.give, "P1", role)
    assert ("P1" in holders(company, role), proposed(company)) == (True, [])
    assert noted(company) == ["role_proposed", "roles_changed"]
    with company.reading() as db:
        told = db.scalars(select(Delivery.person_id).where(Delivery.kind == "roles_changed")).all()
    assert company.ids["A1"] in told


def test_of_two_who_say_it_at_once_the_second_confirms(company: Company) -> None:
    for whom in PEERS:
        ways = [lambda by=by, whom=whom: say(company, by, roles.give, whom) for by in ("X1", "T1")]
        assert at_once(*ways) == [None, None]
    assert holders(company) == {"H1", "H2", *PEERS}
    assert proposed(company) == []
    assert noted(company) == ["role_proposed", "roles_changed"] * len(PEERS)


@pytest.mark.parametrize("role", sorted(roles.OPENING_CASES))
def test_somebody_of_hr_confirms_who_sees_cases(company: Company, role: Role) -> None:
    say(company, "X1", roles.give, "P1", role)
    say(company, "H1", roles.give, "P1", role)
    assert "P1" in holders(company, role)


def test_hr_proposes_nothing_and_has_no_say_in_administrators(company: Company) -> None:
    with pytest.raises(NotAllowed, match="role_not_proposed"):
        say(company, "H1", roles.give, "P1")
    say(company, "X1", roles.give, "P1", Role.ADMIN)
    with pytest.raises(NotAllowed, match="role_for_administrators"):
        say(company, "H1", roles.give, "P1", Role.ADMIN)
    assert holders(company, Role.ADMIN) == {"X1", "T1"}


@pytest.mark.parametrize("role", sorted(roles.OPENING_CASES))
def test_nobody_confirms_a_role_of_his_own(company: Company, role: Role) -> None:
    say(company, "X1", roles.give, "T1", role)
    with pytest.raises(NotAllowed, match="role_of_ones_own"):
        say(company, "T1", roles.give, "T1", role)
    say(company, "X1", roles.give, "X1", role)
    say(company, "X1", roles.give, "X1", role)
    assert not {"X1", "T1"} & holders(company, role)


def test_a_role_is_taken_by_two_people_too(company: Company) -> None:
    say(company, "X1", roles.take, "H2")
    assert holders(company) == {"H1", "H2"}
    with pytest.raises(NotAllowed, match="role_of_ones_own"):
        say(company, "H2", roles.take, "H2")
    say(company, "H1", roles.take, "H2")
    assert holders(company) == {"H1"}
    assert noted(company) == ["role_proposed", "roles_changed"]


def test_the_last_administrator_stays(company: Company) -> None:
    say(company, "X1", roles.take, "X1", Role.ADMIN)
    say(company, "T1", roles.take, "X1", Role.ADMIN)
    say(company, "T1", roles.take, "T1", Role.ADMIN)
    assert holders(company, Role.ADMIN) == {"T1"}


def test_the_contrary_ends_a_proposal(company: Company) -> None:
    say(company, "X1", roles.give, "P1")
    say(company, "H1", roles.take, "P1")
    say(company, "X1", roles.take, "H2")
    say(company, "T1", roles.give, "H2")
    assert (holders(company), proposed(company)) == ({"H1", "H2"}, [])
    assert noted(company) == ["role_proposed", "role_proposal_withdrawn"] * 2


def test_what_was_proposed_by_who_is_no_administrator_any_more_begins_anew(company: Company) -> None:
    say(company, "T1", roles.give, "P1")
    company.leaves("T1")
    with pytest.raises(NotAllowed, match="role_not_proposed"):
        say(company, "H1", roles.give, "P1")
    say(company, "X1", roles.give, "P1")
    assert (holders(company), proposed(company)) == ({"H1", "H2"}, [("P1", True)])
    say(company, "H1", roles.give, "P1")
    assert "P1" in holders(company)


def test_nobody_with_a_case_on_its_way_says_who_sees_cases(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["P2"], role=Role.ADMIN))
    a_case(company, at=Stage.NOMINATED, candidate="P2")
    with pytest.raises(OwnCase):
        say(company, "P2", roles.give, "P1")


def test_whoever_has_left_gets_no_role_but_loses_one(company: Company) -> None:
    company.leaves("H2")
    with pytest.raises(PersonInactive):
        say(company, "X1", roles.give, "H2", Role.AUDITOR)
    say(company, "X1", roles.take, "H2")
    say(company, "T1", roles.take, "H2")
    assert holders(company) == {"H1"}
