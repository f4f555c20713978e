"""Who may act for somebody who is away: one query, for the inboxes and for every single act alike."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)

from workflow.act import Act
from workflow.calendars import calendar_of
from workflow.errors import NotYourTask
from workflow.hr_fields import works_in_hr
from workflow.models import (
    Absence,
    ApprovalStep,
    Department,
    Elector,
    Employee,
    InboxRow,
    PromotionCase,
    Reminder,
    RoleHolding,
    Seat,
    StageRound,
    Task,
    Vote,
    aliased,
    bare_table,
)
from workflow.moment import NOW, YESTERDAY, At, moment
from workflow.prepared import Prepared
from workflow.rules.deadlines import next_working_morning
from workflow.stakes import parts_in
from workflow.vocabulary import (
    TRANSFERABLE_TASKS,
    Approver,
    ReminderTarget,
    Role,
    StepState,
    TaskKind,
    TaskState,
)

# Aliases cost more to make than to use.
_ABSENT, _SUBSTITUTE, _CANDIDATE, _ABOVE = (aliased(Employee) for _ in range(4))
_STEP, _LATER = aliased(ApprovalStep), aliased(ApprovalStep)
_NAMING, _APPROVAL = aliased(Absence), aliased(Task)
# Whoever has named a substitute for somebody else: nobody where one names his own.
_NAMER = case((Absence.named_by_id != Absence.absent_id, Absence.named_by_id))
_STAKES = ("candidate", "rival", "kept_apart")
# Parts in a case with which nobody acts in it for somebody else.
_PARTS = (*_STAKES, "nominator", "mentor", "judge", "recused")
_OF_THE_LINE = (Approver.LINE_MANAGER, Approver.DEPARTMENT_HEAD)


def share(act: Act) -> int:
    """Bring the inboxes of substitutes in line with who is away now; how many rows came or went."""
    act.db.flush()
    columns = (InboxRow.person_id, InboxRow.due_at, InboxRow.task_id, InboxRow.on_behalf_of_id)
    here = {tuple(row) for row in act.execute(select(*columns).where(columns[-1].is_not(None)))}
    due = {tuple(row) for row in act.execute(_able_at_all(), moment(act.now))}
    for person, _, task, _ in here - due:
        act.execute(delete(InboxRow).where(InboxRow.person_id == person, InboxRow.task_id == task))
    _put(act, due - here)
    _remind(act, due - here)
    return len(here ^ due)


def hand_out(act: Act, opened: Sequence[Task]) -> None:
    """Put new tasks into the inboxes of whom they wait for, and of who stands in for those who are away."""
    rows = [{"person_id": task.assignee_id, "due_at": task.due_at, "task_id": task.id} for task in opened]
    given = [task.id for task in opened if task.kind in TRANSFERABLE_TASKS]
    if not given:
        act.fill(InboxRow, rows)
    elif any(is_away for (is_away,) in _handed_out().each(act.db, [row | {"now": act.now} for row in rows])):
        share_some(act, given)


@cache
def _handed_out() -> Prepared:
    """New rows of inboxes, which say of each whether its person is away."""
    inbox = bare_table(InboxRow)
    away = exists().where(Absence.absent_id == inbox.c.person_id, is_running(NOW))
    names = ("person_id", "due_at", "task_id")
    filed = insert(inbox).values({name: bindparam(name) for name in names})
    return Prepared(filed.returning(away.correlate(inbox)))


def share_some(act: Act, given: Sequence[int]) -> None:
    """Put some tasks into the inboxes of those who stand in for whoever has them."""
    able = act.execute(able_among(), {"tasks": given, **moment(act.now)})
    _put(act, {tuple(row) for row in able})


def take_back(act: Act, task: Task) -> None:
    """Take a task out of the inbox of every substitute."""
    act.execute(delete(InboxRow).where(InboxRow.task_id == task.id, InboxRow.on_behalf_of_id.is_not(None)))


def act_in_place(act: Act, task: Task) -> None:
    """From here on the act is on behalf of whoever has the task, where he is away; raises NotYourTask."""
    row = act.db.get(InboxRow, (act.person.id, task.due_at, task.id))
    if row is not None:
        act_for(act, row.on_behalf_of_id, task.id, task.kind)


def act_for(act: Act, absent_id: int | None, task_id: int, kind: TaskKind) -> None:
    """The same for a task that stands in the inbox on behalf of somebody; None is nobody.

    Raises NotYourTask where the absence is over by now, or the person who acts has come to have a stake.
    """
    if absent_id is not None:
        mine = able_among().where(_SUBSTITUTE.id == act.person.id, _ABSENT.id == absent_id)
        if act.execute(mine, {"tasks": [task_id], **moment(act.now)}).first() is None:
            raise NotYourTask(kind=kind)
    act.on_behalf_of = absent_id


@cache
def able_among() -> Select[int, datetime, int, int]:
    """Query for who may do which of some `tasks` for whom, as (substitute, due, task, absent)."""
    return _able(Task.id.in_(bindparam("tasks", expanding=True)))


def is_running(now: At) -> ColumnElement[bool]:
    """Condition on Absence: it has begun, is not over, and nobody has ended it before its time."""
    return and_(Absence.begins_at <= now, Absence.ends_at > now, Absence.ended_at.is_(None))


def namers_of(absent: Any, substitute: Any, at: Any) -> Select[int]:
    """Query for who else had named the substitute who stood in at some time: he has chosen who signs."""
    has_ended = and_(_NAMING.ended_at.is_not(None), _NAMING.ended_at < at)
    named = select(_NAMING.named_by_id).where(
        _NAMING.absent_id == absent, _NAMING.substitute_id == substitute, _NAMING.named_by_id != absent
    )
    running = named.where(_NAMING.begins_at <= at, _NAMING.ends_at > at, ~has_ended)
    return running.correlate_except(_NAMING)


def _put(act: Act, rows: set[Any]) -> None:
    names = ("person_id", "due_at", "task_id", "on_behalf_of_id")
    act.fill(InboxRow, [dict(zip(names, row, strict=True)) for row in rows])


def _remind(act: Act, rows: set[Any]) -> None:
    """Remind substitutes next morning of what was open already, whose own rungs may be long over."""
    mornings = _mornings(act, {person for person, *_ in rows})
    rungs = {(task, mornings[person]) for person, _, task, _ in rows}
    there = select(Reminder.task_id, Reminder.at).where(
        Reminder.task_id.in_({task for task, _ in rungs}), Reminder.target == ReminderTarget.OWNER
    )
    new = rungs - {tuple(row) for row in act.execute(there)} if rungs else set()
    owner = ReminderTarget.OWNER
    act.fill(Reminder, [{"task_id": task, "at": at, "target": owner} for task, at in sorted(new)])


def _mornings(act: Act, people: set[int]) -> dict[int, datetime]:
    found = act.all(select(Employee).where(Employee.id.in_(people))) if people else []
    return {
        person.id: next_working_morning(act.now, calendar_of(person.site), person.time_zone)
        for person in found
    }


@cache
def _able_at_all() -> Select[int, datetime, int, int]:
    """The same for every open task of anybody who is away."""
    away = select(Absence.absent_id).where(is_running(NOW))
    return _able(and_(Task.assignee_id.in_(away), Task.state == TaskState.OPEN))


def _able(which: ColumnElement[bool]) -> Select[int, datetime, int, int]:
    cases = select(Task.case_id).where(which)
    above = _lines_above(cases)
    return (
        select(_SUBSTITUTE.id, Task.due_at, Task.id, _ABSENT.id)
        .select_from(Task)
        .join(PromotionCase, PromotionCase.id == Task.case_id)
        .join(_CANDIDATE, _CANDIDATE.id == PromotionCase.candidate_id)
        .join(_ABSENT, _ABSENT.id == Task.assignee_id)
        .join(Absence, Absence.absent_id == _ABSENT.id)
        .join(_SUBSTITUTE, _SUBSTITUTE.id == Absence.substitute_id)
        .where(which, is_running(NOW), _ABSENT.is_active, _SUBSTITUTE.is_active)
        .where(Task.kind.in_(TRANSFERABLE_TASKS), or_(Absence.kind.is_(None), Absence.kind == Task.kind))
        .where(~_has_a_part(cases), ~_is_above(above, _SUBSTITUTE.id, _CANDIDATE.id), ~_has_voted())
        .where(~_administers(), or_(Task.kind != TaskKind.APPROVE, ~_decides_elsewhere(above)))
        .distinct()
    )


def _lines_above(cases: Select[int | None]) -> CTE:
    """Everybody above the candidates of some cases, and above all substitutes."""
    of_candidates = select(PromotionCase.candidate_id).where(PromotionCase.id.in_(cases))
    substitutes = select(Absence.substitute_id).where(is_running(NOW))
    start = select(Employee.id.label("person"), Employee.manager_id.label("above"))
    of_whom = or_(Employee.id.in_(of_candidates), Employee.id.in_(substitutes))
    line = start.where(of_whom).cte("lines_above", recursive=True)
    return line.union(select(line.c.person, _ABOVE.manager_id).where(_ABOVE.id == line.c.above))


def _is_above(lines: CTE, person: Any, superior: Any) -> ColumnElement[bool]:
    return exists().where(lines.c.person == person, lines.c.above == superior)


def _has_a_part(cases: Select[int | None]) -> ColumnElement[bool]:
    """A part of the substitute's own, or a stake of whoever is away, or of whoever else has named him.

    A nominator would otherwise choose who signs for his nominee.
    """
    part = parts_in(PromotionCase.id.in_(cases)).c
    own = and_(part.person_id == _SUBSTITUTE.id, part.name.in_(_PARTS))
    of_absent = and_(part.person_id == _ABSENT.id, part.name.in_(_STAKES))
    by_another = and_(Absence.named_by_id != _ABSENT.id, part.person_id == Absence.named_by_id)
    of_namer = and_(by_another, part.name.in_((*_STAKES, "nominator")))
    return exists().where(part.case_id == Task.case_id, or_(own, of_absent, of_namer))


def _has_voted() -> ColumnElement[bool]:
    return exists().where(
        Elector.employee_id == _SUBSTITUTE.id,
        Elector.vote_id == Vote.id,
        Vote.round_id == StageRound.id,
        StageRound.case_id == Task.case_id,
    )


def _administers() -> ColumnElement[bool]:
    return exists().where(RoleHolding.employee_id == _SUBSTITUTE.id, RoleHolding.role == Role.ADMIN)


def _decides_elsewhere(above: CTE) -> ColumnElement[bool]:
    """Whoever signs for another has signed nothing else, will sign nothing else, and does not vote.

    Nor has anybody else who has named him signed, or will: one person would decide in two seats.
    """
    # A term lasts until its day is over everywhere.
    sits = exists().where(Seat.employee_id == _SUBSTITUTE.id, Seat.until_on >= YESTERDAY)
    asked = exists().where(
        InboxRow.person_id == _NAMER,
        InboxRow.task_id == _APPROVAL.id,
        _APPROVAL.round_id == Task.round_id,
        _APPROVAL.kind == TaskKind.APPROVE,
    )
    signers = [_signs(above, person) for person in (_SUBSTITUTE.id, _NAMER)]
    return or_(works_in_hr(_SUBSTITUTE.id), sits, asked, *signers)


def _signs(above: CTE, person: Any) -> ColumnElement[bool]:
    """That somebody has signed in the running chain, himself or by another, or will sign."""
    attempt = select(func.max(_LATER.attempt)).where(_LATER.round_id == Task.round_id)
    running = and_(
        _STEP.round_id == Task.round_id, _STEP.attempt == attempt.correlate(Task).scalar_subquery()
    )
    named = (_STEP.approver_id == person, _STEP.named_id == person, _STEP.on_behalf_of_id == person)
    chosen = person.in_(namers_of(_STEP.on_behalf_of_id, _STEP.approver_id, _STEP.decided_at))
    signs = exists().where(running, _STEP.state != StepState.NOT_NEEDED, or_(*named, chosen))
    is_unasked = _STEP.state == StepState.WAITING
    waits = exists().where(running, is_unasked, _STEP.seat.in_(_OF_THE_LINE), _STEP.asked_for_id.is_(None))
    heads = exists().where(Department.id == _CANDIDATE.department_id, Department.head_id == person)
    return or_(signs, and_(waits, or_(heads, _is_above(above, _CANDIDATE.id, person))))
