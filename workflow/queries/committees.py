"""Committees with their seats."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflow.models import Committee, Employee, Seat
from workflow.queries.shaping import Person, Shaped, person_of


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A member and the term of office."""

    committee_id: int
    member: Person
    from_on: date
    until_on: date
    is_alternate: bool
    is_chair: bool


@dataclass(frozen=True, slots=True)
class CommitteeSeen:
    """A committee with its members in the order of their seats; `size` counts vacant seats too."""

    id: int
    name: str
    size: int
    is_standing: bool
    seats: list[SeatLine]


def committees() -> Select[Any]:
    """Query for all committees, ordered by `Committee.id`."""
    return select(Committee)


def with_seats(db: Session, bodies: list[Committee]) -> list[CommitteeSeen]:
    """The committees with the seats of all of them; one statement."""
    shape = Shaped(
        "seat",
        SeatLine,
        Seat.committee_id,
        person_of("member", Employee),
        Seat.from_on,
        Seat.until_on,
        Seat.is_alternate,
        (Seat.employee_id == Committee.chair_id).label("is_chair"),
    )
    query = (
        select(shape)
        .select_from(Seat)
        .join(Committee, Committee.id == Seat.committee_id)
        .join(Employee, Employee.id == Seat.employee_id)
        .where(Seat.committee_id.in_([body.id for body in bodies]))
        .order_by(Seat.id)
    )
    seats = list(db.scalars(query)) if bodies else []
    return [
        CommitteeSeen(
            body.id,
            body.name,
            body.size,
            body.is_standing,
            [seat for seat in seats if seat.committee_id == body.id],
        )
        for body in bodies
    ]
