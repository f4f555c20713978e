"""Two people of HR publish criteria: one puts an edition forward, the other lets it count."""

import pytest
from sqlalchemy import update

from tests.builders import a_case
from tests.company import Company
from tests.workflow.test_publishing_criteria import a_later_version
from workflow import criteria
from workflow.editions.library import edition_in_force
from workflow.errors import BadEdition, Invalid, NotAllowed, NotFound, OwnCase
from workflow.models import CriteriaEdition, Employee
from workflow.vocabulary import EditionState, Level, Stage


def with_larger_groups(version: str) -> str:
    """An edition that shows nothing of fewer than six customers."""
    later = a_later_version(version, "2026-03-02")
    return later.replace("minimum: 5, drawn: 8", "minimum: 6, drawn: 8").replace(
        "customer_threshold: 5", "customer_threshold: 6"
    )


def proposed(company: Company, by: str, version: str = "2026.9") -> int:
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        return criteria.propose(act, a_later_version(version, "2026-03-02")).id


def published(company: Company, edition_id: int, by: str) -> CriteriaEdition:
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        row = criteria.confirm(act, edition_id)
        act.db.flush()
        act.db.expunge(row)
        return row


def test_an_edition_counts_once_a_second_person_of_hr_publishes_it(company: Company) -> None:
    key = proposed(company, "H1")
    with company.reading() as db:
        assert db.get_one(CriteriaEdition, key).state is EditionState.DRAFT
        in_force = edition_in_force(db, company.now.date())
        assert in_force is not None
        assert in_force.id == company.edition_id
    assert proposed(company, "H2") == key
    with pytest.raises(NotAllowed, match="second_person_needed"):
        published(company, key, "H1")
    row = published(company, key, "H2")
    assert (row.state, row.published_by_id) == (EditionState.PUBLISHED, company.ids["H2"])
    assert published(company, key, "H1").published_by_id == company.ids["H2"]


def test_nobody_with_a_case_on_its_way_changes_the_criteria(company: Company) -> None:
    key = proposed(company, "H1")
    with company.door.acting(now=company.now) as act:
        junior = update(Employee).where(Employee.number == "H2").values(level=Level.INTERMEDIATE)
        act.execute(junior)
    a_case(company, at=Stage.NOMINATED, candidate="H2", by="H2")
    with pytest.raises(OwnCase):
        published(company, key, "H2")
    with pytest.raises(OwnCase):
        proposed(company, "H2", "2026.10")


def test_a_draft_whose_thresholds_are_too_low_by_now_is_not_published(company: Company) -> None:
    key = proposed(company, "H1")
    with company.door.acting(now=company.now) as act:
        criteria.publish(act, with_larger_groups("2026.6"))
    with pytest.raises(BadEdition):
        published(company, key, "H2")


def test_a_retired_edition_is_published_no_more(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        criteria.retire(act, company.edition_id)
    with pytest.raises(Invalid, match="edition_not_in_use"):
        published(company, company.edition_id, "H1")


def test_there_is_nothing_to_publish_where_nothing_was_put_forward(company: Company) -> None:
    with pytest.raises(NotFound):
        published(company, 999, "H1")
