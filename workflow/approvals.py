"""The approval chain of a nomination: which seats are asked together, in order, with skipping and advice."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from workflow import cases, chains, journal, signers, tasks
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.errors import NotFound, NotTransferable, OnlyAsked, SignerAwaited
from workflow.hr_fields import is_hr_to
from workflow.models import ApprovalStep, Employee, PromotionCase
from workflow.rules import approvals as rules
from workflow.rules.approvals import Fate, Resolution, Standing
from workflow.signers import signers_for, signers_of
from workflow.vocabulary import Approver, Nominator, Role, StepState, TaskKind

# Where nobody else has spoken for the candidate, one person alone must not end the case.
_SPEAKING = (StepState.SIGNED, StepState.OPEN, StepState.WAITING)
_UNSUPPORTED = frozenset({Nominator.SELF, Nominator.CYCLE})


def start(act: Act, case: PromotionCase) -> Standing:
    """Lay down the chain of the edition and ask its first group."""
    assert case.round_id is not None
    earlier = chains.steps(act, case)
    attempt = earlier[-1].attempt + 1 if earlier else 1
    groups = enumerate(step_of(act.db, case).approvals.chain, start=1)
    seats = [(number, seat) for number, group in groups for seat in group.seats]
    chain = [
        ApprovalStep(round_id=case.round_id, position=position, attempt=attempt, group=number, seat=seat)
        for position, (number, seat) in enumerate(seats, start=len(earlier) + 1)
    ]
    act.db.add_all(chain)
    act.db.flush()
    return _ask_next(act, case, chain)


def resume(act: Act, case: PromotionCase) -> Standing:
    """Ask again for the signatures that nobody could give, or that wait for somebody who has left."""
    tasks.close_open(act, case, TaskKind.APPROVE)
    chain = chains.running(act, case)
    for step in chain:
        if step.state is StepState.OPEN:
            step.state = StepState.WAITING
    return _ask_next(act, case, chain)


def sign(act: Act, case: PromotionCase, *, comment: str, in_bulk: bool = False) -> Standing:
    """Sign in one's seat, and say how the whole chain stands."""
    chain = chains.running(act, case)
    step = _own_step(act, case, chain)
    if any(other.state is StepState.WAITING and other.seat is not Approver.HR for other in chain):
        signers.expect(act, case)
    _decide(act, step, StepState.SIGNED, comment)
    journal.record(
        act,
        "approval_signed",
        case=case,
        text=comment,
        seat=step.seat,
        position=step.position,
        is_added=step.is_added,
        in_bulk=in_bulk,
    )
    return _ask_next(act, case, chain)


def add_signer(act: Act, case: PromotionCase, person: Employee, *, reason: str) -> None:
    """Ask somebody, once one has looked that he may, to sign first; the seat waits for what he says.

    His no is advice to whoever asked. Raises OnlyAsked for one signer too many, and to an added signer;
    NotTransferable to a substitute, who asks nobody else.
    """
    chain = chains.running(act, case)
    step = _own_step(act, case, chain)
    if act.on_behalf_of is not None:
        raise NotTransferable(reason="substitute")
    asked = sum(one.asked_for_id == step.id for one in chain)
    obstacle = rules.obstacle_to_adding(asked, is_added=step.is_added)
    if obstacle is not None:
        raise OnlyAsked(reason=obstacle, maximum=rules.MOST_ADDED)
    step.state = StepState.WAITING
    added = ApprovalStep(
        round_id=step.round_id,
        position=chain[-1].position + 1,
        attempt=step.attempt,
        group=step.group,
        seat=step.seat,
        named_id=person.id,
        asked_for_id=step.id,
    )
    act.add(added)
    _ask_next(act, case, [*chain, added])
    journal.record(act, "signer_added", case=case, text=reason, seat=step.seat, person=person.id)


def has_asked(act: Act, case: PromotionCase, signer: Employee) -> bool:
    """Whether the person who acts waits for what an added signer says."""
    awaited = _awaited_by(act.person.id, chains.running(act, case))
    return awaited is not None and awaited.approver_id == signer.id


def spare_signer(act: Act, case: PromotionCase, person: Employee) -> None:
    """Wait no longer for an added signer: whoever asked is asked again. Raises NotFound if not awaited."""
    chain = chains.running(act, case)
    awaited = (one for one in chain if one.is_added and one.state is StepState.OPEN)
    step = next((one for one in awaited if one.approver_id == person.id), None)
    if step is None:
        raise NotFound(kind="signer")
    tasks.close_open(act, case, TaskKind.APPROVE, subject_id=step.id)
    step.state = StepState.NOT_NEEDED
    journal.record(act, "signer_spared", case=case, seat=step.seat, person=person.id)
    _ask_next(act, case, chain)


def give_back(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Send the nomination back from one's seat; whatever is not signed yet is void."""
    chain = chains.running(act, case)
    step = _own_step(act, case, chain)
    if step.is_added:
        raise OnlyAsked(reason="added_signer_returns_nothing")
    _decide(act, step, StepState.RETURNED, reason)
    if any(other.state is StepState.OPEN for other in chain):
        tasks.close_open(act, case, TaskKind.APPROVE)
    for other in chain:
        if other.state in rules.UNSIGNED:
            other.state = StepState.RETURNED
    chains.write_back(act, chain)


def refuse(act: Act, case: PromotionCase, *, reason: str) -> Standing:
    """Say no in one's seat, which may be mere advice, and say how the whole chain stands."""
    chain = chains.running(act, case)
    step = _own_step(act, case, chain)
    others = [one for one in chain if one is not step and not one.is_added and one.state in _SPEAKING]
    is_unsupported = case.nominated_as in _UNSUPPORTED and bool(others)
    is_advice = step.is_added or (is_unsupported and _is_line_manager(act, chain, step))
    _decide(act, step, StepState.ADVISED_AGAINST if is_advice else StepState.DECLINED, reason)
    journal.record(act, "approval_refused", case=case, text=reason, seat=step.seat, is_advice=is_advice)
    return _ask_next(act, case, chain)


def department_approver(act: Act, case: PromotionCase) -> Employee | None:
    """Who decides for the department: its head, or the next active superior; None falls to HR."""
    (resolution,), superiors = signers_for(act, case, [Approver.DEPARTMENT_HEAD])
    return superiors[resolution.person] if resolution.person is not None else None


def _own_step(act: Act, case: PromotionCase, chain: list[ApprovalStep]) -> ApprovalStep:
    awaited = _awaited_by(act.person.id, chain)
    if awaited is not None:
        signer = act.db.get_one(Employee, awaited.approver_id)
        raise SignerAwaited(signer=f"{signer.name} ({signer.number})")
    subject = tasks.finish(act, case, TaskKind.APPROVE)
    return next(step for step in chain if step.id == subject)


def _awaited_by(person: int, chain: list[ApprovalStep]) -> ApprovalStep | None:
    """The added signer of whom somebody in a seat wants to hear first."""
    asking = {step.id for step in chain if step.state is StepState.WAITING and step.approver_id == person}
    awaited = (step for step in chain if step.asked_for_id in asking and step.state is StepState.OPEN)
    return next(awaited, None)


def _decide(act: Act, step: ApprovalStep, state: StepState, reason: str) -> None:
    step.state, step.reason, step.decided_at = state, reason or None, act.now
    step.approver_id, step.on_behalf_of_id = act.person.id, act.on_behalf_of


def _is_line_manager(act: Act, chain: list[ApprovalStep], step: ApprovalStep) -> bool:
    """Whether whoever says no, or is away, sits in the line manager's seat, be it besides a later one."""
    sitting = act.on_behalf_of or act.person.id
    seats = {one.seat for one in chain if one.approver_id == sitting and one.named_id is None}
    return Approver.LINE_MANAGER in seats | {step.seat}


def _ask_next(act: Act, case: PromotionCase, chain: list[ApprovalStep]) -> Standing:
    """Ask the first group that has not signed yet, unless it has been asked or has refused."""
    standing = Standing.SIGNED
    for number, group in enumerate(step_of(act.db, case).approvals.chain, start=1):
        seats = [step for step in chain if step.group == number]
        asked, people = _open(act, case, chain, seats)
        standing = rules.standing([step.state for step in seats if not step.is_added], group.need)
        if standing is Standing.OPEN:
            _ask(act, case, chain, asked, people, need=group.need)
        elif standing is Standing.SIGNED:
            _spare(act, case, seats, asked)
        if standing is not Standing.SIGNED:
            break
    chains.write_back(act, chain)
    return standing


def _open(
    act: Act, case: PromotionCase, chain: list[ApprovalStep], seats: list[ApprovalStep]
) -> tuple[list[ApprovalStep], Mapping[int, Employee]]:
    """Open the seats of a group that were waiting; those to be asked, and the people in them by their keys.

    A seat that has asked for another signature waits until that is given.
    """
    waiting = [step for step in chain if step.state is StepState.WAITING]
    if not any(step in waiting for step in seats):
        return [], {}
    resolved, people = signers_of(act, case, waiting)
    persons = dict(zip((step.position for step in waiting), resolved, strict=True))
    _open_added(act, case, [step for step in seats if step.is_added and step in waiting], persons)
    held = {step.asked_for_id for step in seats if step.state is StepState.OPEN}
    own = [step for step in seats if step in waiting and not step.is_added and step.id not in held]
    later = [step for step in waiting if step not in own and not step.is_added]
    fates = rules.fates(
        [persons[step.position].person for step in own],
        elsewhere={
            *(persons[step.position].person for step in later),
            *chains.signing([step for step in chain if not step.is_added]),
        },
        nominator=case.nominated_by_id,
        is_last=all(step.group == seats[0].group for step in later),
    )
    for step, fate in zip(own, fates, strict=True):
        _apply(act, case, step, fate, persons[step.position])
    return [step for step in seats if step in waiting and step.state is StepState.OPEN], people


def _open_added(
    act: Act, case: PromotionCase, added: list[ApprovalStep], persons: Mapping[int, Resolution]
) -> None:
    """Ask those who were added by name; nobody takes the place of one who has left or has a stake."""
    for step in added:
        step.approver_id, step.state = persons[step.position].person, StepState.OPEN
        if step.approver_id is None:
            step.state = StepState.NOT_NEEDED
            journal.record(act, "signer_spared", case=case, seat=step.seat, person=step.named_id)


def _apply(act: Act, case: PromotionCase, step: ApprovalStep, fate: Fate, resolution: Resolution) -> None:
    if step.named_id not in (None, resolution.person):
        journal.record(act, "seat_fell_back", case=case, seat=step.seat, person=step.named_id)
    person = None if fate is Fate.ASKED_OF_HR else resolution.person
    step.approver_id = person
    step.resolved = ", ".join(f"{skipped}:{why}" for skipped, why in resolution.passed)[:200] or None
    if fate in (Fate.ASKED, Fate.ASKED_OF_HR):
        step.state = StepState.OPEN
        return
    step.state = StepState.NOT_NEEDED
    if fate is Fate.SIGNED_BY_NOMINATING:
        step.state, step.decided_at = StepState.SIGNED, act.now
    reason = "nominator" if person is not None and person == case.nominated_by_id else "signs_later"
    step.resolved = f"{person or Role.HR}:{reason}"
    journal.record(act, "approval_skipped", case=case, seat=step.seat, reason=reason)


def _ask(
    act: Act,
    case: PromotionCase,
    chain: list[ApprovalStep],
    asked: list[ApprovalStep],
    people: Mapping[int, Employee],
    *,
    need: int,
) -> None:
    days = step_of(act.db, case).approvals.days
    unfilled = []
    namers = chains.namers(act, chain)
    barred = chains.signing(chain) | namers
    for step in asked:
        if step.approver_id is None:
            due_at = _due(act, case, chain, step, cases.due_in(act, case, days))
            if not _ask_hr(act, case, step, barred=barred, due_at=due_at):
                unfilled.append(step)
            continue
        approver = people[step.approver_id]
        due_at = _due(act, case, chain, step, cases.due_in(act, case, days, person=approver))
        tasks.open_for(act, TaskKind.APPROVE, case, [approver], due_at=due_at, subject_id=step.id)
    if unfilled:
        group = [step for step in chain if step.group == unfilled[0].group and not step.is_added]
        without = [StepState.DECLINED if step in unfilled else step.state for step in group]
        if rules.standing(without, need) is Standing.REFUSED:
            cases.mark_stuck(act, case, _why_nobody(act, case, namers))


def _why_nobody(act: Act, case: PromotionCase, namers: set[int]) -> str:
    """Why nobody of HR could be asked: whoever is left there may have chosen who signed before."""
    left = select(Employee.id).where(
        Employee.id.in_(namers), Employee.is_active, is_hr_to(Employee.id, case.candidate_id)
    )
    return "no_approver" if act.first(left) is None else "hr_named_a_substitute"


def _due(
    act: Act, case: PromotionCase, chain: list[ApprovalStep], step: ApprovalStep, due_at: datetime
) -> datetime:
    """When a signature is due: asking others makes none due later, and leaves them a day at least."""
    asking = step.asked_for_id or step.id
    if not any(one.asked_for_id == asking for one in chain):
        return due_at
    asked_first = tasks.first_about(act, TaskKind.APPROVE, asking)
    if asked_first is None:
        return due_at
    return max(asked_first.due_at, cases.due_in(act, case, 1)) if step.is_added else asked_first.due_at


def _ask_hr(act: Act, case: PromotionCase, step: ApprovalStep, *, barred: set[int], due_at: datetime) -> bool:
    """Ask everybody of HR who has no other part in the case; False if there is nobody."""
    nominator = {key for key in (case.nominated_by_id,) if key is not None}
    task = tasks.open_for_role(
        act,
        TaskKind.APPROVE,
        case,
        Role.HR,
        due_at=due_at,
        subject_id=step.id,
        excluding=barred | nominator,
    )
    return task is not None


def _spare(act: Act, case: PromotionCase, seats: list[ApprovalStep], unasked: list[ApprovalStep]) -> None:
    """Nobody needs to sign any more in the seats of the group that are still open."""
    spared = [step for step in seats if step.state in (StepState.OPEN, StepState.WAITING)]
    if any(step not in unasked for step in spared):
        tasks.close_open(act, case, TaskKind.APPROVE)
    for step in spared:
        step.state = StepState.NOT_NEEDED
