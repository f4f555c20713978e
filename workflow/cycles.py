"""What HR does with cycles: open a window in which nominations are taken under one edition."""

from datetime import date

from sqlalchemy import select

from workflow import journal
from workflow.act import Act
from workflow.errors import AlreadyExists, Invalid
from workflow.models import CriteriaEdition, Cycle
from workflow.vocabulary import EditionState


def open_cycle(
    act: Act,
    *,
    name: str,
    edition_id: int,
    opens_on: date,
    closes_on: date,
    quota: int | None = None,
    opens_drafts: bool = True,
) -> Cycle:
    """Announce a cycle under a published edition; `quota` is the most promotions it may bring.

    With `opens_drafts` the service opens a draft for everybody eligible on the first day. Raises
    AlreadyExists for a name in use, Invalid for an edition out of use, days in the wrong order or over.
    """
    if opens_on > closes_on:
        raise Invalid(reason="cycle_closes_before_it_opens")
    if closes_on < act.now.date():
        raise Invalid(reason="cycle_is_over", closes_on=closes_on)
    edition = act.db.get(CriteriaEdition, edition_id)
    if edition is None or edition.state is not EditionState.PUBLISHED:
        raise Invalid(reason="edition_not_in_use")
    if act.first(select(Cycle.id).where(Cycle.name == name)) is not None:
        raise AlreadyExists(kind="cycle", name=name)
    cycle = act.add(
        Cycle(
            name=name,
            edition_id=edition_id,
            opens_on=opens_on,
            closes_on=closes_on,
            quota=quota,
            opens_drafts=opens_drafts,
        )
    )
    _write_down(act, cycle)
    return cycle


def _write_down(act: Act, cycle: Cycle) -> None:
    journal.record(
        act,
        "cycle_opened",
        chain="cycles",
        cycle=cycle.id,
        edition=cycle.edition_id,
        opens_on=cycle.opens_on.isoformat(),
        closes_on=cycle.closes_on.isoformat(),
        quota=cycle.quota,
        opens_drafts=cycle.opens_drafts,
    )
