"""Raters who drop out of a review: replaced when they decline, leave or are late, and nobody twice."""

from datetime import date

import pytest
from sqlalchemy import select, update

from tests.builders import a_case, answers, evidence, fill_in_all, raters
from tests.company import PEERS, Company
from tests.customers import asked_customers, customer_answers, customers, links, list_contacts
from workflow import cases, cycles, reviews, sweeps
from workflow import customers as customer_verbs
from workflow.contacts import Listed
from workflow.models import Employee, JournalEntry, PromotionCase, ReviewOutcome, ReviewRequest
from workflow.pools import pools_for
from workflow.vocabulary import Level, RequestState, Source, Stage, TaskKind

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
SUPERIOR = Source.SUPERIOR


def hand_in(company: Company, case_id: int, *by: str) -> None:
    for person in by:
        company.do(reviews.submit_form, case_id, person, answers=answers(), evidence=evidence())


def in_state(company: Company, case_id: int, state: RequestState) -> set[str]:
    query = select(ReviewRequest.rater_id).where(
        ReviewRequest.round_id == company.case(case_id).round_id, ReviewRequest.state == state
    )
    with company.reading() as db:
        return {company.number(person) for person in db.scalars(query) if person is not None}


def peers_of(company: Company, case_id: int) -> list[str]:
    return sorted(set(raters(company, case_id)) & set(PEERS))


def time_is_over(company: Company, case_id: int) -> None:
    company.later(days=20)
    company.do(reviews.close_due, case_id)


def written(company: Company, case_id: int) -> list[str]:
    with company.reading() as db:
        entries = select(JournalEntry.action).where(JournalEntry.case_id == case_id)
        return list(db.scalars(entries.order_by(JournalEntry.sequence)))


def test_late_raters_of_a_source_that_is_short_are_replaced_once_with_more_time(
    company: Company,
) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    first = peers_of(company, case_id)
    hand_in(company, case_id, "L1", "C", *first[:2])
    time_is_over(company, case_id)
    assert in_state(company, case_id, RequestState.REPLACED) == set(first[2:])
    assert set(peers_of(company, case_id)) == set(PEERS) - set(first)
    assert {task.assignee_id for task in company.open_tasks(case_id, TaskKind.REVIEW)} == {
        company.ids[number] for number in set(PEERS) - set(first)
    }
    place = company.case(case_id).round
    assert place is not None
    assert place.due_at is not None
    assert place.due_at.date() == date(2026, 3, 27)  # five working days after a Sunday
    time_is_over(company, case_id)
    assert in_state(company, case_id, RequestState.MISSED) == set(PEERS) - set(first)
    assert written(company, case_id).count("review_extended") == 1


def test_a_replacement_counts_like_anybody(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    hand_in(company, case_id, "L1", "C", *peers_of(company, case_id)[:2])
    time_is_over(company, case_id)
    fill_in_all(company, case_id)
    assert company.case(case_id).stage is Stage.COMMITTEE


def test_a_review_that_has_enough_closes_at_its_time(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    hand_in(company, case_id, "L1", *peers_of(company, case_id)[:4])
    time_is_over(company, case_id)
    assert company.case(case_id).stage is Stage.COMMITTEE


def test_where_nobody_else_can_be_drawn_no_time_is_lost(company: Company) -> None:
    company.leaves("P1")
    company.leaves("P2")
    company.leaves("P3")
    case_id = a_case(company, at=Stage.REVIEW)
    time_is_over(company, case_id)
    (task,) = company.open_tasks(case_id)
    assert task.kind is TaskKind.RESCUE_REVIEW


def test_late_customers_are_replaced_from_the_list(company: Company) -> None:
    list_contacts(company, *customers(12))
    case_id = a_case(company, at=Stage.REVIEW)
    first = links(company, case_id)
    for link in first[:3]:
        company.do(customer_verbs.submit, case_id, link=link, answers=customer_answers())
    fill_in_all(company, case_id)
    time_is_over(company, case_id)
    assert len(asked_customers(company, case_id)) == 12
    assert len(links(company, case_id, RequestState.REPLACED)) == 4
    assert len(links(company, case_id)) == 5  # four new ones, and one for whom nobody else was left


def test_a_rater_who_has_left_is_replaced_by_the_clock(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    before = set(peers_of(company, case_id))
    gone = min(before)
    company.leaves(gone)
    assert sweeps.run(company.door, now=company.now)["raters_replaced"] == 1
    assert len(set(peers_of(company, case_id)) - before) == 1
    assert in_state(company, case_id, RequestState.REPLACED) == {gone}
    assert sweeps.run(company.door, now=company.now)["raters_replaced"] == 0


def test_what_a_rater_handed_in_before_he_left_counts(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    gone = peers_of(company, case_id)[0]
    hand_in(company, case_id, gone)
    company.leaves(gone)
    assert sweeps.run(company.door, now=company.now)["raters_replaced"] == 0
    fill_in_all(company, case_id)
    with company.reading() as db:
        assert db.scalars(select(ReviewOutcome)).one().exact["raters"] == 6


def test_when_the_last_one_missing_has_left_the_review_closes(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    hand_in(company, case_id, "C", *peers_of(company, case_id))
    company.leaves("L1")
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "D1").values(is_active=False))
    sweeps.run(company.door, now=company.now)
    (task,) = company.open_tasks(case_id)
    assert (task.kind, task.detail) == (TaskKind.RESCUE_REVIEW, "too_few_sources")


def test_the_other_team_stays_in_when_its_only_rater_drops_out(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        to_first = update(Employee).where(Employee.number == "P6").values(manager_id=company.ids["L1"])
        act.execute(to_first)
    for _ in range(5):
        case_id = a_case(company, at=Stage.REVIEW)
        others = {"P7", "P8"} & set(peers_of(company, case_id))
        for one in others:
            company.do(reviews.decline_request, case_id, one, reason="Never met.")
        if len(others) == 1:
            assert {"P7", "P8"} - others <= set(peers_of(company, case_id))
        company.do(cases.withdraw, case_id, "C", reason="")


def test_the_journal_tells_nothing_of_single_raters(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    before = written(company, case_id)
    first, second, *_ = peers_of(company, case_id)
    company.do(reviews.decline_request, case_id, first, reason="We share a house.")
    company.leaves(second)
    sweeps.run(company.door, now=company.now)
    hand_in(company, case_id, peers_of(company, case_id)[0])
    assert written(company, case_id) == before
    with company.reading() as db:
        reason = select(ReviewRequest.declined_because).where(ReviewRequest.state == RequestState.DECLINED)
        assert db.scalars(reason).all() == ["We share a house."]


def test_two_superiors_are_asked_where_hr_has_listed_a_former_one(company: Company) -> None:
    list_contacts(company, Listed(SUPERIOR, person="L2"), Listed(SUPERIOR, person="D1"))
    for _ in range(3):
        case_id = a_case(company, at=Stage.REVIEW)
        asked = set(raters(company, case_id)) & {"L1", "L2", "D1"}
        assert "L1" in asked
        assert len(asked) == 2
        company.do(cases.withdraw, case_id, "C", reason="")


def test_both_superiors_are_shown_by_name(company: Company) -> None:
    list_contacts(company, Listed(SUPERIOR, person="L2"))
    case_id = a_case(company, at=Stage.REVIEW)
    fill_in_all(company, case_id)
    with company.reading() as db:
        named = db.scalars(select(ReviewOutcome)).one().named
    assert [form["rater"] for form in named] == [company.ids["L1"], company.ids["L2"]]


def test_peers_of_other_teams_are_taken_from_the_list_too(company: Company) -> None:
    for number in PEERS[:5]:
        company.leaves(number)
    list_contacts(company, Listed(Source.PEER, person="T1"), Listed(Source.PEER, person="M1"))
    case_id = a_case(company, at=Stage.REVIEW)
    assert set(raters(company, case_id)) == {"L1", "C", "P6", "P7", "P8", "T1", "M1"}


def test_whoever_is_taken_off_the_list_is_asked_no_more(company: Company) -> None:
    list_contacts(company, Listed(SUPERIOR, person="L2"), *customers(9))
    list_contacts(company, *customers(7))
    case_id = a_case(company, at=Stage.REVIEW)
    assert "L2" not in raters(company, case_id)
    assert asked_customers(company, case_id) == set()  # seven are fewer than the eight to be drawn


def test_forms_count_over_the_whole_cycle_even_when_they_are_in(company: Company) -> None:
    first = a_case(company, at=Stage.REVIEW)
    drawn = set(peers_of(company, first))
    fill_in_all(company, first)
    candidate = min(set(PEERS) - drawn)
    second = a_case(company, candidate=candidate, by="H1")
    assert busy(company, second) == set()
    in_a_cycle(company, first, second)
    assert busy(company, second) == drawn


def test_without_a_cycle_the_forms_of_open_reviews_count(company: Company) -> None:
    first = a_case(company, at=Stage.REVIEW)
    drawn = set(peers_of(company, first))
    hand_in(company, first, min(drawn))
    second = a_case(company, candidate=min(set(PEERS) - drawn), by="H1")
    assert busy(company, second) == drawn


def test_what_a_manager_writes_about_his_reports_does_not_count(company: Company) -> None:
    a_case(company, at=Stage.REVIEW)
    for number in PEERS[:3]:
        a_case(company, at=Stage.REVIEW, candidate=number)
    about_a_peer_of_his = a_case(
        company, candidate="L2", by="D1", level=Level.EXPERT, post="technical_expert"
    )
    assert "L1" not in busy(company, about_a_peer_of_his)


def busy(company: Company, case_id: int) -> set[str]:
    """Peers who have been drawn for a form before, as the pool of a case counts."""
    with company.on(case_id) as (act, case):
        peers = pools_for(act, case)[Source.PEER]
    return {company.number(int(peer.person)) for peer in peers if peer.load}


def in_a_cycle(company: Company, *case_ids: int) -> None:
    days = {"opens_on": date(2026, 3, 1), "closes_on": date(2026, 4, 1)}
    with company.door.acting(now=company.now) as act:
        cycle = cycles.open_cycle(act, name="Spring", edition_id=company.edition_id, **days)
        cases_of = update(PromotionCase).where(PromotionCase.id.in_(case_ids))
        act.execute(cases_of.values(cycle_id=cycle.id))
