"""The approval chain of a nomination: who signs, in order, with skipping and advice."""

from sqlalchemy import select, update

from workflow import cases, journal, tasks
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.models import ApprovalStep, Employee, PromotionCase
from workflow.pools import rivals
from workflow.rules.approvals import Resolution, Superior, resolve
from workflow.superiors import superiors_and_head
from workflow.vocabulary import Approver, Nominator, Role, StepState, TaskKind


def start(act: Act, case: PromotionCase) -> bool:
    """Lay down the chain of the edition and open its first step; True if no signature is needed."""
    assert case.round_id is not None
    chain = steps(act, case)
    for position, seat in enumerate(step_of(act.db, case).approvals.chain, start=len(chain) + 1):
        chain.append(ApprovalStep(round_id=case.round_id, position=position, seat=seat))
        act.add(chain[-1])
    return _open_next(act, case, chain)


def resume(act: Act, case: PromotionCase) -> None:
    """Ask again for the signature that nobody could give, or that waits for somebody who has left."""
    tasks.close_open(act, case, TaskKind.APPROVE)
    chain = steps(act, case)
    for step in chain:
        if step.state is StepState.OPEN:
            step.state = StepState.WAITING
    _open_next(act, case, chain)


def steps(act: Act, case: PromotionCase) -> list[ApprovalStep]:
    """All steps of the round in order, those of chains that were returned included.

    They are values: `_write_back` stores what has become of them in one statement.
    """
    rows = select(ApprovalStep).where(ApprovalStep.round_id == case.round_id).order_by(ApprovalStep.position)
    found = list(act.all(rows))
    for step in found:
        act.db.expunge(step)
    return found


def are_complete(act: Act, case: PromotionCase) -> bool:
    """Whether no signature of the running chain is missing."""
    chain = steps(act, case)
    return bool(chain) and chain[-1].state in (StepState.SIGNED, StepState.ADVISED_AGAINST)


def sign(act: Act, case: PromotionCase, *, comment: str) -> bool:
    """Sign the open step; True if it was the last."""
    chain = steps(act, case)
    step = _open_step(act, case, chain)
    _decide(act, step, StepState.SIGNED, comment)
    journal.record(act, "approval_signed", case=case, text=comment, seat=step.seat, position=step.position)
    return _open_next(act, case, chain)


def give_back(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Send the nomination back from the open step; the steps after it are void."""
    chain = steps(act, case)
    step = _open_step(act, case, chain)
    _decide(act, step, StepState.RETURNED, reason)
    for later in chain:
        if later.state is StepState.WAITING:
            later.state = StepState.RETURNED
    _write_back(act, chain)


def refuse(act: Act, case: PromotionCase, *, reason: str) -> tuple[bool, bool]:
    """Say no at the open step; (it is only advice, it was the last step)."""
    chain = steps(act, case)
    step = _open_step(act, case, chain)
    is_advice = case.nominated_as is Nominator.SELF and _is_line_manager(act, chain, step)
    _decide(act, step, StepState.ADVISED_AGAINST if is_advice else StepState.DECLINED, reason)
    journal.record(act, "approval_refused", case=case, text=reason, seat=step.seat, is_advice=is_advice)
    if is_advice:
        return True, _open_next(act, case, chain)
    _write_back(act, chain)
    return False, False


def _open_step(act: Act, case: PromotionCase, chain: list[ApprovalStep]) -> ApprovalStep:
    subject = tasks.finish(act, case, TaskKind.APPROVE)
    return next(step for step in chain if step.id == subject)


def _decide(act: Act, step: ApprovalStep, state: StepState, reason: str) -> None:
    step.state, step.reason, step.decided_at = state, reason or None, act.now
    step.approver_id = act.person.id


def _is_line_manager(act: Act, chain: list[ApprovalStep], step: ApprovalStep) -> bool:
    """Whether the person who acts sits in the line manager's seat, be it besides a later one."""
    seats = {one.seat for one in _running(chain) if one.approver_id == act.person.id}
    return Approver.LINE_MANAGER in seats | {step.seat}


def _running(chain: list[ApprovalStep]) -> list[ApprovalStep]:
    """The steps of the chain that runs now, after those that were returned."""
    voided = [index for index, step in enumerate(chain, start=1) if step.state is StepState.RETURNED]
    return chain[max(voided, default=0) :]


def _open_next(act: Act, case: PromotionCase, chain: list[ApprovalStep]) -> bool:
    """Open the next step that needs a signature; True if none is left."""
    waiting = [step for step in chain if step.state is StepState.WAITING]
    resolved, superiors = _resolved(act, case, [step.seat for step in waiting])
    opened = _skip_to_next(act, case, waiting, resolved)
    if opened is not None and opened.approver_id is not None:
        _ask(act, case, opened, superiors[opened.approver_id])
    elif opened is not None:
        _ask_hr(act, case, opened, _signers(chain))
    _write_back(act, chain)
    return opened is None


def _skip_to_next(
    act: Act, case: PromotionCase, waiting: list[ApprovalStep], resolved: list[Resolution]
) -> ApprovalStep | None:
    for index, step in enumerate(waiting):
        person, passed = resolved[index].person, resolved[index].passed
        later = {resolution.person for resolution in resolved[index + 1 :]}
        step.resolved = ", ".join(f"{skipped}:{why}" for skipped, why in passed)[:200] or None
        has_nominated = person is not None and person == case.nominated_by_id
        if not later or not (has_nominated or person in later):
            # The last signature is never the nominator's.
            step.approver_id = None if has_nominated else person
            step.state = StepState.OPEN
            return step
        _skip(act, case, step, person)
    return None


def _resolved(
    act: Act, case: PromotionCase, seats: list[Approver]
) -> tuple[list[Resolution], dict[int, Employee]]:
    """Who signs in each seat, and the superiors by their keys; nobody stands for anybody of HR."""
    if set(seats) <= {Approver.HR}:
        return [Resolution(None, ())] * len(seats), {}
    competitors = rivals(act, case)
    line, head = superiors_and_head(act, case.candidate)
    above = [_superior(person, competitors) for person in line]
    nearest = above[0] if above else None
    firsts = {
        Approver.LINE_MANAGER: nearest,
        Approver.DEPARTMENT_HEAD: _superior(head, competitors) if head is not None else nearest,
    }
    resolved = [
        resolve(firsts[seat], above, candidate=case.candidate_id) if seat in firsts else Resolution(None, ())
        for seat in seats
    ]
    return resolved, {person.id: person for person in (*line, head) if person is not None}


def _superior(person: Employee, competitors: set[int]) -> Superior:
    return Superior(person.id, person.is_active, has_conflict=person.id in competitors)


def _skip(act: Act, case: PromotionCase, step: ApprovalStep, person: int | None) -> None:
    # A nominator has signed by nominating; whoever holds two seats signs once, in the later one.
    step.state, step.approver_id, step.decided_at = StepState.SIGNED, person, act.now
    reason = "nominator" if person == case.nominated_by_id else "signs_later"
    step.resolved = f"{person or Role.HR}:{reason}"
    journal.record(act, "approval_skipped", case=case, seat=step.seat, reason=reason)


def _ask(act: Act, case: PromotionCase, step: ApprovalStep, approver: Employee) -> None:
    due_at = cases.due_in(act, case, step_of(act.db, case).approvals.days, person=approver)
    tasks.open_for(act, TaskKind.APPROVE, case, [approver], due_at=due_at, subject_id=step.id)


def _ask_hr(act: Act, case: PromotionCase, step: ApprovalStep, signers: set[int]) -> None:
    due_at = cases.due_in(act, case, step_of(act.db, case).approvals.days)
    barred = {*rivals(act, case), *signers} | {key for key in (case.nominated_by_id,) if key is not None}
    task = tasks.open_for_role(
        act, TaskKind.APPROVE, case, Role.HR, due_at=due_at, subject_id=step.id, excluding=barred
    )
    if task is None:
        cases.mark_stuck(act, case, "no_approver")


def _signers(chain: list[ApprovalStep]) -> set[int]:
    decided = [step.approver_id for step in _running(chain) if step.decided_at is not None]
    return {person for person in decided if person is not None}


def department_approver(act: Act, case: PromotionCase) -> Employee | None:
    """Who decides for the department: its head, or the next active superior; None falls to HR."""
    (resolution,), superiors = _resolved(act, case, [Approver.DEPARTMENT_HEAD])
    return superiors[resolution.person] if resolution.person is not None else None


def _write_back(act: Act, chain: list[ApprovalStep]) -> None:
    columns = ("id", "state", "approver_id", "decided_at", "reason", "resolved")
    rows = [{name: getattr(step, name) for name in columns} for step in chain if step not in act.db]
    if rows:
        act.execute(update(ApprovalStep), rows)
