"""Open, complete and close the things people must do, with inbox and reminders kept beside them."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Integer, Select, bindparam, delete, func, select, update

from workflow import filing, substitutes
from workflow.act import Act
from workflow.errors import NotFound, NotYourTask, StaleVersion, TaskClosed
from workflow.hr_fields import holdings
from workflow.models import Employee, InboxRow, PromotionCase, Task, bare_table
from workflow.moment import NOW
from workflow.prepared import Prepared
from workflow.relations import barred_from
from workflow.vocabulary import (
    CONFIDENTIAL_TASKS,
    OUTLIVING_TASKS,
    TRANSFERABLE_TASKS,
    Role,
    TaskKind,
    TaskState,
)


def open_for(
    act: Act,
    kind: TaskKind,
    case: PromotionCase,
    people: Sequence[Employee],
    *,
    due_at: datetime,
    subject_id: int | None = None,
    detail: str | None = None,
) -> list[Task]:
    """Give each of the people a task of this kind, put it in the inbox and hang its reminders on it."""
    opened = [
        (new(act, kind, case, due_at, assignee_id=person.id, subject_id=subject_id, detail=detail), person)
        for person in people
    ]
    filing.put(act, case.edition_id, opened)
    return [task for task, _ in opened]


def open_for_candidates(
    act: Act, kind: TaskKind, asked: Sequence[tuple[PromotionCase, Employee, datetime]], *, edition_id: int
) -> None:
    """Give the candidates of many cases of one edition a task of this kind, each due at his own time."""
    opened = [(new(act, kind, case, due_at, assignee_id=person.id), person) for case, person, due_at in asked]
    filing.put(act, edition_id, opened)


def open_for_role(
    act: Act,
    kind: TaskKind,
    case: PromotionCase,
    role: Role,
    *,
    due_at: datetime,
    detail: str | None = None,
    subject_id: int | None = None,
    excluding: Collection[int] = (),
    waits: bool = False,
) -> Task | None:
    """Give everybody who holds the role one shared task, but never the candidate or whoever has a stake.

    None if nobody is left, unless it `waits` for whoever comes to hold the role.
    """
    barred = {case.candidate_id, *barred_from(act, case), *excluding}
    task = new(act, kind, case, due_at, role=role, detail=detail, subject_id=subject_id)
    return filing.share(act, task, case.edition_id, case.candidate, barred, waits=waits)


def open_for_office(
    act: Act,
    kind: TaskKind,
    *,
    near: Employee,
    edition_id: int,
    due_at: datetime,
    subject_id: int,
    detail: str | None = None,
    excluding: Collection[int] = (),
    waits: bool = False,
) -> Task | None:
    """Give everybody of HR one shared task that belongs to no case, such as missing data of a department.

    Reminders follow the edition and the calendar of somebody `near` its subject. None if nobody is left.
    """
    task = Task(
        kind=kind,
        case_id=None,
        round_id=None,
        opened_at=act.now,
        due_at=due_at,
        role=Role.HR,
        subject_id=subject_id,
        detail=detail,
    )
    return filing.share(act, task, edition_id, near, excluding, waits=waits)


def mine(act: Act, case: PromotionCase, kind: TaskKind, *, subject_id: int | None = None) -> Task:
    """The open task of this kind that waits for the person who acts.

    Raises NotYourTask if it waits for others, TaskClosed (who, when) if it is done, or NotFound.
    """
    tasks = act.all(_of(case, kind, subject_id).order_by(Task.id.desc()))
    held = [task for task in tasks if _may_act(act, task)]
    for task in held:
        if task.state is TaskState.OPEN:
            substitutes.act_in_place(act, task)
            return task
    if held:
        raise TaskClosed(kind=kind, stage=case.stage, **_who_and_when(act, held[0]))
    if any(task.state is TaskState.OPEN for task in tasks):
        raise NotYourTask(kind=kind)
    raise NotFound(kind="task") if not tasks else NotYourTask(kind=kind)


def held(act: Act, case: PromotionCase, task_id: int, *, version: int | None = None) -> Task:
    """One open task of the case in the inbox of the person who acts, as he has seen it if he says so.

    Raises TaskClosed (who, when) if it was his and is done, StaleVersion if what it is about has changed;
    NotFound for whatever else, of which he need not know.
    """
    task = act.first(select(Task).where(Task.id == task_id, Task.case_id == case.id))
    if task is None or not _may_act(act, task):
        raise NotFound(kind="task")
    if task.state is not TaskState.OPEN and task.kind not in TRANSFERABLE_TASKS:
        raise NotFound(kind="task")
    require_open(act, task)
    substitutes.act_in_place(act, task)
    if version is not None and version != task.version:
        raise StaleVersion(version=task.version)
    return task


def note_change(act: Act, case: PromotionCase, kind: TaskKind) -> None:
    """Let whoever has seen the open tasks of a kind know that what they are about has changed since."""
    changed = update(Task).where(Task.id.in_(_open_of(case, kind))).values(version=Task.version + 1)
    act.execute(changed.execution_options(synchronize_session=False))


def pass_to(act: Act, task: Task, person: Employee) -> None:
    """Put a task from one person's inbox into another's; it stays due when it was."""
    substitutes.take_back(act, task)
    here = InboxRow.task_id == task.id, InboxRow.person_id == task.assignee_id
    act.execute(update(InboxRow).where(*here).values(person_id=person.id))
    task.assignee_id = person.id
    task.version += 1
    act.db.flush()
    substitutes.share_some(act, [task.id])


def require_open(act: Act, task: Task | None) -> Task:
    """A task that belongs to no case and waits for the person who acts; raises NotFound, TaskClosed."""
    if task is not None and task.state is not TaskState.OPEN:
        raise TaskClosed(kind=task.kind, **_who_and_when(act, task))
    if task is None or not _may_act(act, task):
        raise NotFound(kind="task")
    return task


def latest(act: Act, case: PromotionCase, kind: TaskKind, *, assignee_id: int) -> Task | None:
    """The last task of this kind that a person was given in the present round, open or not."""
    query = _of(case, kind, None).where(Task.assignee_id == assignee_id)
    return act.first(query.order_by(Task.id.desc()))


def latest_about(act: Act, kind: TaskKind, subject_id: int) -> Task | None:
    """The last task of this kind about one subject, such as a cycle, whatever the case."""
    query = select(Task).where(Task.kind == kind, Task.subject_id == subject_id)
    return act.first(query.order_by(Task.id.desc()))


def first_about(act: Act, kind: TaskKind, subject_id: int) -> Task | None:
    """The first task of this kind about one subject, such as a seat that was asked more than once."""
    query = select(Task).where(Task.kind == kind, Task.subject_id == subject_id)
    return act.first(query.order_by(Task.id))


def complete_about(act: Act, kind: TaskKind, subject_id: int) -> None:
    """Note that the open task of this kind about one subject is done, if there is one."""
    task = latest_about(act, kind, subject_id)
    if task is not None and task.state is TaskState.OPEN:
        complete(act, task)


def complete(act: Act, task: Task) -> None:
    """Note that the task is done and by whom, and take it out of every inbox.

    Also when, but for confidential kinds: a time beside a form or a ballot could tell whose it is.
    """
    task.state = TaskState.DONE
    task.version += 1
    task.done_at = None if task.kind in CONFIDENTIAL_TASKS else act.now
    task.done_by_id, task.on_behalf_of_id = (act.by.id if act.by else None), act.on_behalf_of
    act.note_end(task.id, task.assignee_id, len(act.ask(_out_of_every_inbox(), {"done": task.id})))


def close(act: Act, task: Task) -> None:
    """Close a task that nobody needs to do any more."""
    end(act, select(Task.id).where(Task.id == task.id), TaskState.CLOSED, done_at=act.now)


def finish(act: Act, case: PromotionCase, kind: TaskKind) -> int | None:
    """Note that the person who acts has done the task of this kind in his inbox, and say its subject.

    Raises as `mine` does where no such task waits for him.
    """
    known = {"me": act.person.id, "of_case": case.id, "of_kind": kind, "now": act.now}
    done = act.ask(_done_by_me(), known)
    if not done:
        return mine(act, case, kind).subject_id
    ((task_id, subject_id, on_behalf_of, holder, inboxes),) = done
    substitutes.act_for(act, on_behalf_of, task_id, kind)
    act.note_end(task_id, holder, inboxes)
    act.tell(_out_of_every_inbox(), {"done": task_id})
    return cast("int | None", subject_id)


@cache
def _done_by_me() -> Prepared:
    """The newest open task of a kind in somebody's inbox is done: his own before one on behalf of others."""
    task, inbox, me = bare_table(Task), bare_table(InboxRow), bindparam("me", type_=Integer)
    own = (
        select(task.c.id)
        .join(inbox, inbox.c.task_id == task.c.id)
        .where(inbox.c.person_id == me, task.c.case_id == bindparam("of_case"))
        .where(task.c.kind == bindparam("of_kind"), task.c.state == TaskState.OPEN)
        .order_by(inbox.c.on_behalf_of_id.is_not(None), task.c.id.desc())
        .limit(1)
        .correlate(None)
    )
    for_whom = select(inbox.c.on_behalf_of_id).where(inbox.c.task_id == task.c.id, inbox.c.person_id == me)
    inboxes = select(func.count()).where(inbox.c.task_id == task.c.id).scalar_subquery()
    return Prepared(
        update(task)
        .where(task.c.id == own.scalar_subquery())
        .values(state=TaskState.DONE, version=task.c.version + 1, done_at=NOW, done_by_id=me)
        .values(on_behalf_of_id=for_whom.scalar_subquery())
        .returning(task.c.id, task.c.subject_id, task.c.on_behalf_of_id, task.c.assignee_id, inboxes)
    )


@cache
def _out_of_every_inbox() -> Prepared:
    inbox = bare_table(InboxRow)
    out = delete(inbox).where(inbox.c.task_id == bindparam("done"))
    return Prepared(out.returning(inbox.c.person_id))


def complete_secret(act: Act, case: PromotionCase, kind: TaskKind) -> None:
    """Note that the person who acts has done his own confidential task, but not when."""
    own = _open_of(case, kind).where(Task.assignee_id == act.person.id)
    end(act, own, TaskState.DONE, done_at=None, done_by_id=act.person.id)


def close_open(
    act: Act,
    case: PromotionCase,
    *kinds: TaskKind,
    assignee_id: int | None = None,
    subject_id: int | None = None,
) -> None:
    """Close what nobody needs to do any more: all open tasks of the case, or those of some kinds.

    Tasks that outlive their stage, such as to acknowledge a letter, are closed only by their kind.
    """
    closing = _open_of(case, *kinds)
    if not kinds:
        closing = closing.where(Task.kind.not_in(OUTLIVING_TASKS))
    if assignee_id is not None:
        closing = closing.where(Task.assignee_id == assignee_id)
    if subject_id is not None:
        closing = closing.where(Task.subject_id == subject_id)
    end(act, closing, TaskState.CLOSED, done_at=act.now)


def take_from(act: Act, case: PromotionCase, kind: TaskKind, person_id: int) -> None:
    """Take a task of a role out of the inbox of one holder, who has come to have a stake in it."""
    theirs = InboxRow.task_id.in_(_open_of(case, kind))
    act.execute(delete(InboxRow).where(InboxRow.person_id == person_id, theirs))


def held_by_the_gone(act: Act, case: PromotionCase) -> set[TaskKind]:
    """Kinds of the open tasks of a case that wait for somebody who has left."""
    held = select(Task.kind).join(Employee, Employee.id == Task.assignee_id)
    return set(
        act.all(held.where(Task.case_id == case.id, Task.state == TaskState.OPEN, ~Employee.is_active))
    )


def is_held(act: Act, task: Task) -> bool:
    """Whether the task stands in anybody's inbox."""
    return act.first(select(InboxRow.task_id).where(InboxRow.task_id == task.id)) is not None


def _open_of(case: PromotionCase, *kinds: TaskKind) -> Select[int]:
    query = select(Task.id).where(Task.case_id == case.id, Task.state == TaskState.OPEN)
    return query.where(Task.kind.in_(kinds)) if kinds else query


def end(act: Act, ending: Select[int], state: TaskState, **values: Any) -> None:
    """End the tasks of a query in a state, and take them out of every inbox."""
    act.db.flush()
    act.execute(delete(InboxRow).where(InboxRow.task_id.in_(ending)))
    ended = act.execute(
        update(Task)
        .where(Task.id.in_(ending))
        .values(state=state, version=Task.version + 1, **values)
        .returning(Task.id, Task.assignee_id)
        .execution_options(synchronize_session="fetch")
    )
    for task_id, holder in ended.all():
        act.note_end(task_id, holder)


def _who_and_when(act: Act, task: Task) -> dict[str, str | None]:
    doer = act.db.get(Employee, task.done_by_id) if task.done_by_id is not None else None
    return {
        "done_by": f"{doer.name} ({doer.number})" if doer is not None else None,
        "done_at": task.done_at.isoformat() if task.done_at is not None else None,
    }


def new(act: Act, kind: TaskKind, case: PromotionCase, due_at: datetime, **fields: Any) -> Task:
    """A task about the present round of a case, not on file yet."""
    return Task(
        kind=kind, case_id=case.id, round_id=case.round_id, opened_at=act.now, due_at=due_at, **fields
    )


def _of(case: PromotionCase, kind: TaskKind, subject_id: int | None) -> Select[Task]:
    query = select(Task).where(Task.case_id == case.id, Task.kind == kind, Task.round_id == case.round_id)
    return query if subject_id is None else query.where(Task.subject_id == subject_id)


def _may_act(act: Act, task: Task) -> bool:
    """Whether it is or was the person's own: by name, by his role, or as the substitute of somebody away."""
    if act.person.id in (task.assignee_id, task.done_by_id):
        return True
    if task.state is TaskState.OPEN:
        return act.db.get(InboxRow, (act.person.id, task.due_at, task.id)) is not None
    held = holdings()
    shared = select(held.c.role).where(held.c.employee_id == act.person.id, held.c.role == task.role)
    return act.first(shared) is not None
