"""What HR does with the criteria: two people publish an edition, and one retires it."""

from functools import cache
from typing import Any

from sqlalchemy import select

from workflow import journal
from workflow.act import Act
from workflow.editions import reading
from workflow.editions.library import edition_of
from workflow.errors import AlreadyExists, BadEdition, Invalid, NotAllowed, NotFound
from workflow.models import CriteriaEdition
from workflow.permissions import require_no_case_on_its_way
from workflow.rules.disclosure import lowered_thresholds
from workflow.rules.edition import Edition
from workflow.vocabulary import EditionState


def install(act: Act, text: str) -> CriteriaEdition:
    """Bring an edition with the installation: what comes with the product counts at once.

    Any other is a draft until somebody of HR publishes it. Raises as `publish` does.
    """
    if _comes_with_the_product(text):
        return publish(act, text)
    row, is_new = _on_file(act, text, state=EditionState.DRAFT)
    if is_new:
        _write_down(act, "edition_proposed", row)
    return row


def publish(act: Act, text: str) -> CriteriaEdition:
    """Publish an edition with the installation; the same document again gives the edition already on file.

    A text may extend an edition that comes with the product. Raises `BadEdition` with every problem,
    `AlreadyExists` where this key and version stand for another document.
    """
    row, is_new = _on_file(act, text)
    if is_new:
        _write_down(act, "edition_published", row, shipped=_comes_with_the_product(text))
    return row


def propose(act: Act, text: str) -> CriteriaEdition:
    """Put an edition forward as a draft, whole and checked; another person of HR publishes it.

    Raises as `publish` does, and OwnCase to whoever has a case on its way.
    """
    require_no_case_on_its_way(act.db, act.by)
    row, is_new = _on_file(act, text, state=EditionState.DRAFT, proposed_by_id=act.person.id)
    if is_new:
        _write_down(act, "edition_proposed", row)
    return row


def confirm(act: Act, edition_id: int) -> CriteriaEdition:
    """Publish an edition that somebody else has put forward; a published one stays as it is.

    Raises NotFound, NotAllowed to whoever has put it forward, OwnCase as `propose`, Invalid for one that was
    retired, BadEdition where a threshold is lower by now than what was promised since.
    """
    require_no_case_on_its_way(act.db, act.by)
    row = act.first(select(CriteriaEdition).where(CriteriaEdition.id == edition_id).with_for_update())
    if row is None:
        raise NotFound(kind="edition", id=edition_id)
    if row.state is EditionState.RETIRED:
        raise Invalid(reason="edition_not_in_use")
    if row.state is EditionState.DRAFT:
        if needs_another(row, act.person.id):
            raise NotAllowed(reason="second_person_needed")
        _refuse_lower_thresholds(act, reading.read(row.document))
        row.state, row.published_at, row.published_by_id = EditionState.PUBLISHED, act.now, act.person.id
        _write_down(act, "edition_published", row, shipped=False)
    return row


def needs_another(row: CriteriaEdition, person_id: int) -> bool:
    """Whether somebody else than this person has to publish an edition, for he has put it forward himself."""
    return row.state is EditionState.DRAFT and row.proposed_by_id == person_id


def withdraw(act: Act, edition_id: int) -> None:
    """Take back an edition that was put forward and that nobody has published; its version is free again.

    Raises NotFound, Invalid for one that was published, OwnCase as `propose`.
    """
    require_no_case_on_its_way(act.db, act.by)
    row = act.first(select(CriteriaEdition).where(CriteriaEdition.id == edition_id).with_for_update())
    if row is None:
        raise NotFound(kind="edition", id=edition_id)
    if row.state is not EditionState.DRAFT:
        raise Invalid(reason="edition_was_published")
    _write_down(act, "edition_withdrawn", row)
    act.db.delete(row)


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


def _comes_with_the_product(text: str) -> bool:
    return reading.digest(reading.resolve(text, reading.shipped())) in _shipped_digests()


@cache
def _shipped_digests() -> frozenset[str]:
    shipped = reading.shipped()
    return frozenset(reading.digest(reading.resolve(document, shipped)) for document in shipped.values())


def _refuse_lower_thresholds(act: Act, edition: Edition) -> None:
    """What was promised to raters when the first edition was published is kept: groups only grow."""
    lowered = [
        problem
        for key in act.all(select(CriteriaEdition.id).where(CriteriaEdition.state != EditionState.DRAFT))
        for problem in lowered_thresholds(edition, edition_of(act.db, key))
    ]
    if lowered:
        raise BadEdition(problems=lowered)


def _on_file(act: Act, text: str, **given: Any) -> tuple[CriteriaEdition, bool]:
    """The edition of a text as a row, and whether it was not on file before."""
    document = reading.canonical(reading.resolve(text, reading.shipped()))
    edition, sha256 = reading.read(document), reading.digest(document)
    known = act.first(select(CriteriaEdition).filter_by(key=edition.key, version=edition.version))
    if known is not None:
        if known.sha256 != sha256:
            raise AlreadyExists(key=edition.key, version=edition.version)
        return known, False
    _refuse_lower_thresholds(act, edition)
    row = CriteriaEdition(
        key=edition.key,
        version=edition.version,
        sha256=sha256,
        document=document,
        effective_from=edition.effective_from,
        review_by=edition.review_by,
        published_at=act.now,
        **given,
    )
    return act.add(row), True


def _write_down(act: Act, action: str, row: CriteriaEdition, **facts: Any) -> None:
    journal.record(
        act, action, chain="criteria", key=row.key, version=row.version, sha256=row.sha256, **facts
    )
