"""The approval chain of a nomination: who signs, in order, with skipping and advice."""

from sqlalchemy import select

from workflow import cases, journal, tasks
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.models import ApprovalStep, Employee, PromotionCase
from workflow.rules.approvals import Resolution, Superior, resolve
from workflow.superiors import department_head, holders, superiors
from workflow.vocabulary import Approver, Nominator, Role, StepState, TaskKind


def start(act: Act, case: PromotionCase) -> bool:
    """Lay down the chain of the edition and open its first step; True if no signature is needed."""
    assert case.round_id is not None
    first = len(steps(act, case))
    for position, seat in enumerate(step_of(act.db, case).approvals.chain, start=first + 1):
        act.db.add(ApprovalStep(round_id=case.round_id, position=position, seat=seat))
    act.db.flush()
    return _open_next(act, case)


def steps(act: Act, case: PromotionCase) -> list[ApprovalStep]:
    """All steps of the round in order, those of chains that were returned included."""
    rows = select(ApprovalStep).where(ApprovalStep.round_id == case.round_id).order_by(ApprovalStep.position)
    return list(act.all(rows))


def are_complete(act: Act, case: PromotionCase) -> bool:
    """Whether no signature of the running chain is missing."""
    chain = steps(act, case)
    return bool(chain) and chain[-1].state in (StepState.SIGNED, StepState.ADVISED_AGAINST)


def sign(act: Act, case: PromotionCase, *, comment: str) -> bool:
    """Sign the open step; True if it was the last."""
    step = _open_step(act, case)
    _decide(act, step, StepState.SIGNED, comment)
    journal.record(act, "approval_signed", case=case, text=comment, seat=step.seat, position=step.position)
    return _open_next(act, case)


def give_back(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Send the nomination back from the open step; the steps after it are void."""
    step = _open_step(act, case)
    _decide(act, step, StepState.RETURNED, reason)
    for later in steps(act, case):
        if later.state is StepState.WAITING:
            later.state = StepState.RETURNED


def refuse(act: Act, case: PromotionCase, *, reason: str) -> tuple[bool, bool]:
    """Say no at the open step; (it is only advice, it was the last step)."""
    step = _open_step(act, case)
    is_advice = case.nominated_as is Nominator.SELF and step.seat is Approver.LINE_MANAGER
    _decide(act, step, StepState.ADVISED_AGAINST if is_advice else StepState.DECLINED, reason)
    journal.record(act, "approval_refused", case=case, text=reason, seat=step.seat, is_advice=is_advice)
    return is_advice, _open_next(act, case) if is_advice else False


def _open_step(act: Act, case: PromotionCase) -> ApprovalStep:
    task = tasks.mine(act, case, TaskKind.APPROVE)
    tasks.complete(act, task)
    return act.db.get_one(ApprovalStep, task.subject_id)


def _decide(act: Act, step: ApprovalStep, state: StepState, reason: str) -> None:
    step.state, step.reason, step.decided_at = state, reason or None, act.now
    step.approver_id = act.person.id


def _open_next(act: Act, case: PromotionCase) -> bool:
    """Open the next step that needs a signature; True if none is left."""
    waiting = [step for step in steps(act, case) if step.state is StepState.WAITING]
    if not waiting:
        return True
    line = superiors(act, case.candidate)
    resolved = [_resolve(act, case, step.seat, line) for step in waiting]
    for index, step in enumerate(waiting):
        person = resolved[index].person
        later = {resolution.person for resolution in resolved[index + 1 :]} - {None}
        step.resolved = ", ".join(f"{skipped}:{why}" for skipped, why in resolved[index].passed)[:200] or None
        if person is not None and (person == case.nominated_by_id or person in later):
            _skip(act, case, step, person)
            continue
        _ask(act, case, step, person, line)
        return False
    return True


def _resolve(act: Act, case: PromotionCase, seat: Approver, line: list[Employee]) -> Resolution:
    if seat is Approver.HR:
        return Resolution(None, ())
    above = [Superior(person.id, person.is_active) for person in line]
    first = above[0] if above else None
    if seat is Approver.DEPARTMENT_HEAD:
        head = department_head(act, case.candidate)
        first = Superior(head.id, head.is_active) if head is not None else first
    return resolve(first, above, candidate=case.candidate_id)


def _skip(act: Act, case: PromotionCase, step: ApprovalStep, person: int) -> None:
    # A nominator has signed by nominating; whoever holds two seats signs once, in the later one.
    step.state, step.approver_id, step.decided_at = StepState.SIGNED, person, act.now
    reason = "nominator" if person == case.nominated_by_id else "signs_later"
    step.resolved = f"{person}:{reason}"
    journal.record(act, "approval_skipped", case=case, seat=step.seat, reason=reason)


def _ask(act: Act, case: PromotionCase, step: ApprovalStep, person: int | None, line: list[Employee]) -> None:
    step.state, step.approver_id = StepState.OPEN, person
    days = step_of(act.db, case).approvals.days
    if person is not None:
        approver = act.db.get_one(Employee, person)
        due_at = cases.due_in(act, case, days, person=approver)
        tasks.open_for(act, TaskKind.APPROVE, case, [approver], due_at=due_at, subject_id=step.id)
        return
    able = [holder for holder in holders(act, Role.HR) if _may_sign_for_hr(case, holder)]
    if not able:
        cases.mark_stuck(act, case, "no_approver")
        return
    due_at = cases.due_in(act, case, days)
    tasks.open_for_role(
        act,
        TaskKind.APPROVE,
        case,
        Role.HR,
        due_at=due_at,
        subject_id=step.id,
        excluding=case.nominated_by_id,
    )


def _may_sign_for_hr(case: PromotionCase, holder: Employee) -> bool:
    return holder.id not in (case.candidate_id, case.nominated_by_id)


def department_approver(act: Act, case: PromotionCase) -> Employee | None:
    """Who decides for the department: its head, or the next active superior; None falls to HR."""
    line = superiors(act, case.candidate)
    person = _resolve(act, case, Approver.DEPARTMENT_HEAD, line).person
    return act.db.get(Employee, person) if person is not None else None
