"""What is erased when, what stands in the way, and what stays true afterwards."""

import re

import pytest
from sqlalchemy import select, update

from notifications.models import WebhookSubscription
from server import erasing
from tests.builders import a_case
from tests.company import Company
from tests.customers import asked_customers, customers, list_contacts
from tests.server.erasing_done import WRITTEN, YEAR, a_told_case, erase, figures, leave, strings
from workflow import cases, data_gaps, erasure, keeping_apart
from workflow.contacts import Listed
from workflow.errors import NotErasable, NotFound
from workflow.journal import verify
from workflow.models import (
    Demographics,
    Employee,
    KeptApart,
    Objection,
    PerformanceRecord,
    PromotionCase,
    Task,
)
from workflow.queries.corrections import corrections_of
from workflow.retention import DataClass
from workflow.vocabulary import ApartBecause, ObjectionState, Source, Stage, TaskKind


def test_words_go_kind_by_kind_and_figures_stay(company: Company) -> None:
    case_id = a_told_case(company)
    before = figures(company)
    assert all(text in strings(company) for text in WRITTEN)
    company.later(days=YEAR)
    first = erase(company)
    assert {kind for kind in first if first[kind]} == {
        DataClass.NOMINATION,
        DataClass.REVIEW,
        DataClass.MENTORING,
    }
    assert not any(text in strings(company) for text in WRITTEN)
    assert company.case(case_id).outcome_text
    company.later(days=2 * YEAR)
    later = erase(company)
    assert {kind for kind in later if later[kind]} == {DataClass.REASONS, DataClass.LETTERS}
    assert company.case(case_id).outcome_text is None
    assert figures(company) == before
    with company.reading() as db:
        assert list(verify(db)) == []


def test_what_is_erased_is_erased_once(company: Company) -> None:
    a_told_case(company)
    leave(company)
    assert erase(company)[DataClass.PERSON] == 1
    assert not any(erase(company).values())


def test_a_person_who_has_left_becomes_nobody_in_particular(company: Company) -> None:
    a_told_case(company)
    keep_on_file(company, "C")
    before = figures(company)
    leave(company)
    counts = erase(company)
    assert (counts[DataClass.PERSON], counts[DataClass.ACCESS]) == (1, 0)
    left = strings(company)
    assert re.findall(r"Person C\b|\bc@example.com|Li Na|kin@example.com", left) == []
    with company.reading() as db:
        person = db.get_one(Employee, company.ids["C"])
        assert (person.name, person.number, person.email) == ("erased", f"erased-{person.id}", None)
        assert list(verify(db)) == []
    assert figures(company) == before


def keep_on_file(company: Company, number: str) -> None:
    """What is personal beside the cases: attributes, relatives, a correction, customers."""
    key = company.ids[number]
    with company.door.acting(now=company.now, by=key) as act:
        act.add(Demographics(employee_id=key, gender="f", birth_year=1990))
        data_gaps.report_error(act, rule="trainings", text="Person C has had two.")
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        people = (act.db.get_one(Employee, company.ids[one]) for one in (number, "P2"))
        keeping_apart.declare(act, *people, because=ApartBecause.RELATIVE)
    list_contacts(
        company, Listed(Source.CUSTOMER, name="Li Na", email="kin@example.com", locale="en"), candidate=number
    )


def test_what_somebody_has_reported_as_wrong_goes_with_what_was_said_to_it(company: Company) -> None:
    keep_on_file(company, "C")
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        (reported,) = act.all(select(Task).where(Task.kind == TaskKind.CORRECT_DATA))
        data_gaps.refuse(act, reported.id, reason="Person C has had one.")
    company.later(days=3 * YEAR)
    assert erase(company)[DataClass.REASONS] >= 3
    assert "has had" not in strings(company)
    with company.reading() as db:
        (left,) = db.scalars(corrections_of(company.ids["C"]))
    assert (left.text, left.is_corrected) == ("", False)
    assert erase(company)[DataClass.REASONS] == 0


def test_of_whoever_is_kept_apart_from_him_nothing_else_goes(company: Company) -> None:
    keep_on_file(company, "C")
    leave(company)
    erase(company)
    with company.reading() as db:
        assert db.scalars(select(KeptApart)).all() == []
        assert db.scalars(select(Demographics)).all() == []
        of = set(db.scalars(select(PerformanceRecord.employee_id)))
    assert of == set(company.ids.values()) - {company.ids["C"]}


def test_a_customer_nobody_lists_any_more_is_forgotten_with_the_review_he_was_asked_for(
    company: Company,
) -> None:
    list_contacts(company, *customers(9))
    case_id = a_case(company, at=Stage.REVIEW)
    asked = asked_customers(company, case_id)
    list_contacts(company)
    assert erase(company)[DataClass.REVIEW] == 9 - len(asked) == 1
    company.do(cases.withdraw, case_id, "C", reason="Not now.")
    assert erase(company)[DataClass.REVIEW] == 0
    company.later(days=YEAR)
    erase(company)
    assert "customer" not in strings(company).replace("'customer'", "")


def test_programs_of_whoever_is_erased_are_called_no_more(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.add(
            WebhookSubscription(
                owner_id=company.ids["H2"],
                url="https://mine.example.com/in",
                secret="whsec_x",
                created_at=company.now,
            )
        )
    company.leaves("H2")
    erase(company, "H2")
    assert "mine.example.com" not in strings(company)


def test_the_time_begins_when_it_is_seen_that_somebody_has_left(company: Company) -> None:
    company.leaves("T1")
    company.later(days=4 * YEAR)
    assert erase(company)[DataClass.PERSON] == 0
    company.returns("T1")
    company.later(days=2 * YEAR)
    erase(company)
    leave(company, "T1", days=2 * YEAR)
    assert erase(company)[DataClass.PERSON] == 0
    company.later(days=YEAR)
    assert erase(company)[DataClass.PERSON] == 1


def test_somebody_is_erased_at_once_when_it_is_asked_for(company: Company) -> None:
    case_id, other = a_told_case(company), a_case(company, at=Stage.NOMINATED, candidate="P3")
    company.later(days=60)
    company.leaves("C")
    before = figures(company)
    counts = erase(company, "C")
    assert all(counts[kind] for kind in DataClass if kind not in (DataClass.ACCESS, DataClass.MAILS))
    assert not any(text in strings(company) for text in WRITTEN[1:])
    assert (company.case(case_id).statement, company.case(case_id).evidence) == ("", {})
    assert company.case(other).statement == WRITTEN[0]
    assert figures(company) == before
    with company.reading() as db:
        assert list(verify(db)) == []
    with pytest.raises(NotFound):
        erase(company, "C")


def object_openly(company: Company, case_id: int) -> None:
    with company.on(case_id) as (act, case):
        assert case.round_id is not None
        act.add(
            Objection(
                case_id=case.id,
                round_id=case.round_id,
                objector_id=company.ids["P7"],
                text="No.",
                raised_at=company.now,
            )
        )


def refused(company: Company, number: str = "C") -> str:
    with pytest.raises(NotErasable) as error:
        erase(company, number)
    return str(error.value.facts["reason"])


def test_nothing_is_erased_of_whoever_is_here_or_may_still_be_decided_on(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    assert refused(company) == "still_here"
    company.leaves("C")
    assert refused(company) == "case_runs"
    company.do(cases.withdraw, case_id, "H1", reason="Has left.")
    assert refused(company) == "contestable"
    company.later(days=46)
    object_openly(company, case_id)
    assert refused(company) == "objection_undecided"
    with company.door.acting(now=company.now) as act:
        act.execute(update(Objection).values(state=ObjectionState.LAPSED))
    erase(company, "C")


def test_a_hold_stops_what_is_asked_for_and_what_is_due(company: Company) -> None:
    a_told_case(company)
    with company.door.acting(now=company.now) as act:
        erasure.hold(act, erasing.person_of(act, "C"), because="A lawsuit.")
    leave(company)
    assert refused(company) == "held_by_law"
    assert not any(erase(company).values())
    assert all(text in strings(company) for text in WRITTEN)
    with company.door.acting(now=company.now) as act:
        erasure.lift_hold(act, erasing.person_of(act, "C"))
    assert erase(company)[DataClass.PERSON] == 1
    with pytest.raises(NotFound), company.door.acting(now=company.now) as act:
        erasure.lift_hold(act, act.db.get_one(Employee, company.ids["C"]))


def test_a_case_that_waits_in_reserve_keeps_its_words(company: Company) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    with company.door.acting(now=company.now) as act:
        act.execute(update(PromotionCase).values(stage=Stage.RESERVE))
    company.later(days=5 * YEAR)
    assert not any(erase(company).values())
    assert company.case(case_id).statement == WRITTEN[0]
