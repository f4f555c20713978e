"""Publishing criteria: one document per key and version, never changed, on the journal."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from workflow import criteria
from workflow.act import Act
from workflow.editions.library import edition_in_force, edition_of
from workflow.editions.reading import digest, read, shipped
from workflow.errors import AlreadyExists, BadEdition, NotFound
from workflow.models import Base, CriteriaEdition
from workflow.vocabulary import EditionState

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DEFAULT = shipped()["default"]
# The day from which these editions hold.
ON = date(2026, 3, 2)


@pytest.fixture
def act() -> Iterator[Act]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        yield Act(db=db, by=None, now=NOW)
    engine.dispose()


def a_later_version(version: str, effective_from: str) -> str:
    spoken = DEFAULT.replace('version: "2026.1"', f'version: "{version}"')
    return spoken.replace("effective_from: 2026-01-01", f"effective_from: {effective_from}")


def test_a_published_edition_is_one_document_named_by_its_digest(act: Act) -> None:
    row = criteria.publish(act, DEFAULT)
    assert (row.key, row.version, row.state) == ("default", "2026.1", EditionState.PUBLISHED)
    assert row.sha256 == digest(DEFAULT) == digest(row.document)
    assert json.loads(row.document)["effective_from"] == row.effective_from.isoformat()


def test_an_edition_that_extends_another_is_published_whole(act: Act) -> None:
    row = criteria.publish(act, shipped()["sample-1470"])
    assert row.key == "sample-1470"
    assert "extends" not in json.loads(row.document)
    assert read(row.document).criteria == read(DEFAULT).criteria


def test_what_was_promised_to_raters_is_never_lowered(act: Act) -> None:
    def showing(threshold: int, version: str) -> str:
        return (
            f"extends: default\nkey: other\nversion: '{version}'\n"
            f"defaults: {{review: {{threshold: {threshold}}}}}\n"
        )

    criteria.publish(act, DEFAULT)
    with pytest.raises(BadEdition) as refused:
        criteria.publish(act, showing(3, "1"))
    first = refused.value.facts["problems"][0]
    assert first == {"path": "steps[0].review.threshold", "reason": "threshold_lowered", "at_least": 4}
    criteria.publish(act, showing(4, "2"))


def test_publishing_the_same_document_again_changes_nothing(act: Act) -> None:
    first = criteria.publish(act, DEFAULT)
    again = criteria.publish(act, first.document)
    assert again is first
    assert act.db.scalar(select(func.count()).select_from(CriteriaEdition)) == 1
    assert len(act.entries) == 1


def test_a_published_version_is_never_replaced(act: Act) -> None:
    published = criteria.publish(act, DEFAULT)
    with pytest.raises(AlreadyExists) as refused:
        criteria.publish(act, DEFAULT.replace("weeks: 26", "weeks: 27"))
    assert refused.value.facts == {"key": "default", "version": "2026.1"}
    assert published.sha256 == digest(DEFAULT)


def test_a_bad_edition_leaves_nothing_behind(act: Act) -> None:
    with pytest.raises(BadEdition):
        criteria.publish(act, DEFAULT.replace("seats: 7", "seats: 6"))
    assert act.db.scalar(select(func.count()).select_from(CriteriaEdition)) == 0
    assert act.entries == []


def test_the_journal_says_what_was_published_and_that_it_was_shipped(act: Act) -> None:
    row = criteria.publish(act, DEFAULT)
    [entry] = act.entries
    assert (entry.chain, entry.action) == ("criteria", "edition_published")
    assert entry.facts == {"key": "default", "version": "2026.1", "sha256": row.sha256, "shipped": True}


def test_the_edition_in_force_is_the_one_that_took_effect_last(act: Act) -> None:
    first = criteria.publish(act, DEFAULT)
    second = criteria.publish(act, a_later_version("2026.2", "2026-03-02"))
    criteria.publish(act, a_later_version("2026.3", "2026-03-03"))
    assert edition_in_force(act.db, ON) is second
    assert edition_in_force(act.db, date(2026, 3, 1)) is first
    assert edition_in_force(act.db, date(2025, 12, 31)) is None


def test_a_retired_edition_is_out_of_force_but_still_read(act: Act) -> None:
    first = criteria.publish(act, DEFAULT)
    second = criteria.publish(act, a_later_version("2026.2", "2026-03-02"))
    assert criteria.retire(act, second.id).state == EditionState.RETIRED
    act.db.flush()
    assert edition_in_force(act.db, ON) is first
    assert edition_of(act.db, second.id).version == "2026.2"


def test_retiring_twice_is_said_once(act: Act) -> None:
    row = criteria.publish(act, DEFAULT)
    criteria.retire(act, row.id)
    criteria.retire(act, row.id)
    assert [entry.action for entry in act.entries] == ["edition_published", "edition_retired"]


def test_an_unknown_edition_cannot_be_retired(act: Act) -> None:
    with pytest.raises(NotFound):
        criteria.retire(act, 4711)


def test_a_published_edition_is_read_once(act: Act) -> None:
    row = criteria.publish(act, DEFAULT)
    edition = edition_of(act.db, row.id)
    assert edition == read(DEFAULT)
    assert edition_of(act.db, row.id) is edition
