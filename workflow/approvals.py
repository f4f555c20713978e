"""The approval chain of a nomination: who signs, in order, with skipping and advice."""

from sqlalchemy import select

from workflow import cases, journal, tasks
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.models import ApprovalStep, Employee, PromotionCase
from workflow.pools import rivals
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


def resume(act: Act, case: PromotionCase) -> None:
    """Ask again for the signature that nobody could give, or that waits for somebody who has left."""
    tasks.close_open(act, case, TaskKind.APPROVE)
    for step in steps(act, case):
        if step.state is StepState.OPEN:
            step.state = StepState.WAITING
    act.db.flush()
    _open_next(act, case)


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
    is_advice = case.nominated_as is Nominator.SELF and _is_line_manager(act, case, step)
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


def _is_line_manager(act: Act, case: PromotionCase, step: ApprovalStep) -> bool:
    """Whether the person who acts sits in the line manager's seat, be it besides a later one."""
    seats = {one.seat for one in _running(act, case) if one.approver_id == act.person.id}
    return Approver.LINE_MANAGER in seats | {step.seat}


def _running(act: Act, case: PromotionCase) -> list[ApprovalStep]:
    """The steps of the chain that runs now, after those that were returned."""
    chain = steps(act, case)
    voided = [index for index, step in enumerate(chain, start=1) if step.state is StepState.RETURNED]
    return chain[max(voided, default=0) :]


def _open_next(act: Act, case: PromotionCase) -> bool:
    """Open the next step that needs a signature; True if none is left."""
    waiting = [step for step in steps(act, case) if step.state is StepState.WAITING]
    if not waiting:
        return True
    line, competitors = superiors(act, case.candidate), rivals(act, case)
    resolved = [_resolve(act, case, step.seat, line, competitors) for step in waiting]
    for index, step in enumerate(waiting):
        person, passed = resolved[index].person, resolved[index].passed
        later = {resolution.person for resolution in resolved[index + 1 :]}
        step.resolved = ", ".join(f"{skipped}:{why}" for skipped, why in passed)[:200] or None
        if later and person in later | {case.nominated_by_id}:
            _skip(act, case, step, person)
            continue
        # The last signature is never the nominator's.
        _ask(act, case, step, None if person == case.nominated_by_id else person, competitors)
        return False
    return True


def _resolve(
    act: Act, case: PromotionCase, seat: Approver, line: list[Employee], competitors: set[int]
) -> Resolution:
    """Who signs in this seat; nobody stands for anybody of HR."""
    if seat is Approver.HR:
        return Resolution(None, ())
    above = [_superior(person, competitors) for person in line]
    first = above[0] if above else None
    if seat is Approver.DEPARTMENT_HEAD:
        head = department_head(act, case.candidate)
        first = _superior(head, competitors) if head is not None else first
    return resolve(first, above, candidate=case.candidate_id)


def _superior(person: Employee, competitors: set[int]) -> Superior:
    return Superior(person.id, person.is_active, has_conflict=person.id in competitors)


def _skip(act: Act, case: PromotionCase, step: ApprovalStep, person: int | None) -> None:
    # A nominator has signed by nominating; whoever holds two seats signs once, in the later one.
    step.state, step.approver_id, step.decided_at = StepState.SIGNED, person, act.now
    reason = "nominator" if person == case.nominated_by_id else "signs_later"
    step.resolved = f"{person or Role.HR}:{reason}"
    journal.record(act, "approval_skipped", case=case, seat=step.seat, reason=reason)


def _ask(
    act: Act, case: PromotionCase, step: ApprovalStep, person: int | None, competitors: set[int]
) -> None:
    step.state, step.approver_id = StepState.OPEN, person
    days = step_of(act.db, case).approvals.days
    if person is not None:
        approver = act.db.get_one(Employee, person)
        due_at = cases.due_in(act, case, days, person=approver)
        tasks.open_for(act, TaskKind.APPROVE, case, [approver], due_at=due_at, subject_id=step.id)
        return
    barred = {case.candidate_id, case.nominated_by_id, *competitors, *_signers(act, case)}
    if barred.issuperset(holder.id for holder in holders(act, Role.HR)):
        cases.mark_stuck(act, case, "no_approver")
        return
    due_at = cases.due_in(act, case, days)
    tasks.open_for_role(
        act, TaskKind.APPROVE, case, Role.HR, due_at=due_at, subject_id=step.id, excluding=barred
    )


def _signers(act: Act, case: PromotionCase) -> set[int]:
    decided = [step.approver_id for step in _running(act, case) if step.decided_at is not None]
    return {person for person in decided if person is not None}


def department_approver(act: Act, case: PromotionCase) -> Employee | None:
    """Who decides for the department: its head, or the next active superior; None falls to HR."""
    line = superiors(act, case.candidate)
    person = _resolve(act, case, Approver.DEPARTMENT_HEAD, line, set()).person
    return act.db.get(Employee, person) if person is not None else None
