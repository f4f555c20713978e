"""Facts that are missing or wrong on file: one task of HR per rule and department, never one per person."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, insert, select

from workflow import cases, journal, tasks
from workflow.act import Act
from workflow.calendars import calendar_of
from workflow.editions.library import edition_in_force
from workflow.errors import Invalid
from workflow.kept_apart import apart_from
from workflow.models import Department, EligibilityFinding, Employee, MissingFact, PromotionCase, Task, Waiver
from workflow.rules import deadlines
from workflow.vocabulary import Answer, TaskKind, TaskState

_DAYS = 10
LONGEST_CORRECTION = 180
_LONGEST_DETAIL = 200  # rule and text together, as the task tells them

# A rule of eligibility and somebody about whom it cannot be answered.
Gap = tuple[str, Employee]


def report(act: Act, gaps: Iterable[Gap], *, edition_id: int) -> bool:
    """See that HR has one open task for each rule and department concerned; False if nobody holds one."""
    lacking: dict[tuple[int, str], list[Employee]] = defaultdict(list)
    for rule, person in gaps:
        lacking[person.department_id, rule].append(person)
    if not lacking:
        return True
    _lock(act, {department for department, _ in lacking})
    known = {(task.subject_id, task.detail): task for task in act.all(_open_gaps())}
    for (department, rule), people in sorted(lacking.items(), key=lambda gap: gap[0]):
        task = known.get((department, rule)) or _ask_hr(act, department, rule, people[0], edition_id)
        if task is None:
            return False
        _note(act, task, people)
        if not tasks.is_held(act, task):
            return False
    return True


def report_of(act: Act, case: PromotionCase) -> bool:
    """The same for what the last check of one case did not find; rules that HR has waived are left out."""
    waived = select(Waiver.rule).where(Waiver.case_id == case.id)
    missing = select(EligibilityFinding.rule).where(
        EligibilityFinding.round_id == case.round_id,
        EligibilityFinding.answer == Answer.UNKNOWN,
        EligibilityFinding.rule.not_in(waived),
    )
    gaps = [(rule, case.candidate) for rule in act.all(missing)]
    return report(act, gaps, edition_id=case.edition_id)


def report_error(act: Act, *, rule: str, text: str) -> Task:
    """A person says that a value on his own file is wrong; HR looks into it.

    While HR has an open task about the same fact, what is said is put beside what was said before; what does
    not fit is a task of its own.
    Raises Invalid for a text that is empty or too long, or where no edition is in force or nobody in HR.
    """
    words = text.strip()
    longest = min(LONGEST_CORRECTION, _LONGEST_DETAIL - len(f"{rule}: "))
    if not 0 < len(words) <= longest:
        raise Invalid(reason="correction_text", at_most=longest)
    edition = edition_in_force(act.db, act.now.date())
    if edition is None:
        raise Invalid(reason="edition_not_in_use")
    task = _said_beside(act, rule, words) or tasks.open_for_office(
        act,
        TaskKind.CORRECT_DATA,
        near=act.person,
        edition_id=edition.id,
        due_at=_due(act, act.person),
        subject_id=act.person.id,
        detail=f"{rule}: {words}",
        excluding={act.person.id, *act.all(apart_from({act.person.id}))},
    )
    if task is None:
        raise Invalid(reason="nobody_in_role")
    journal.record(
        act,
        "correction_asked",
        chain="organisation",
        text=f"{rule}: {words}",
        person=act.person.id,
        task=task.id,
    )
    return task


def complete(act: Act, task_id: int) -> Task:
    """HR has put the data right; whoever waits for it is examined again, whoever reported it is told.

    Raises NotFound, TaskClosed.
    """
    task = _finish(act, task_id, TaskKind.FIX_DATA, TaskKind.CORRECT_DATA)
    if task.kind is TaskKind.CORRECT_DATA:
        _record(act, "correction_made", task)
    else:
        journal.record(act, "data_completed", chain="organisation", task=task.id, kind=task.kind)
    return task


def refuse(act: Act, task_id: int, *, reason: str) -> Task:
    """HR leaves a value on file as it is, and whoever reported it is told why.

    Raises ReasonMissing, NotFound, TaskClosed.
    """
    cases.require_reason(reason)
    task = _finish(act, task_id, TaskKind.CORRECT_DATA)
    _record(act, "correction_refused", task, reason.strip())
    return task


def _finish(act: Act, task_id: int, *kinds: TaskKind) -> Task:
    query = select(Task).where(Task.id == task_id, Task.kind.in_(kinds))
    task = tasks.require_open(act, act.first(query.with_for_update(key_share=True)))
    tasks.complete(act, task)
    return task


def _record(act: Act, action: str, task: Task, text: str | None = None) -> None:
    journal.record(act, action, chain="organisation", text=text, person=task.subject_id, task=task.id)


def _said_beside(act: Act, rule: str, words: str) -> Task | None:
    # Of two that come at once, the second must find the task of the first.
    act.first(select(Employee.id).where(Employee.id == act.person.id).with_for_update(key_share=True))
    asked = select(Task).where(Task.kind == TaskKind.CORRECT_DATA, Task.state == TaskState.OPEN)
    for task in act.all(asked.where(Task.subject_id == act.person.id).order_by(Task.id.desc())):
        known = task.detail or ""
        if not known.startswith(f"{rule}: "):
            continue
        told = known if words in known else f"{known} / {words}"
        if len(told) <= _LONGEST_DETAIL:
            task.version += told != known
            task.detail = told
            return task
    return None


def _open_gaps() -> Select[Task]:
    return select(Task).where(Task.kind == TaskKind.FIX_DATA, Task.state == TaskState.OPEN)


def _lock(act: Act, departments: set[int]) -> None:
    # Two acts that miss the same fact at once must find one task, not fail on its uniqueness.
    rows = select(Department.id).where(Department.id.in_(departments)).order_by(Department.id)
    act.all(rows.with_for_update(key_share=True))


def _ask_hr(act: Act, department: int, rule: str, person: Employee, edition_id: int) -> Task | None:
    return tasks.open_for_office(
        act,
        TaskKind.FIX_DATA,
        near=person,
        edition_id=edition_id,
        due_at=_due(act, person),
        subject_id=department,
        detail=rule,
    )


def _note(act: Act, task: Task, people: Iterable[Employee]) -> None:
    noted = set(act.all(select(MissingFact.employee_id).where(MissingFact.task_id == task.id)))
    new = {person.id for person in people} - noted
    if new:
        act.execute(
            insert(MissingFact), [{"task_id": task.id, "employee_id": person} for person in sorted(new)]
        )


def _due(act: Act, person: Employee) -> datetime:
    return deadlines.due_at(act.now, _DAYS, calendar=calendar_of(person.site), zone=person.time_zone)
