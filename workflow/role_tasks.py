"""Tasks of a role: which of its holders have them in the inbox, whoever comes, goes or has a stake."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, exists, insert, literal, or_, select
from sqlalchemy.orm import aliased

from workflow.act import Act
from workflow.models import (
    ApprovalStep,
    Employee,
    Entry,
    InboxRow,
    PromotionCase,
    RaterObjection,
    RoleHolding,
    Task,
)
from workflow.relations import is_running, wants_the_post_of
from workflow.vocabulary import COMPETITION_TASKS, CYCLE_TASKS, StepState, TaskKind, TaskState


def share_role_tasks(act: Act) -> int:
    """Bring the inboxes in line with who holds a role now; how many rows came or went.

    Whoever has left, lost the role or come to have a stake loses its tasks; whoever holds it gets those he
    may do. Who decides on an objection was chosen among the holders, so nobody is added there.
    """
    of_role = InboxRow.task_id.in_(select(Task.id).where(Task.role.is_not(None)))
    here = and_(InboxRow.person_id == Employee.id, InboxRow.task_id == Task.id)
    gone = act.count(delete(InboxRow).where(of_role, ~_able().where(here).correlate(InboxRow).exists()))
    new = shared().where(~exists().where(here))
    return gone + act.count(insert(InboxRow).from_select(["person_id", "due_at", "task_id"], new))


def shared() -> Select[int, datetime, int]:
    """Query for who is to have which open task of a role in the inbox, as (person, due, task)."""
    return _able().where(Task.kind != TaskKind.DECIDE_OBJECTION)


def _able() -> Select[int, datetime, int]:
    """Active people with the open tasks of their roles, but for those with a stake in them."""
    return (
        select(Employee.id, Task.due_at, Task.id)
        .join(RoleHolding, RoleHolding.employee_id == Employee.id)
        .join(Task, Task.role == RoleHolding.role)
        .where(Employee.is_active, Task.state == TaskState.OPEN)
        .where(*(~party.exists() for party in _parties()))
    )


def _parties() -> list[Select[int]]:
    """Who gets no task of a role: those with a part in its case, contest or cycle, whose data it is about."""
    one = select(literal(1)).correlate(Task, Employee)
    case = aliased(PromotionCase)
    own = case.candidate_id == Employee.id
    return [
        *_parties_of_case(one, case),
        one.where(
            Task.case_id.is_(None),
            Task.kind.in_(COMPETITION_TASKS),
            Entry.competition_id == Task.subject_id,
            Entry.case_id == case.id,
            own,
        ),
        one.where(Task.kind == TaskKind.CORRECT_DATA, Task.subject_id == Employee.id),
        one.where(Task.kind.in_(CYCLE_TASKS), case.cycle_id == Task.subject_id, own, is_running(case)),
    ]


def _parties_of_case(one: Select[int], case: Any) -> list[Select[int]]:
    """Candidate and rivals; nominator and signers do not sign; nominator and line manager do not settle.

    Nor does a rater whom the candidate does not want decide on that.
    """
    other, candidate = aliased(PromotionCase), aliased(Employee)
    signing, settling = Task.kind == TaskKind.APPROVE, Task.kind == TaskKind.SETTLE_ELIGIBILITY
    return [
        one.where(case.id == Task.case_id, case.candidate_id == Employee.id),
        one.where(case.id == Task.case_id, other.candidate_id == Employee.id, wants_the_post_of(case, other)),
        one.where(or_(signing, settling), case.id == Task.case_id, case.nominated_by_id == Employee.id),
        one.where(
            settling,
            case.id == Task.case_id,
            candidate.id == case.candidate_id,
            candidate.manager_id == Employee.id,
        ),
        one.where(
            signing,
            ApprovalStep.round_id == Task.round_id,
            ApprovalStep.approver_id == Employee.id,
            ApprovalStep.state != StepState.NOT_NEEDED,
        ),
        one.where(
            Task.kind == TaskKind.DECIDE_RATER_OBJECTION,
            RaterObjection.id == Task.subject_id,
            RaterObjection.person_id == Employee.id,
        ),
    ]
