"""Two people of HR publish criteria: one puts an edition forward, the other lets it count."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.builders import a_case
from tests.company import Company
from tests.workflow.test_publishing_criteria import a_later_version
from workflow import criteria
from workflow.editions.library import edition_in_force, edition_of
from workflow.errors import BadEdition, Invalid, NotAllowed, NotFound, OwnCase
from workflow.journal import verify
from workflow.models import CriteriaEdition, Employee, JournalEntry
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


def withdrawn(company: Company, edition_id: int, by: str) -> None:
    with company.door.acting(now=company.now, by=company.ids[by]) as act:
        criteria.withdraw(act, edition_id)


@pytest.mark.parametrize("by", ["H1", "H2"])
def test_what_was_put_forward_is_taken_back_and_its_version_is_free_again(company: Company, by: str) -> None:
    key = proposed(company, "H1")
    with company.reading() as db:
        before = edition_of(db, key)
    withdrawn(company, key, by)
    with company.reading() as db, pytest.raises(NotFound):
        edition_of(db, key)
    other = a_later_version("2026.9", "2026-03-03")
    with company.door.acting(now=company.now, by=company.ids["H1"]) as act:
        again = criteria.propose(act, other).id
    with company.reading() as db:  # whatever key it has
        assert edition_of(db, again).effective_from == before.effective_from + timedelta(days=1)
        entries = select(JournalEntry).where(JournalEntry.chain == "criteria").order_by(JournalEntry.id)
        told = [entry.action for entry in db.scalars(entries)]
        assert told[-3:] == ["edition_proposed", "edition_withdrawn", "edition_proposed"]
        assert list(verify(db)) == []


def test_what_was_published_is_taken_back_by_nobody(company: Company) -> None:
    key = proposed(company, "H1")
    published(company, key, "H2")
    with pytest.raises(Invalid, match="edition_was_published"):
        withdrawn(company, key, "H1")
    with pytest.raises(NotFound):
        withdrawn(company, 999, "H1")


def test_nobody_with_a_case_on_its_way_takes_an_edition_back(company: Company) -> None:
    key = proposed(company, "H1")
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "H2").values(level=Level.INTERMEDIATE))
    a_case(company, at=Stage.NOMINATED, candidate="H2", by="H2")
    with pytest.raises(OwnCase):
        withdrawn(company, key, "H2")
