"""Addresses that take no mail: nothing more is sent there, and HR is asked to put them right."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, and_, exists, literal, or_, select, update
from sqlalchemy.orm import Session

from notifications.channels import Outcome
from notifications.models import Delivery, RefusedAddress
from notifications.once import count_of, insert_once
from workflow import data_gaps
from workflow.act import Act
from workflow.editions.library import edition_in_force
from workflow.models import Employee, MissingFact, ReviewContact, ReviewRequest, Task
from workflow.vocabulary import TaskKind, TaskState

RULE, OF_CUSTOMERS = "mail_address", "customer_address"
_CHUNK = 500


def refusing(db: Session, people: Collection[int]) -> set[int]:
    """Those whose address has refused a mail and is still on file: nothing is sent there.

    Once the task of HR about it is done, the address is tried again: its mailbox may have been mended.
    """
    still = or_(RefusedAddress.task_id.is_(None), Task.state == TaskState.OPEN)
    refused = _refused().outerjoin(Task, Task.id == RefusedAddress.task_id).where(still)
    found = refused.where(Employee.id.in_(people)).with_only_columns(RefusedAddress.employee_id)
    return set(db.scalars(found))


def note(db: Session, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Remember since when the address of a mail takes none and what was said."""
    if delivery.person_id is not None:
        note_colleague(db, delivery.person_id, outcome, now)
    elif delivery.request_id is not None:
        _note_customer(db, delivery.request_id, outcome, now)


def note_colleague(db: Session, person_id: int, outcome: Outcome, now: datetime) -> None:
    """The same of somebody who works here."""
    words = {"address": (outcome.address or "")[:320], "reason": outcome.words}
    values = {"since": now, "task_id": None} | words
    known = update(RefusedAddress).where(RefusedAddress.employee_id == person_id).values(values)
    if count_of(db, known) == 0:
        columns = (
            literal(value, RefusedAddress.__table__.c[name].type).label(name)
            for name, value in values.items()
        )
        row = select(Employee.id.label("employee_id"), *columns).where(Employee.id == person_id)
        insert_once(db, RefusedAddress, row)


def _note_customer(db: Session, request_id: int, outcome: Outcome, now: datetime) -> None:
    """A customer who was asked for a review: somebody else is asked in his place."""
    asked = select(ReviewRequest.contact_id).where(ReviewRequest.id == request_id)
    which = ReviewContact.id == asked.scalar_subquery(), ReviewContact.email == outcome.address
    words = {"refused_at": now, "refused_because": outcome.words}
    db.execute(update(ReviewContact).where(*which, ReviewContact.refused_at.is_(None)).values(words))


def sweep(act: Act) -> int:
    """Ask HR for addresses that nobody looks into yet, one task for a department; how many there were."""
    return _ask_for_colleagues(act) + _ask_for_customers(act)


def _ask_for_colleagues(act: Act) -> int:
    new = _refused().where(RefusedAddress.task_id.is_(None)).order_by(RefusedAddress.employee_id)
    found = list(act.all(new.limit(_CHUNK).with_for_update(of=RefusedAddress, skip_locked=True)))
    edition = edition_in_force(act.db, act.now.date()) if found else None
    if edition is None:
        return 0
    of_department = defaultdict(list)
    for one in found:
        person = act.db.get_one(Employee, one.employee_id)
        of_department[person.department_id].append((one, person))
    for department, refused in sorted(of_department.items()):
        if not data_gaps.report(act, [(RULE, person) for _, person in refused], edition_id=edition.id):
            continue  # nobody is in HR at the moment; the next beat asks again
        task = act.first(_task_of(department))
        for one, _ in refused:
            one.task_id = task.id if task is not None else None
    return len(found)


def _ask_for_customers(act: Act) -> int:
    """Ask for customers' addresses too: the task names the people on whose lists they stand."""
    looked_into = exists().where(
        MissingFact.employee_id == Employee.id,
        Task.id == MissingFact.task_id,
        Task.detail == OF_CUSTOMERS,
        or_(Task.state == TaskState.OPEN, Task.done_at >= ReviewContact.refused_at),
    )
    listed = select(Employee).join(ReviewContact, ReviewContact.employee_id == Employee.id)
    refused = listed.where(ReviewContact.is_listed, ReviewContact.refused_at.is_not(None), Employee.is_active)
    people = act.all(refused.where(~looked_into).distinct().order_by(Employee.id).limit(_CHUNK))
    edition = edition_in_force(act.db, act.now.date()) if people else None
    if edition is None:
        return 0
    of_department = defaultdict(list)
    for person in people:
        of_department[person.department_id].append((OF_CUSTOMERS, person))
    for _, gaps in sorted(of_department.items()):
        data_gaps.report(act, gaps, edition_id=edition.id)
    return len(people)


def _refused() -> Select[RefusedAddress]:
    """Refused addresses that are still on file."""
    on_file = and_(Employee.id == RefusedAddress.employee_id, Employee.email == RefusedAddress.address)
    return select(RefusedAddress).join(Employee, on_file).where(Employee.is_active)


def _task_of(department: int) -> Select[Task]:
    return select(Task).where(
        Task.kind == TaskKind.FIX_DATA,
        Task.detail == RULE,
        Task.subject_id == department,
        Task.state == TaskState.OPEN,
    )
