"""HR seats committees: terms of office, alternates, the chair, and changes while cases are before them."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Select, select

from workflow import journal
from workflow.act import Act
from workflow.errors import AlreadyExists, Invalid, NotFound, PersonInactive
from workflow.models import Committee, Employee, Seat
from workflow.permissions import require_no_case_on_its_way
from workflow.rules.seats import most_at_once, size_fits


def constitute(
    act: Act,
    *,
    name: str,
    chair: Employee,
    members: Sequence[Employee],
    from_on: date,
    until_on: date,
    alternates: Sequence[Employee] = (),
    is_standing: bool = True,
    allows_thirds: bool = False,
) -> Committee:
    """Seat a committee for a term of office; an ad hoc one decides only on cases referred to it.

    Raises Invalid for a size that leads to ties, a chair who is no full member, somebody in two seats,
    PersonInactive for somebody who has left, and OwnCase to whoever has a case of his own on its way.
    """
    require_no_case_on_its_way(act.db, act.by)
    gone = [person.number for person in (*members, *alternates) if not person.is_active]
    if gone:
        raise PersonInactive(person=", ".join(gone))
    full, others = {member.id for member in members}, {person.id for person in alternates}
    size = size_fits(len(full), allows_thirds=allows_thirds)
    if not size.is_met:
        raise Invalid(reason=size.reason, **size.facts)
    if chair.id not in full or full & others or from_on > until_on:
        raise Invalid(reason="committee_chair_or_term")
    if act.first(select(Committee.id).where(Committee.name == name)):
        raise AlreadyExists(kind="committee", name=name)
    committee = act.add(Committee(name=name, chair_id=chair.id, size=len(full), is_standing=is_standing))
    act.db.add_all(
        _seat(committee, person, from_on, until_on, is_alternate=person.id not in full)
        for person in (*members, *alternates)
    )
    act.db.flush()
    journal.record(act, "committee_seated", chain=_chain(committee), seats=len(full), alternates=len(others))
    return committee


def seat(
    act: Act,
    committee_id: int,
    person: Employee,
    *,
    from_on: date,
    until_on: date,
    is_alternate: bool = False,
    is_chair: bool = False,
    in_place_of: Employee | None = None,
) -> Committee:
    """Fill a vacant seat, take over another's, or change one's term; the chair may be passed on with it.

    A vote that is open keeps its register. Raises Invalid where no seat is vacant, OwnCase to
    whoever has a case of his own on its way.
    """
    committee = _locked(act, committee_id)
    if in_place_of is not None:
        _end(act, committee, in_place_of, from_on, is_chair_passed_on=is_chair)
    own = act.first(_of(committee, person))
    own = own or act.add(_seat(committee, person, from_on, until_on, is_alternate=is_alternate))
    own.from_on, own.until_on, own.is_alternate = from_on, until_on, is_alternate
    if is_chair:
        committee.chair_id = person.id
    act.db.flush()
    _check(act, committee, own, person)
    journal.record(
        act,
        "seat_filled",
        chain=_chain(committee),
        member=person.id,
        from_on=from_on.isoformat(),
        until_on=until_on.isoformat(),
        is_alternate=is_alternate,
        is_chair=is_chair,
    )
    return committee


def end_term(act: Act, committee_id: int, person: Employee) -> Committee:
    """End somebody's term today; the seat is vacant until it is filled.

    Raises NotFound for whoever has no seat, Invalid for the chair, who must be passed on first.
    """
    committee = _locked(act, committee_id)
    _end(act, committee, person, act.now.date(), is_chair_passed_on=False)
    act.db.flush()
    journal.record(act, "seat_vacated", chain=_chain(committee), member=person.id)
    return committee


def _locked(act: Act, committee_id: int) -> Committee:
    require_no_case_on_its_way(act.db, act.by)
    committee = act.first(
        select(Committee).where(Committee.id == committee_id).with_for_update(key_share=True)
    )
    if committee is None:
        raise NotFound(kind="committee", id=committee_id)
    return committee


def _end(
    act: Act, committee: Committee, person: Employee, from_on: date, *, is_chair_passed_on: bool
) -> None:
    """Free the seat from a day on; a term that would be over by today leaves no row behind."""
    held = act.first(_of(committee, person))
    if held is None:
        raise NotFound(kind="seat")
    if committee.chair_id == person.id and not is_chair_passed_on:
        raise Invalid(reason="chair_keeps_the_seat")
    if from_on <= act.now.date():
        act.db.delete(held)
    else:
        held.until_on = min(held.until_on, from_on - timedelta(days=1))
    act.db.flush()


def _check(act: Act, committee: Committee, own: Seat, person: Employee) -> None:
    if not person.is_active:
        raise Invalid(reason="left")
    if own.from_on > own.until_on or (committee.chair_id == person.id and own.is_alternate):
        raise Invalid(reason="committee_chair_or_term")
    full = select(Seat.from_on, Seat.until_on).where(Seat.committee_id == committee.id, ~Seat.is_alternate)
    terms = [(first, last) for first, last in act.execute(full)]
    if most_at_once(terms) > committee.size:
        raise Invalid(reason="no_vacant_seat", seats=committee.size)


def _seat(
    committee: Committee, person: Employee, from_on: date, until_on: date, *, is_alternate: bool
) -> Seat:
    return Seat(
        committee_id=committee.id,
        employee_id=person.id,
        from_on=from_on,
        until_on=until_on,
        is_alternate=is_alternate,
    )


def _of(committee: Committee, person: Employee) -> Select[Seat]:
    return select(Seat).where(Seat.committee_id == committee.id, Seat.employee_id == person.id)


def _chain(committee: Committee) -> str:
    return f"committee/{committee.id}"
