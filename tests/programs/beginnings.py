"""Where programs begin before the committee: drafts, signatures, facts that lack, reviews, competitions."""

from sqlalchemy import update

from tests.builders import (
    a_case,
    a_competition,
    a_contested_case,
    approve_all,
    decide_competition,
    fill_in_all,
    let_time_run_out,
    score_all,
    score_round,
    seat_judges,
)
from tests.company import JUDGES, Company
from tests.customers import customers, list_contacts
from tests.workflow.begun import Beginning
from tests.workflow.contests import ENTRANTS, put_forward, three_entries, three_judged_entries
from tests.workflow.seasons import a_begun_cycle, changed, opened, tick
from workflow import nominations, rater_objections
from workflow.models import Employee
from workflow.vocabulary import Level, Nominator, Stage, Track


def two_drafts(company: Company) -> tuple[int, ...]:
    return a_case(company), a_case(company, candidate="P1", by="P1")


def a_peers_nomination_that_awaits_consent(company: Company) -> tuple[int, ...]:
    case = a_case(company, by="P2")
    assert company.case(case).nominated_as is Nominator.PEER
    return (case,)


def drafts_of_a_cycle(company: Company) -> tuple[int, ...]:
    """Three people are eligible, one is not, and of one the facts are missing."""
    with company.door.acting(now=company.now) as act:
        others = Employee.number.not_in(("C", "P1", "P2"))
        act.execute(update(Employee).where(others).values(under_sanction=True))
    return (a_begun_cycle(company),)


def a_cycle_without_a_draft(company: Company) -> tuple[int, ...]:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).values(under_sanction=True))
    today = company.now.date()
    cycle = opened(company, "Spring", today, today.replace(year=2027))
    tick(company)
    return (cycle,)


def two_to_be_signed(company: Company) -> tuple[int, ...]:
    case = a_case(company)
    with company.on(case, "C") as (act, found):
        unwanted = act.db.get_one(Employee, company.ids["P3"])
        rater_objections.object_to(act, found, unwanted, reason="We compete for the same customers.")
    company.do(nominations.submit, case, "L1")
    return case, a_case(company, at=Stage.NOMINATED, candidate="P1", by="P1")


def one_returned_to_its_author(company: Company) -> tuple[int, ...]:
    case = a_case(company, at=Stage.NOMINATED)
    company.do(nominations.send_back, case, "D1", reason="Say what was achieved.")
    return (case,)


def a_signed_case_whose_facts_are_missing(company: Company) -> tuple[int, ...]:
    case = a_case(
        company,
        at=Stage.NOMINATED,
        track=Track.CROSS_DEPARTMENT,
        post="cross_department_project_lead",
    )
    approve_all(company, case)
    return (case,)


def a_signed_case_that_is_not_eligible(company: Company) -> tuple[int, ...]:
    changed(company, "C", under_sanction=True)
    case = a_case(company, at=Stage.NOMINATED)
    approve_all(company, case)
    return (case,)


def one_of_hr_to_be_signed(company: Company) -> tuple[int, ...]:
    step = {"track": Track.PROFESSIONAL, "level": Level.EXPERT, "post": "technical_expert"}
    return (a_case(company, at=Stage.NOMINATED, candidate="H2", by="H0", **step),)


def one_in_review(company: Company) -> tuple[int, ...]:
    list_contacts(company, *customers(9))
    return (a_case(company, at=Stage.REVIEW),)


def a_review_without_score(company: Company) -> tuple[int, ...]:
    case = a_case(company, at=Stage.REVIEW)
    let_time_run_out(company, case)
    return (case,)


def a_missed_floor(company: Company) -> tuple[int, ...]:
    case = a_case(company, at=Stage.REVIEW)
    fill_in_all(company, case, 2)
    return (case,)


def one_entry_to_a_competition(company: Company) -> tuple[int, ...]:
    contest = a_competition(company)
    return contest, a_contested_case(company)


def three_waiting_for_a_competition(company: Company) -> tuple[int, ...]:
    return tuple(a_contested_case(company, candidate=number) for number in ENTRANTS)


def three_at_the_end_of_the_sift(company: Company) -> tuple[int, ...]:
    contest, *entrants = three_judged_entries(company)
    score_round(company, contest, dict(zip(entrants, (5.0, 4.0, 3.0), strict=True)), JUDGES[:2])
    return contest, *entrants


def three_in_the_last_round(company: Company) -> tuple[int, ...]:
    contest, *entrants = three_judged_entries(company)
    score_round(company, contest, dict.fromkeys(entrants, 4.0))
    return contest, *entrants


def an_order_of_merit_to_be_signed(company: Company) -> tuple[int, ...]:
    contest, *entrants = three_judged_entries(company)
    score_all(company, contest, dict(zip(entrants, (5.0, 4.0, 4.0), strict=True)))
    return contest, *entrants


def two_in_reserve(company: Company) -> tuple[int, ...]:
    contest, *entrants = an_order_of_merit_to_be_signed(company)
    decide_competition(company, contest)
    return contest, *entrants


def one_in_reserve_that_has_expired(company: Company) -> tuple[int, ...]:
    contest = a_competition(company)
    made = put_forward(company, "N0", "N1")
    seat_judges(company, contest)
    score_all(company, contest, dict(zip(made, (5.0, 4.0), strict=True)))
    decide_competition(company, contest)
    company.later(days=380)
    return contest, *made


BEGINNINGS_BEFORE_THE_COMMITTEE: tuple[Beginning, ...] = (
    two_drafts,
    a_peers_nomination_that_awaits_consent,
    drafts_of_a_cycle,
    a_cycle_without_a_draft,
    two_to_be_signed,
    one_returned_to_its_author,
    a_signed_case_whose_facts_are_missing,
    a_signed_case_that_is_not_eligible,
    one_of_hr_to_be_signed,
    one_in_review,
    a_review_without_score,
    a_missed_floor,
    three_entries,
    one_entry_to_a_competition,
    three_waiting_for_a_competition,
    three_judged_entries,
    three_at_the_end_of_the_sift,
    three_in_the_last_round,
    an_order_of_merit_to_be_signed,
    two_in_reserve,
    one_in_reserve_that_has_expired,
)
