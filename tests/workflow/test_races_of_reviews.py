"""Raters, customers and the clock at the same moment: every form counts or is refused, and one close."""

from sqlalchemy import func, select

from tests.builders import a_case, answers, approve_all, evidence, fill_in_all, raters
from tests.company import PEERS, Company
from tests.customers import customer_answers, customers, links, list_contacts
from tests.workflow.test_races_before_the_committee import at_once, holds
from workflow import customers as customer_verbs
from workflow import reviews
from workflow.models import JournalEntry, ReviewOutcome, ReviewRequest
from workflow.vocabulary import RequestState, Stage, TaskKind


def hand_in(company: Company, case_id: int, by: str) -> None:
    company.do(reviews.submit_form, case_id, by, answers=answers(), evidence=evidence())


def closes(company: Company, case_id: int) -> int:
    query = select(func.count()).where(
        JournalEntry.case_id == case_id, JournalEntry.action == "review_closed"
    )
    with company.reading() as db:
        return db.scalar(query) or 0


def states(company: Company, case_id: int) -> list[RequestState]:
    query = select(ReviewRequest.state).where(ReviewRequest.round_id == company.case(case_id).round_id)
    with company.reading() as db:
        return list(db.scalars(query))


def test_one_link_used_twice_at_once_counts_once(company: Company) -> None:
    list_contacts(company, *customers(8))
    case_id = a_case(company, at=Stage.REVIEW)
    for link in links(company, case_id):
        refusals = at_once(
            *(
                lambda link=link, mark=mark: company.do(
                    customer_verbs.submit, case_id, link=link, answers=customer_answers(mark)
                )
                for mark in (2, 3, 5)
            )
        )
        assert sorted(one.code if one else "" for one in refusals) == [
            "",
            "review_link_over",
            "review_link_over",
        ]
    fill_in_all(company, case_id)
    with company.reading() as db:
        assert db.scalars(select(ReviewOutcome)).one().exact["sources"]["customer"]["n"] == 8
    assert holds(company)


def test_the_last_colleague_and_the_last_customer_at_once_close_the_review_once(company: Company) -> None:
    list_contacts(company, *customers(8))
    case_id = a_case(company, at=Stage.REVIEW)
    *first, last = links(company, case_id)
    for link in first:
        company.do(customer_verbs.submit, case_id, link=link, answers=customer_answers())
    *others, rater = raters(company, case_id)
    for one in others:
        hand_in(company, case_id, one)
    assert at_once(
        lambda: hand_in(company, case_id, rater),
        lambda: company.do(customer_verbs.submit, case_id, link=last, answers=customer_answers()),
    ) == [None, None]
    assert company.case(case_id).stage is Stage.COMMITTEE
    assert closes(company, case_id) == 1
    assert holds(company)


def test_a_decline_at_the_moment_of_the_close_is_taken_or_refused(company: Company) -> None:
    for candidate in PEERS[:3]:
        case_id = a_case(company, at=Stage.REVIEW, candidate=candidate)
        company.later(days=30)
        company.do(reviews.close_due, case_id)
        company.later(days=30)
        rater = next(one for one in raters(company, case_id) if one in PEERS and one != candidate)
        decline, clock = at_once(
            lambda case_id=case_id, rater=rater: company.do(
                reviews.decline_request, case_id, rater, reason="Never met."
            ),
            lambda case_id=case_id: company.do(reviews.close_due, case_id),
        )
        assert clock is None
        assert decline is None or decline.code == "review_closed"
        assert closes(company, case_id) == 1
        assert RequestState.ASKED not in states(company, case_id)
        kinds = [task.kind for task in company.open_tasks(case_id)]
        assert kinds == [TaskKind.RESCUE_REVIEW]
    assert holds(company)


def test_a_form_at_the_moment_its_author_is_replaced_counts_or_is_refused(company: Company) -> None:
    for candidate in PEERS[:3]:
        case_id = a_case(company, at=Stage.REVIEW, candidate=candidate)
        company.later(days=30)
        rater = next(one for one in raters(company, case_id) if one in PEERS and one != candidate)
        form, clock = at_once(
            lambda case_id=case_id, rater=rater: hand_in(company, case_id, rater),
            lambda case_id=case_id: company.do(reviews.close_due, case_id),
        )
        assert clock is None
        assert form is None or form.code in ("not_your_task", "review_closed")
        assert closes(company, case_id) <= 1
        submitted = states(company, case_id).count(RequestState.SUBMITTED)
        assert submitted == (1 if form is None else 0)
    assert holds(company)


def test_two_clocks_give_more_time_once(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    company.later(days=30)
    clock = lambda: company.do(reviews.close_due, case_id)  # noqa: E731 -- the same deed twice
    assert at_once(clock, clock) == [None, None]
    assert states(company, case_id).count(RequestState.REPLACED) == 3
    assert closes(company, case_id) == 0
    assert holds(company)


def test_reviews_opened_at_once_may_pass_the_limit_by_no_more_than_their_number(company: Company) -> None:
    waiting = [a_case(company, at=Stage.NOMINATED, candidate=number) for number in PEERS[:3]]
    assert at_once(*(lambda case_id=case_id: approve_all(company, case_id) for case_id in waiting)) == [
        None,
        None,
        None,
    ]
    drawn = select(ReviewRequest.rater_id, func.count()).group_by(ReviewRequest.rater_id)
    with company.reading() as db:
        assert max(number for _, number in db.execute(drawn)) <= 6 + len(waiting)
