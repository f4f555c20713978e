"""Customers and other contacts of a candidate, as HR lists them."""

from sqlalchemy import select

from tests.builders import answers
from tests.company import Company, default_rules
from workflow import contacts
from workflow import customers as customer_verbs
from workflow.contacts import Changes, Listed
from workflow.models import ReviewContact, ReviewRequest
from workflow.vocabulary import RequestState, Source


def customers(count: int, *, locale: str = "en") -> list[Listed]:
    """So many customers by name and mail."""
    return [
        Listed(Source.CUSTOMER, name=f"Customer {n}", email=f"customer{n}@example.com", locale=locale)
        for n in range(1, count + 1)
    ]


def list_contacts(company: Company, *listed: Listed, candidate: str = "C") -> Changes:
    """HR puts a list on file."""
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        return contacts.replace_lists(act, {candidate: listed})


def links(company: Company, case_id: int, state: RequestState | None = RequestState.ASKED) -> list[str]:
    """Handles of the links of the present round, of customers in one state or all."""
    query = select(ReviewRequest.link).where(
        ReviewRequest.round_id == company.case(case_id).round_id, ReviewRequest.link.is_not(None)
    )
    if state is not None:
        query = query.where(ReviewRequest.state == state)
    with company.reading() as db:
        return [link for link in db.scalars(query.order_by(ReviewRequest.id)) if link is not None]


def begin_all(company: Company, case_id: int) -> None:
    """Every customer who is asked opens his form."""
    for link in links(company, case_id):
        company.do(customer_verbs.begin, case_id, link=link)


def asked_customers(company: Company, case_id: int) -> set[str]:
    """Names of the customers who were ever asked in the present round."""
    query = (
        select(ReviewContact.name)
        .join(ReviewRequest, ReviewRequest.contact_id == ReviewContact.id)
        .where(ReviewRequest.round_id == company.case(case_id).round_id)
    )
    with company.reading() as db:
        return {name for name in db.scalars(query) if name is not None}


def customer_answers(value: int = 4) -> dict[str, int | None]:
    """A customer's form with the same answer to each of the six questions."""
    asked = {item.key for item in default_rules().items if item.for_customers}
    return {item: mark for item, mark in answers(value).items() if item in asked}
