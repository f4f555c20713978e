"""Who sits in the seats of an approval chain at the moment of asking, and who was the first to decide."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Integer, Select, bindparam, exists, func, null, or_, select, union_all

from workflow.act import Act
from workflow.kept_apart import are_apart
from workflow.models import (
    ApprovalStep,
    Department,
    Employee,
    PromotionCase,
    Site,
    aliased,
    columns_of_people,
    person_as_value,
)
from workflow.prepared import Prepared
from workflow.relations import barred_from, rivals_of
from workflow.rules.approvals import Resolution, Superior, resolve
from workflow.superiors import line_above, people_below
from workflow.vocabulary import Approver, StepState


def signers_for(
    act: Act, case: PromotionCase, seats: Sequence[Approver]
) -> tuple[list[Resolution], dict[int, Employee]]:
    """Who signs in each seat, and the superiors by their keys; nobody stands for anybody of HR."""
    if set(seats) <= {Approver.HR}:
        return [Resolution(None, ())] * len(seats), {}
    line, head, barred = _superiors_and_head(act, case)
    above = [_superior(person, case, barred) for person in line]
    nearest = above[0] if above else None
    firsts = {
        Approver.LINE_MANAGER: nearest,
        Approver.DEPARTMENT_HEAD: _superior(head, case, barred) if head is not None else nearest,
    }
    resolved = [
        resolve(firsts[seat], above, candidate=case.candidate_id) if seat in firsts else Resolution(None, ())
        for seat in seats
    ]
    return resolved, {person.id: person for person in (*line, head) if person is not None}


def expect(act: Act, case: PromotionCase) -> None:
    """Have the superiors looked up already: it will be asked who signs next."""
    act.expect(_above(), _whose(case))


def signers_of(
    act: Act, case: PromotionCase, steps: Sequence[ApprovalStep]
) -> tuple[list[Resolution], dict[int, Employee]]:
    """Who signs in each step, and the people concerned by their keys.

    Whoever was named sits there while he may. A seat falls back to whose it is; an added signature to nobody.
    """
    resolved, people = signers_for(act, case, [step.seat for step in steps])
    named = _named(act, case, {step.named_id for step in steps if step.named_id is not None})
    found = []
    for step, resolution in zip(steps, resolved, strict=True):
        if step.named_id in named:
            found.append(Resolution(step.named_id, ()))
        else:
            found.append(Resolution(None, ()) if step.is_added else resolution)
    return found, people | named


def first_to_decide(case: PromotionCase) -> Select[ApprovalStep]:
    """Query for the step in which an approver was the first to sign, or to say no, in the running chain.

    It finds none after a return; and a signature that lies in nominating is no verdict on the text.
    """
    other = aliased(ApprovalStep)
    attempt = select(func.max(other.attempt)).where(other.round_id == case.round_id).scalar_subquery()
    running = (ApprovalStep.round_id == case.round_id, ApprovalStep.attempt == attempt)
    is_returned = exists().where(
        other.round_id == case.round_id, other.attempt == attempt, other.state == StepState.RETURNED
    )
    return (
        select(ApprovalStep)
        .where(*running, ~is_returned, ApprovalStep.decided_at.is_not(None))
        .where(ApprovalStep.approver_id.is_distinct_from(case.nominated_by_id))
        .order_by(ApprovalStep.decided_at, ApprovalStep.position)
    )


def _superiors_and_head(act: Act, case: PromotionCase) -> tuple[list[Employee], Employee | None, set[int]]:
    """Everybody above the candidate, nearest first, the head of the department, and who of them has a stake.

    The head is None where none is named; whoever is a rival, or kept apart, is given by his key.
    """
    found = act.ask(_above(), _whose(case))
    rows = [(person_as_value(row), step, has_stake) for *row, step, has_stake in found]
    above = [employee for employee, step, _ in rows if step is not None]
    head = next((employee for employee, step, _ in rows if step is None), None)
    return above, head, {employee.id for employee, _, has_stake in rows if has_stake}


def _whose(case: PromotionCase) -> dict[str, int]:
    return {"own": case.id, "below": case.candidate_id, "department": case.candidate.department_id}


@cache
def _above() -> Prepared:
    """Everybody above a person with the steps up, and once more, without, the head of the department."""
    person = bindparam("below", type_=Integer)
    line = line_above(person).subquery()
    head = select(Department.head_id, null()).where(Department.id == bindparam("department"))
    # Two queries, for with an OR every employee would be looked at.
    people = union_all(select(line.c.id, line.c.step), head).subquery()
    is_rival = Employee.id.in_(rivals_of(bindparam("own", type_=Integer)))
    return Prepared(
        select(*columns_of_people(), people.c.step, or_(are_apart(person, Employee.id), is_rival))
        .join(Site, Site.id == Employee.site_id)
        .join(people, people.c.id == Employee.id)
        .order_by(people.c.step)
    )


def _named(act: Act, case: PromotionCase, keys: set[int]) -> dict[int, Employee]:
    if not keys:
        return {}
    able = select(Employee).where(Employee.id.in_(keys - barred_from(act, case)), Employee.is_active)
    able = able.where(Employee.id.not_in(people_below(case.candidate_id)))
    return {person.id: person for person in act.all(able)}


def _superior(person: Employee, case: PromotionCase, barred: set[int]) -> Superior:
    # A head of the candidate's department may all the same report to him.
    has_conflict = person.id in barred or person.manager_id == case.candidate_id
    return Superior(person.id, person.is_active, has_conflict)
