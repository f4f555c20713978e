"""A sweep that cannot deal with one case goes on with the others."""

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from tests.builders import a_case
from tests.company import Company
from workflow import sweeps
from workflow.models import ReviewRequest
from workflow.vocabulary import RequestState, Source, Stage

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def test_one_broken_case_does_not_stop_the_clock_for_the_others(company: Company) -> None:
    broken, sound = a_case(company, at=Stage.REVIEW), a_case(company, at=Stage.REVIEW, candidate="P1")
    with company.on(broken) as (_, case):
        assert case.round is not None
        case.round.facts = {}
    company.leaves("L1")
    with capture_logs() as logs:
        assert sweeps.run(company.door, now=company.now)["raters_replaced"] == 1
    assert [(line["key"], line["deed"]) for line in logs if line["event"] == "sweep_failed"] == [
        (broken, "replace_gone")
    ]
    superiors = select(ReviewRequest.state).where(ReviewRequest.source == Source.SUPERIOR)
    with company.reading() as db:
        states = [
            db.scalars(superiors.where(ReviewRequest.round_id == company.case(key).round_id)).first()
            for key in (broken, sound)
        ]
    assert states == [RequestState.ASKED, RequestState.REPLACED]
