"""Whom HR lists for a person's reviews beyond line and department: superiors, peers, customers."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.orm import Session

from workflow import journal
from workflow.act import Act
from workflow.errors import Invalid, OwnCase
from workflow.kept_apart import are_apart
from workflow.models import Employee, PromotionCase, ReviewContact
from workflow.relations import is_rival, is_running
from workflow.vocabulary import Source

COLLEAGUES = (Source.SUPERIOR, Source.PEER)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of a list: a colleague by number, or a customer by name, mail and language."""

    source: Source
    person: str | None = None
    name: str | None = None
    email: str | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What a new list has changed, in contacts."""

    added: int
    changed: int
    removed: int
    unchanged: int


# Lists by the number of the employee they are for.
Lists = Mapping[str, Sequence[Listed]]


def faults_of(act: Act, lists: Lists) -> Iterator[tuple[str, int, str]]:
    """What is wrong with lists, as the employee's number, the line's place in his list, and the reason."""
    known = _people(act, lists)
    for number, lines in lists.items():
        seen: Counter[str] = Counter()
        for place, line in enumerate(lines):
            reason = _fault(number, line, known)
            name = line.person or line.email or ""
            if reason is None and seen[name]:
                reason = "contact_twice"
            seen[name] += 1
            if reason is not None:
                yield number, place, reason


def replace_lists(act: Act, lists: Lists) -> Changes:
    """Put these lists in the place of the ones on file; people whose list is not given keep theirs.

    Whoever is no longer listed is asked no more, and what he was asked for stays. Nobody keeps his own
    list, nor a rival's (OwnCase). Raises Invalid with every fault.
    """
    if act.by is not None:
        require_no_stake(act.db, act.by, lists)
    faults = [{"item": f"{number}[{place}]", "reason": why} for number, place, why in faults_of(act, lists)]
    if faults:
        raise Invalid(reason="contacts_wrong", faults=faults)
    people = {number: person.id for number, person in _people(act, lists).items()}
    wanted = {
        (people[number], people[line.person] if line.person else line.email): _values(line, people)
        for number, lines in lists.items()
        for line in lines
    }
    changes = _bring_in_line(act, {people[number] for number in lists}, wanted)
    journal.record(act, "contacts_listed", chain="contacts", people=len(lists), **asdict(changes))
    return changes


def require_no_stake(db: Session, person: Employee, numbers: Collection[str]) -> None:
    """Nobody sees or keeps the lists from which his own raters are drawn, or a rival's (OwnCase).

    Nor those of somebody he is kept apart from.
    """
    of_rival = exists().where(
        PromotionCase.candidate_id == Employee.id,
        is_running(PromotionCase),
        is_rival(person.id, PromotionCase),
    )
    barred = or_(Employee.id == person.id, are_apart(Employee.id, person.id), of_rival)
    if db.scalars(select(Employee.id).where(Employee.number.in_(numbers), barred)).first() is not None:
        raise OwnCase(operation="keep_contacts")


def _people(act: Act, lists: Lists) -> dict[str, Employee]:
    numbers = {*lists, *(line.person for lines in lists.values() for line in lines if line.person)}
    return {person.number: person for person in act.all(select(Employee).where(Employee.number.in_(numbers)))}


def _fault(number: str, line: Listed, known: Mapping[str, Employee]) -> str | None:
    if number not in known:
        return "person_unknown"
    if line.source is Source.CUSTOMER:
        has_address = line.name and line.email and line.locale
        return None if has_address and line.person is None else "customer_without_address"
    if line.source not in COLLEAGUES:
        return "not_a_contact_source"
    return _fault_of_colleague(number, line, known)


def _fault_of_colleague(number: str, line: Listed, known: Mapping[str, Employee]) -> str | None:
    if line.person is None or line.email is not None or line.name is not None:
        return "colleague_without_number"
    if line.person not in known:
        return "person_unknown"
    if line.person == number:
        return "own_contact"
    return None if known[line.person].is_active else "left"


def _values(line: Listed, people: Mapping[str, int]) -> dict[str, Any]:
    return {
        "source": line.source,
        "person_id": people[line.person] if line.person else None,
        "name": line.name,
        "email": line.email,
        "locale": line.locale,
        "is_listed": True,
        "refused_at": None,
        "refused_because": None,
    }


def _bring_in_line(
    act: Act, employees: set[int], wanted: Mapping[tuple[int, Any], dict[str, Any]]
) -> Changes:
    rows = act.all(select(ReviewContact).where(ReviewContact.employee_id.in_(employees)))
    on_file = {(row.employee_id, row.person_id or row.email): row for row in rows}
    new = [{"employee_id": key[0], **values} for key, values in wanted.items() if key not in on_file]
    kept = [(on_file[key], values) for key, values in wanted.items() if key in on_file]
    altered = [
        {"id": row.id, **values}
        for row, values in kept
        if any(getattr(row, name) != value for name, value in values.items())
    ]
    gone = [
        {"id": row.id, "is_listed": False}
        for key, row in on_file.items()
        if key not in wanted and row.is_listed
    ]
    if new:
        act.execute(insert(ReviewContact), new)
    for changed in (altered, gone):
        if changed:
            act.execute(update(ReviewContact), changed)
    return Changes(len(new), len(altered), len(gone), len(kept) - len(altered))
