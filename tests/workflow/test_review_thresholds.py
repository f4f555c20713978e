"""Whatever raters answer: no figure that anybody reads of a review stands on fewer than its threshold."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from tests.builders import a_case, evidence, let_time_run_out
from tests.company import Company, default_rules
from tests.customers import customers, list_contacts
from tests.workflow.begun import begun
from workflow import customers as customer_verbs
from workflow import reviews
from workflow.editions.library import step_of
from workflow.errors import FormIncomplete
from workflow.models import Employee, PromotionCase, ReviewRequest
from workflow.permissions import Part
from workflow.queries import reviews as review_queries
from workflow.queries.reviews import ReviewSeen
from workflow.relations import Relation
from workflow.rules.scoring import display_threshold
from workflow.vocabulary import RequestState, Source, Stage

ITEMS = [item.key for item in default_rules().items]
FOR_CUSTOMERS = {item.key for item in default_rules().items if item.for_customers}
HR = (frozenset({Relation.HR}), frozenset({Part.REVIEW_OUTCOME, Part.INTERNAL_REASON}))


def asked(company: Company) -> tuple[int, ...]:
    """A case whose raters are a superior, peers, five reports and customers."""
    reports = ("T1", "M1", "M2", "M3", "M4")
    with company.door.acting(now=company.now) as act:
        moved = update(Employee).where(Employee.number.in_(reports)).values(manager_id=company.ids["C"])
        act.execute(moved)
    list_contacts(company, *customers(8))
    return (a_case(company, at=Stage.REVIEW),)


# What one rater does: nothing, or a mark for most items and "cannot judge" for a few.
a_rater = st.none() | st.tuples(st.integers(1, 5), st.sets(st.sampled_from(ITEMS), max_size=7))


@settings(max_examples=12, deadline=None)
@given(st.lists(a_rater, min_size=20, max_size=20))
def test_no_figure_of_a_review_stands_on_fewer_than_its_threshold(choices: list[Any]) -> None:
    with TemporaryDirectory() as folder, begun(Path(folder), asked) as (company, (case_id,)):
        given_marks: dict[Source, list[dict[str, int | None]]] = {}
        for request, choice in zip(requests(company, case_id), choices, strict=False):
            if choice is None:
                continue
            form = hand_in(company, case_id, request, *choice)
            if form is not None:
                given_marks.setdefault(request.source, []).append(form)
            check_progress(company, case_id)
        let_time_run_out(company, case_id)
        check_outcome(company, case_id, given_marks)


def requests(company: Company, case_id: int) -> list[ReviewRequest]:
    query = select(ReviewRequest).where(ReviewRequest.round_id == company.case(case_id).round_id)
    with company.reading() as db:
        return list(db.scalars(query.order_by(ReviewRequest.id)))


def hand_in(
    company: Company, case_id: int, request: ReviewRequest, mark: int, unjudged: set[str]
) -> dict[str, int | None] | None:
    """The form that was taken, or None where it was refused as incomplete."""
    is_customer = request.source is Source.CUSTOMER
    form = {
        item: None if item in unjudged else mark for item in ITEMS if not is_customer or item in FOR_CUSTOMERS
    }
    try:
        if request.link is not None:
            company.do(customer_verbs.submit, case_id, link=request.link, answers=form)
        else:
            by = company.number(request.rater_id)
            company.do(reviews.submit_form, case_id, by, answers=form, evidence=evidence(mark))
    except FormIncomplete:
        return None
    return form


def seen(company: Company, case_id: int) -> ReviewSeen:
    with company.reading() as db:
        return review_queries.review(db, db.get_one(PromotionCase, case_id), *HR)


def threshold(company: Company, case_id: int, source: Source) -> int:
    with company.reading() as db:
        rules = step_of(db, db.get_one(PromotionCase, case_id)).review
    return display_threshold(source, rules) if source is not Source.SUPERIOR else rules.threshold


def check_progress(company: Company, case_id: int) -> None:
    if company.case(case_id).stage is not Stage.REVIEW:
        return
    submitted = Counter(
        one.source for one in requests(company, case_id) if one.state is RequestState.SUBMITTED
    )
    for line in seen(company, case_id).progress:
        least = threshold(company, case_id, line.source)
        assert line.asked >= least
        assert line.submitted in (None, submitted[line.source])
        assert line.submitted is None or line.submitted >= least


def check_outcome(
    company: Company, case_id: int, given_marks: dict[Source, list[dict[str, int | None]]]
) -> None:
    outcome = seen(company, case_id).outcome
    assert outcome is not None
    if outcome["score"] is None:
        assert (outcome["sources"], outcome["raters"], outcome["comments"]) == ([], None, {})
        return
    for shown in outcome["sources"]:
        if shown["source"] == "superior":
            continue
        merged = [Source.PEER, Source.SUBORDINATE]
        group = merged if shown["source"] == "colleagues" else [Source(shown["source"])]
        forms = [form for source in group for form in given_marks.get(source, [])]
        least = max(threshold(company, case_id, source) for source in group)
        assert len(forms) >= shown["n"] >= least
        for item, figure in shown["items"].items():
            contributors = sum(form.get(item) is not None for form in forms)
            assert contributors == figure["n"] >= least
