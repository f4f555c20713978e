"""Relatives, and people with a grievance open, have no say in each other's cases, and nobody is told why."""

from typing import Any

import pytest
from sqlalchemy import select, update

from tests.builders import (
    a_case,
    a_competition,
    a_contested_case,
    close_entries,
    raters,
    seat_judges,
)
from tests.company import MEMBERS, PEERS, Company
from tests.workflow.test_tasks_of_a_role import joins_hr, leaves_hr
from workflow import chains, contacts, keeping_apart, objections, pools, seats, sweeps
from workflow.contests import refuse_entrant
from workflow.errors import AlreadyExists, Conflicted, Invalid, NotFound, OwnCase
from workflow.models import (
    Employee,
    InboxRow,
    JournalEntry,
    JournalText,
    KeptApart,
    Recusal,
    RoleHolding,
    Task,
)
from workflow.relations import Relation, relations
from workflow.vocabulary import COMPETITION_TASKS, ApartBecause, Role, Source, Stage, TaskKind

RELATIVE, GRIEVANCE = ApartBecause
either = pytest.mark.parametrize("because", ApartBecause)
only_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


Pair = tuple[str, str, ApartBecause]


def keep_apart(
    company: Company, one: str, other: str, because: ApartBecause = RELATIVE, by: str = "H1"
) -> Pair:
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        people = [act.db.get_one(Employee, company.ids[number]) for number in (one, other)]
        keeping_apart.declare(act, *people, because=because)
    return one, other, because


def lift(company: Company, pair: Pair, by: str = "H1") -> None:
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        people = [act.db.get_one(Employee, company.ids[number]) for number in pair[:2]]
        keeping_apart.lift(act, *people, because=pair[2])


def on_file(company: Company) -> list[tuple[set[str], ApartBecause]]:
    with company.reading() as db:
        rows = db.scalars(select(KeptApart).order_by(KeptApart.id))
        return [({company.number(row.one_id), company.number(row.other_id)}, row.because) for row in rows]


def asked(company: Company, case_id: int, kind: TaskKind) -> set[str]:
    """In whose inbox a task of this kind stands."""
    waiting = [task.id for task in company.open_tasks(case_id, kind)]
    with company.reading() as db:
        people = db.scalars(select(InboxRow.person_id).where(InboxRow.task_id.in_(waiting)))
        return {company.number(person) for person in people}


def pool(company: Company, case_id: int, source: Source) -> set[str]:
    with company.on(case_id) as (act, case):
        return {company.number(int(one.person)) for one in pools.pools_for(act, case)[source]}


def recusals(company: Company, case_id: int) -> dict[str, str]:
    with company.reading() as db:
        rows = db.scalars(select(Recusal).where(Recusal.case_id == case_id))
        return {company.number(row.employee_id): row.conflict for row in rows}


def sweep(company: Company) -> None:
    sweeps.run(company.door, now=company.now)


def test_hr_declares_and_lifts_in_whatever_order_the_two_are_named(company: Company) -> None:
    key = keep_apart(company, "P2", "C")
    assert on_file(company) == [({"C", "P2"}, RELATIVE)]
    with pytest.raises(AlreadyExists):
        keep_apart(company, "C", "P2")
    keep_apart(company, "C", "P2", GRIEVANCE)
    lift(company, key)
    assert on_file(company) == [({"C", "P2"}, GRIEVANCE)]
    with pytest.raises(NotFound):
        lift(company, key)


@only_sqlite
def test_nobody_is_kept_apart_from_oneself(company: Company) -> None:
    with pytest.raises(Invalid, match="person_twice"):
        keep_apart(company, "C", "C")


@only_sqlite
def test_nobody_of_hr_declares_or_lifts_what_concerns_himself(company: Company) -> None:
    with pytest.raises(OwnCase):
        keep_apart(company, "H1", "C")
    relative = keep_apart(company, "H1", "C", by="H2")
    grievance = keep_apart(company, "H1", "C", GRIEVANCE, by="H2")
    with pytest.raises(OwnCase):
        lift(company, relative)
    with pytest.raises(NotFound):
        lift(company, grievance)
    lift(company, relative, by="H2")
    lift(company, grievance, by="H2")
    assert on_file(company) == []


@only_sqlite
def test_the_journal_says_who_did_it_and_keeps_the_names_where_they_can_be_erased(company: Company) -> None:
    lift(company, keep_apart(company, "P2", "C"))
    query = select(JournalEntry, JournalText.text).join(JournalText, JournalText.entry_id == JournalEntry.id)
    with company.reading() as db:
        rows = db.execute(query.where(JournalEntry.chain == "kept_apart").order_by(JournalEntry.id)).all()
    told = [(entry.action, entry.actor_id, entry.facts, text) for entry, text in rows]
    assert told == [
        (action, company.ids["H1"], {"key": 1}, "relative: C / P2")
        for action in ("people_kept_apart", "people_apart_no_more")
    ]


@either
def test_whoever_is_kept_apart_is_never_drawn_as_a_rater(company: Company, because: ApartBecause) -> None:
    keep_apart(company, "C", "P1", because)
    case_id = a_case(company, at=Stage.REVIEW)
    assert pool(company, case_id, Source.PEER) == set(PEERS) - {"P1"}
    assert "P1" not in raters(company, case_id)


@only_sqlite
@either
def test_neither_a_line_manager_nor_a_report_reviews_a_relative(
    company: Company, because: ApartBecause
) -> None:
    keep_apart(company, "C", "L1", because)
    keep_apart(company, "P1", "C", because)
    with company.door.acting(now=company.now) as act:
        below = update(Employee).where(Employee.number.in_(("P1", "P2")))
        act.execute(below.values(manager_id=company.ids["C"]))
    case_id = a_case(company, by="C")
    assert pool(company, case_id, Source.SUPERIOR) == {"D1"}
    assert pool(company, case_id, Source.SUBORDINATE) == {"P2"}


@either
def test_an_approver_who_is_kept_apart_is_passed_over(company: Company, because: ApartBecause) -> None:
    keep_apart(company, "L1", "C", because)
    case_id = a_case(company, at=Stage.NOMINATED, by="C")
    assert asked(company, case_id, TaskKind.APPROVE) == {"D1"}
    with company.on(case_id) as (act, case):
        assert "L1" not in {company.number(step.approver_id) for step in chains.steps(act, case)[:2]}


@only_sqlite
def test_of_hr_another_person_signs_and_with_nobody_left_the_case_is_stuck(company: Company) -> None:
    for number in ("L1", "D1", "H2"):
        keep_apart(company, number, "C")
    case_id = a_case(company, at=Stage.NOMINATED, by="C")
    assert asked(company, case_id, TaskKind.APPROVE) == {"H1"}
    joins_hr(company, "T1")
    keep_apart(company, "H1", "C", by="T1")
    leaves_hr(company, "T1")
    sweep(company)
    assert company.case(case_id).stuck_reason in {"no_approver", "nobody_in_role"}


def test_an_approver_who_comes_to_be_kept_apart_is_replaced(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED, by="C")
    assert asked(company, case_id, TaskKind.APPROVE) == {"L1"}
    keep_apart(company, "C", "L1", GRIEVANCE)
    sweep(company)
    assert asked(company, case_id, TaskKind.APPROVE) == {"D1"}


def test_a_person_of_hr_is_not_hr_to_the_case_of_a_relative(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    keep_apart(company, "C", "H2")
    with company.on(case_id) as (act, case):
        theirs = {
            number: relations(act.db, act.db.get_one(Employee, company.ids[number]), case)
            for number in ("H1", "H2")
        }
    assert {number for number, found in theirs.items() if Relation.HR in found} == {"H1"}


@only_sqlite
def test_an_auditor_still_audits_and_a_superior_still_sees(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    for number, relation in (("A1", Relation.AUDITOR), ("D1", Relation.SUPERIOR)):
        keep_apart(company, "C", number)
        with company.on(case_id) as (act, case):
            assert relation in relations(act.db, act.db.get_one(Employee, company.ids[number]), case)


@either
def test_a_member_who_is_kept_apart_is_recused_for_a_confidential_reason(
    company: Company, because: ApartBecause
) -> None:
    keep_apart(company, "M3", "C", because)
    case_id = a_case(company, at=Stage.COMMITTEE)
    assert recusals(company, case_id) == {"M3": "confidential"}
    query = select(JournalEntry.facts).where(JournalEntry.action == "member_recused")
    with company.reading() as db:
        assert [facts["conflict"] for facts in db.scalars(query)] == ["confidential"]


@only_sqlite
def test_a_judge_who_is_kept_apart_is_refused_for_a_confidential_reason(company: Company) -> None:
    keep_apart(company, "J2", "P1")
    contest = a_competition(company)
    for number in ("C", "P1"):
        a_contested_case(company, candidate=number, at=Stage.COMPETITION)
    with pytest.raises(Conflicted) as refused:
        seat_judges(company, contest)
    (stake,) = refused.value.facts["people"]
    assert (stake["person"], stake["conflicts"]) == ("J2", ["confidential"])


@only_sqlite
def test_hr_runs_no_competition_that_a_relative_has_entered(company: Company) -> None:
    keep_apart(company, "H2", "P1")
    contest = a_competition(company)
    for number in ("C", "P1"):
        a_contested_case(company, candidate=number, at=Stage.COMPETITION)
    close_entries(company, contest)
    query = (
        select(InboxRow.person_id)
        .join(Task, Task.id == InboxRow.task_id)
        .where(Task.kind.in_(COMPETITION_TASKS))
    )
    with company.reading() as db:
        assert {company.number(person) for person in db.scalars(query)} == {"H1"}
    opened = company.door.competing(contest, now=company.now, by=company.ids["H2"])
    with pytest.raises(Conflicted), opened as (act, competition, _field):
        refuse_entrant(act, competition)


def objected(company: Company, by: str = "P8") -> int:
    case_id = a_case(company, at=Stage.NOTICE)
    company.do(objections.object_to, case_id, by, text="The figures are wrong.")
    return case_id


@pytest.mark.parametrize("other", ["C", "P8"])
def test_hr_decides_no_objection_by_or_against_a_relative(company: Company, other: str) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(RoleHolding(employee_id=company.ids["T1"], role=Role.HR))
    keep_apart(company, "H2", other)
    case_id = objected(company)
    before = company.open_tasks(case_id, TaskKind.DECIDE_OBJECTION)
    assert asked(company, case_id, TaskKind.DECIDE_OBJECTION) == {"T1"}
    sweep(company)
    assert asked(company, case_id, TaskKind.DECIDE_OBJECTION) == {"T1"}
    after = company.open_tasks(case_id, TaskKind.DECIDE_OBJECTION)
    assert [task.id for task in after] == [task.id for task in before]


@only_sqlite
def test_whoever_comes_to_be_kept_apart_may_not_decide_any_more(company: Company) -> None:
    case_id = objected(company)
    keep_apart(company, "P8", "H2")
    given: dict[str, Any] = {"objection_id": 1, "reason": "Checked."}
    with pytest.raises(Conflicted):
        company.do(objections.dismiss, case_id, "H2", **given)


@only_sqlite
def test_people_who_are_not_kept_apart_are_asked_as_before(company: Company) -> None:
    keep_apart(company, "P1", "M1")
    case_id = a_case(company, at=Stage.COMMITTEE)
    assert recusals(company, case_id) == {}
    assert asked(company, case_id, TaskKind.OPEN_BALLOT) == {MEMBERS[0]}


@either
@only_sqlite
def test_somebody_of_hr_nominates_whom_he_is_kept_apart_from_as_any_colleague(
    company: Company, because: ApartBecause
) -> None:
    keep_apart(company, "H1", "C", because, by="H2")
    case_id = a_case(company, by="H1")
    assert company.case(case_id).is_private
    assert [task.kind for task in company.open_tasks(case_id)] == [TaskKind.CONSENT]


@only_sqlite
def test_somebody_of_hr_neither_lists_raters_for_a_relative_nor_seats_the_committee(company: Company) -> None:
    keep_apart(company, "H1", "C", by="H2")
    a_case(company, at=Stage.NOMINATED)
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act, pytest.raises(OwnCase):
        contacts.replace_lists(act, {"C": []})
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act, pytest.raises(OwnCase):
        seats.end_term(act, 1, act.db.get_one(Employee, company.ids["M7"]))
    with company.door.acting(now=company.now, by=company.ids["H2"]) as act:
        contacts.replace_lists(act, {"C": []})
        seats.end_term(act, 1, act.db.get_one(Employee, company.ids["M7"]))
