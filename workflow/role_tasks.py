"""Tasks of a role: which of its holders have them in the inbox, whoever comes, goes or has a stake."""

from datetime import datetime
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Delete,
    Insert,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
)

from workflow.act import Act
from workflow.contest_stakes import has_stake_in
from workflow.departments import lies_in
from workflow.hr_fields import holdings
from workflow.kept_apart import are_apart
from workflow.models import (
    ApprovalStep,
    Employee,
    InboxRow,
    Objection,
    PromotionCase,
    RaterObjection,
    Task,
    aliased,
)
from workflow.relations import is_rival, is_running
from workflow.substitutes import namers_of
from workflow.vocabulary import (
    COMPETITION_TASKS,
    CYCLE_TASKS,
    EXCEPTION_TASKS,
    StepState,
    TaskKind,
    TaskState,
)

# Aliases cost more to make than to use.
_CASE, _CANDIDATE, _STEP = aliased(PromotionCase), aliased(Employee), aliased(ApprovalStep)
_SERVED, _SERVED_CASE = aliased(Employee), aliased(PromotionCase)
# Whoever has sent a nomination back signs it when it comes again.
_LAST_ATTEMPT = (
    select(func.max(_STEP.attempt)).where(_STEP.round_id == Task.round_id).correlate(Task).scalar_subquery()
)


def share_role_tasks(act: Act) -> int:
    """Bring the inboxes in line with who holds a role now; how many rows came or went.

    Whoever has left, lost the role or come to have a stake loses its tasks; whoever holds it gets those he
    may do. Who decides on an objection was chosen among the holders, so nobody is added there.
    """
    take_away, hand_out = _sharing()
    return act.count(take_away) + act.count(hand_out)


@cache
def _sharing() -> tuple[Delete, Insert]:
    """The two statements; to put them together costs more than to carry them out."""
    of_role = InboxRow.task_id.in_(select(Task.id).where(Task.role.is_not(None)))
    here = and_(InboxRow.person_id == Employee.id, InboxRow.task_id == Task.id)
    gone = delete(InboxRow).where(of_role, ~_able().where(here).correlate(InboxRow).exists())
    new = shared().where(~exists().where(here))
    return gone, insert(InboxRow).from_select(["person_id", "due_at", "task_id"], new)


def shared() -> Select[int, datetime, int]:
    """Query for who is to have which open task of a role in the inbox, as (person, due, task)."""
    return _able().where(Task.kind != TaskKind.DECIDE_OBJECTION)


@cache
def has_no_stake() -> ColumnElement[bool]:
    """Condition on Task and Employee: a task of which that person may hear although it is not his."""
    return and_(*(~stake.exists() for stake in _stakes()))


def of_no_case_without_stake(person_id: int) -> ColumnElement[bool]:
    """Condition on Task: it is about no case, and nothing in which a person has a stake."""
    told = select(Task.id).join(Employee, Employee.id == person_id)
    return Task.id.in_(told.where(Task.case_id.is_(None), has_no_stake()).correlate(None))


@cache
def _able() -> Select[int, datetime, int]:
    """Active people with the open tasks of their roles and departments, but for those with a stake."""
    held = holdings()
    return (
        select(Employee.id, Task.due_at, Task.id)
        .join(held, held.c.employee_id == Employee.id)
        .join(Task, Task.role == held.c.role)
        .where(Employee.is_active, Task.state == TaskState.OPEN, lies_in(_department(), held.c.department_id))
        .where(*(~party.exists() for party in _parties()))
    )


def _department() -> ColumnElement[int]:
    """Where a task belongs: by the person it is about, or whose data are missing; else nowhere."""
    of_case = select(_SERVED.department_id).where(
        _SERVED.id == _SERVED_CASE.candidate_id, _SERVED_CASE.id == Task.case_id
    )
    of_reporter = select(_SERVED.department_id).where(
        Task.kind == TaskKind.CORRECT_DATA, _SERVED.id == Task.subject_id
    )
    return func.coalesce(
        of_case.correlate(Task).scalar_subquery(),
        of_reporter.correlate(Task).scalar_subquery(),
        case((Task.kind == TaskKind.FIX_DATA, Task.subject_id)),
    )


def _parties() -> list[Select[int]]:
    """Who gets no task of a role: those with a stake in it, and whom it is not for although he has none."""
    return [*_stakes(), *_interested()]


def _stakes() -> list[Select[int]]:
    """Who has a stake in what a task is about, so that he may not even hear of it.

    Candidate, rivals, who is kept apart from him or from an objector, and a rater who is not wanted, of a
    case; likewise who has a part in a contest or a cycle, whose own data it is, and who is kept apart from
    him.
    """
    one = _one_party()
    own = _CASE.candidate_id == Employee.id
    return [
        one.where(
            Task.case_id.is_(None),
            Task.kind.in_(COMPETITION_TASKS),
            has_stake_in(Task.subject_id, Employee.id),
        ),
        one.where(Task.kind == TaskKind.CORRECT_DATA, Task.subject_id == Employee.id),
        one.where(Task.kind == TaskKind.CORRECT_DATA, are_apart(Task.subject_id, Employee.id)),
        one.where(Task.kind.in_(CYCLE_TASKS), _CASE.cycle_id == Task.subject_id, own, is_running(_CASE)),
        one.where(_CASE.id == Task.case_id, _CASE.candidate_id == Employee.id),
        one.where(_CASE.id == Task.case_id, is_rival(Employee.id, _CASE)),
        one.where(_CASE.id == Task.case_id, are_apart(_CASE.candidate_id, Employee.id)),
        one.where(
            Task.kind == TaskKind.DECIDE_RATER_OBJECTION,
            RaterObjection.id == Task.subject_id,
            RaterObjection.person_id == Employee.id,
        ),
        one.where(
            Task.kind == TaskKind.DECIDE_OBJECTION,
            Objection.round_id == Task.round_id,
            are_apart(Objection.objector_id, Employee.id),
        ),
    ]


def _interested() -> list[Select[int]]:
    """Nominators neither sign nor make exceptions, line managers make none, and nobody signs twice.

    Whoever has named the substitute of somebody else has signed where that substitute has.
    """
    one = _one_party()
    step = ApprovalStep
    chosen = Employee.id.in_(namers_of(step.on_behalf_of_id, step.approver_id, step.decided_at))
    signing, settling = Task.kind == TaskKind.APPROVE, Task.kind.in_(EXCEPTION_TASKS)
    return [
        one.where(or_(signing, settling), _CASE.id == Task.case_id, _CASE.nominated_by_id == Employee.id),
        one.where(
            settling,
            _CASE.id == Task.case_id,
            _CANDIDATE.id == _CASE.candidate_id,
            _CANDIDATE.manager_id == Employee.id,
        ),
        one.where(
            signing,
            ApprovalStep.round_id == Task.round_id,
            or_(step.approver_id == Employee.id, step.on_behalf_of_id == Employee.id, chosen),
            ApprovalStep.state != StepState.NOT_NEEDED,
            ApprovalStep.attempt == _LAST_ATTEMPT,
        ),
    ]


def _one_party() -> Select[int]:
    return select(literal(1)).correlate(Task, Employee)
