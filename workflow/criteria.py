"""What HR does with the criteria: publish an edition and retire it."""

from sqlalchemy import select

from workflow import journal
from workflow.act import Act
from workflow.editions import reading
from workflow.editions.library import edition_of
from workflow.errors import AlreadyExists, BadEdition, NotFound
from workflow.models import CriteriaEdition
from workflow.rules.disclosure import lowered_thresholds
from workflow.rules.edition import Edition
from workflow.vocabulary import EditionState


def publish(act: Act, text: str) -> CriteriaEdition:
    """Publish an edition, whole and checked; the same document again gives the edition already published.

    A text may extend an edition that comes with the product. Raises `BadEdition` with every problem,
    `AlreadyExists` where this key and version stand for another document.
    """
    document = reading.canonical(reading.resolve(text, reading.shipped()))
    edition, sha256 = reading.read(document), reading.digest(document)
    query = select(CriteriaEdition).filter_by(key=edition.key, version=edition.version)
    published = act.first(query)
    if published is None:
        _refuse_lower_thresholds(act, edition)
        return _published(act, edition, document, sha256)
    if published.sha256 != sha256:
        raise AlreadyExists(key=edition.key, version=edition.version)
    return published


def publish_shipped(act: Act) -> None:
    """Publish the edition that comes with the product, unless any edition is on file."""
    if act.first(select(CriteriaEdition.id)) is None:
        publish(act, reading.shipped()["default"])


def retire(act: Act, edition_id: int) -> CriteriaEdition:
    """Take an edition out of use for new cases; its cases and the cycles announced with it keep it."""
    row = act.db.get(CriteriaEdition, edition_id)
    if row is None:
        raise NotFound(kind="edition", id=edition_id)
    if row.state != EditionState.RETIRED:
        row.state = EditionState.RETIRED
        journal.record(act, "edition_retired", chain="criteria", key=row.key, version=row.version)
    return row


def _refuse_lower_thresholds(act: Act, edition: Edition) -> None:
    """What was promised to raters when the first edition was published is kept: groups only grow."""
    lowered = [
        problem
        for key in act.all(select(CriteriaEdition.id))
        for problem in lowered_thresholds(edition, edition_of(act.db, key))
    ]
    if lowered:
        raise BadEdition(problems=lowered)


def _published(act: Act, edition: Edition, document: str, sha256: str) -> CriteriaEdition:
    row = CriteriaEdition(
        key=edition.key,
        version=edition.version,
        sha256=sha256,
        document=document,
        effective_from=edition.effective_from,
        review_by=edition.review_by,
        published_at=act.now,
        published_by_id=act.by.id if act.by else None,
    )
    act.add(row)
    # What comes with the product is published by the installation, not by a person.
    shipped = act.by is None
    journal.record(
        act,
        "edition_published",
        chain="criteria",
        key=row.key,
        version=row.version,
        sha256=sha256,
        shipped=shipped,
    )
    return row
