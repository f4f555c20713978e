"""Nominate, write, submit, approve, return, decline: a case before its review."""

from workflow import approvals, cases, chains, data_gaps, eligibility, journal, targets, tasks
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.errors import NominationSigned, NotInBulk
from workflow.models import Employee, PromotionCase
from workflow.process import Trigger
from workflow.rules.approvals import Standing
from workflow.signers import first_to_decide
from workflow.targets import NO_NEW_PLACE, Place
from workflow.vocabulary import Answer, Level, Nominator, Stage, TaskKind, Track

_CONSENT_DAYS = 10


def nominate(
    act: Act,
    candidate: Employee,
    *,
    edition_id: int,
    track: Track,
    level: Level,
    post: str,
    cycle_id: int | None = None,
    statement: str = "",
    evidence: dict[str, str] | None = None,
    place: Place = NO_NEW_PLACE,
) -> PromotionCase:
    """Put a draft case on file for an active person: a step up, or aside to another track or post.

    Raises PersonInactive, NoSuchStep, NotTheNextStep, CaseAlreadyOpen, Invalid.
    """
    step = targets.step_to(act, candidate, edition_id, track, level, post)
    targets.require_free(act, candidate, cycle_id, track, level)
    targets.require_place(act, candidate, place)
    case = PromotionCase(
        candidate_id=candidate.id,
        target_track=track,
        target_level=level,
        target_post=post,
        target_department_id=place.department_id,
        target_manager_id=place.manager_id,
        edition_id=edition_id,
        cycle_id=cycle_id,
        nominated_by_id=act.person.id,
        nominated_as=targets.nominator_of(act, candidate),
        opened_at=act.now,
        is_contested=step.competition is not None,
        statement=statement,
        evidence=evidence or {},
    )
    case.candidate = candidate
    cases.enter_first(act, act.add(case))
    journal.record(act, "case_opened", case=case, nominated_as=case.nominated_as, **case.target)
    return case


def prepare(act: Act, case: PromotionCase) -> None:
    """Ask a peer's candidate for consent, and everybody else's author to submit the new draft."""
    if not case.is_private:
        _ask_author(act, case, TaskKind.SUBMIT_NOMINATION, days=10)
        return
    assert case.round is not None
    case.round.due_at = cases.due_in(act, case, _CONSENT_DAYS)
    tasks.open_for(act, TaskKind.CONSENT, case, [case.candidate], due_at=case.round.due_at)


def answer(act: Act, case: PromotionCase, *, agrees: bool, reason: str = "") -> None:
    """The candidate agrees to a peer's nomination, or refuses, which ends it; nobody else hears of that."""
    cases.require_stage(case, Stage.DRAFT)
    tasks.complete(act, tasks.mine(act, case, TaskKind.CONSENT))
    if not agrees:
        cases.advance(act, case, Trigger.WITHDRAW)
        journal.record(act, "consent_refused", case=case, text=reason)
        return
    assert case.round is not None
    case.consented_at, case.round.due_at = act.now, None
    journal.record(act, "consent_given", case=case)
    _ask_author(act, case, TaskKind.SUBMIT_NOMINATION, days=10)


def opt_out(act: Act, case: PromotionCase) -> None:
    """The candidate stays out of the cycle: ends the draft it opened; later he withdraws."""
    if case.stage is not Stage.DRAFT or case.nominated_as is not Nominator.CYCLE:
        cases.withdraw(act, case, reason="")
        return
    cases.advance(act, case, Trigger.WITHDRAW)
    journal.record(act, "opted_out", case=case)


def settle_draft(act: Act, case: PromotionCase) -> None:
    """When the time of a draft is over its approval begins, unless it still lacks the candidate's consent."""
    due_at = case.round.due_at if case.round is not None else None
    if case.stage is not Stage.DRAFT or due_at is None or due_at > act.now:
        return
    if case.is_private:
        cases.advance(act, case, Trigger.WITHDRAW)
        journal.record(act, "consent_lapsed", case=case)
    else:
        cases.advance(act, case, Trigger.SUBMIT)
        journal.record(act, "nomination_submitted", case=case)


def replace_author(act: Act, case: PromotionCase) -> None:
    """Where the author of a draft or of a returned nomination has left, the candidate writes on."""
    author = act.db.get_one(Employee, case.author_id)
    if author.is_active or author.id == case.candidate_id:
        return
    case.nominated_by_id = None
    journal.record(act, "author_replaced", case=case)
    for kind in (TaskKind.SUBMIT_NOMINATION, TaskKind.REVISE_NOMINATION):
        if tasks.latest(act, case, kind, assignee_id=author.id) is not None:
            tasks.close_open(act, case, kind)
            _ask_author(act, case, kind, days=5)


def write(act: Act, case: PromotionCase, *, statement: str, evidence: dict[str, str]) -> None:
    """Change statement and evidence until the first approver has decided, and again after a return.

    Approvers see in the journal what was changed. Raises StageMoved, NominationSigned.
    """
    if case.stage is not Stage.DRAFT:
        cases.require_stage(case, Stage.NOMINATED)
        _require_undecided(act, case)
    written = {"statement": statement, "evidence": evidence}
    changed = [name for name, value in written.items() if getattr(case, name) != value]
    if changed:
        case.statement, case.evidence = statement, evidence
        tasks.note_change(act, case, TaskKind.APPROVE)
        journal.record(act, "nomination_written", case=case, text=statement, changed=changed)


def submit(act: Act, case: PromotionCase) -> None:
    """Send the nomination on its way, or back on its way after it was returned."""
    if case.stage is Stage.DRAFT:
        by_cycle = case.nominated_as is Nominator.CYCLE
        kind = TaskKind.WRITE_STATEMENT if by_cycle else TaskKind.SUBMIT_NOMINATION
        tasks.complete(act, tasks.mine(act, case, kind))
        cases.advance(act, case, Trigger.SUBMIT)
        journal.record(act, "nomination_submitted", case=case)
        return
    cases.require_stage(case, Stage.NOMINATED)
    tasks.complete(act, tasks.mine(act, case, TaskKind.REVISE_NOMINATION))
    journal.record(act, "nomination_resubmitted", case=case)
    _ask_for_signatures(act, case)


def open_approvals(act: Act, case: PromotionCase) -> None:
    """Check eligibility on the facts of the day, ask HR for those that are missing, and for signatures."""
    _examine(act, case)
    _ask_for_signatures(act, case)


def resume(act: Act, case: PromotionCase) -> None:
    """Ask again for signatures nobody could give, or let a signed case go on that nobody could settle."""
    if chains.are_complete(act, case) or approvals.resume(act, case) is Standing.SIGNED:
        go_on(act, case)


def approve(act: Act, case: PromotionCase, *, comment: str = "", in_bulk: bool = False) -> None:
    """Sign the open step; the last signature sends the case to review if the candidate is eligible.

    Signing several cases in one go must be allowed by the edition of each (NotInBulk).
    """
    cases.require_stage(case, Stage.NOMINATED)
    if in_bulk and not step_of(act.db, case).approvals.in_bulk:
        raise NotInBulk()
    if approvals.sign(act, case, comment=comment, in_bulk=in_bulk) is Standing.SIGNED:
        go_on(act, case)


def go_on(act: Act, case: PromotionCase) -> None:
    """Move a fully signed case to its review, or let it wait for missing facts or for HR to settle it."""
    cases.free(act, case)
    tasks.close_open(act, case, TaskKind.SETTLE_ELIGIBILITY)
    verdict = eligibility.overall(act, case)
    if verdict.answer is Answer.UNKNOWN:
        eligibility.examine(act, case)
        verdict = eligibility.overall(act, case)
    if verdict.is_met:
        cases.advance(act, case, Trigger.APPROVE)
    elif verdict.answer is Answer.NOT_MET:
        due_at = cases.due_in(act, case, 5)
        interested = eligibility.interested(case)
        cases.ask_hr(act, case, TaskKind.SETTLE_ELIGIBILITY, due_at=due_at, excluding=interested)
    elif not data_gaps.report_of(act, case):
        cases.mark_stuck(act, case, "nobody_in_role")


def look_again(act: Act, case: PromotionCase) -> None:
    """Go on with a signed case once HR has completed the facts it waits for."""
    if case.stage is Stage.NOMINATED and chains.are_complete(act, case):
        go_on(act, case)


def send_back(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Return the nomination to its author with a comment; the chain starts anew when it comes back."""
    cases.require_stage(case, Stage.NOMINATED)
    cases.require_reason(reason)
    approvals.give_back(act, case, reason=reason)
    _ask_author(act, case, TaskKind.REVISE_NOMINATION, days=5)
    journal.record(act, "nomination_returned", case=case, text=reason)


def decline(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Say no with a reason; ends the case once the signatures that are needed cannot be had any more.

    A line manager's no is advice where nobody else has spoken for the candidate.
    """
    cases.require_stage(case, Stage.NOMINATED)
    cases.require_reason(reason)
    standing = approvals.refuse(act, case, reason=reason)
    if standing is Standing.REFUSED:
        end(act, case, reason=reason)
    elif standing is Standing.SIGNED:
        go_on(act, case)


def end(act: Act, case: PromotionCase, *, reason: str) -> None:
    """End the case at nomination, signed with a reason by the person who acts."""
    cases.decide(act, case, text=reason, internal_reason="")
    journal.record(act, "case_declined", case=case)
    cases.advance(act, case, Trigger.DECLINE, reason=reason)


def refuse_ineligible(act: Act, case: PromotionCase, *, reason: str) -> None:
    """HR ends a signed case whose candidate is not eligible, with a reason."""
    cases.require_stage(case, Stage.NOMINATED)
    cases.require_reason(reason)
    tasks.complete(act, tasks.mine(act, case, TaskKind.SETTLE_ELIGIBILITY))
    end(act, case, reason=reason)


def settle_eligibility(act: Act, case: PromotionCase, *, rule: str | None, reason: str) -> None:
    """HR's way on for a signed case: waive one rule with a reason, or look at the corrected facts again.

    Raises OwnNominee where the person who would waive has nominated the candidate, or manages him.
    """
    cases.require_stage(case, Stage.NOMINATED)
    if rule is not None:
        cases.require_reason(reason)
        eligibility.waive(act, case, rule, reason=reason)
    else:
        _examine(act, case)
    if chains.are_complete(act, case):
        go_on(act, case)


def _require_undecided(act: Act, case: PromotionCase) -> None:
    step = act.first(first_to_decide(case))
    if step is None:
        return
    assert step.decided_at is not None
    signer = act.db.get_one(Employee, step.approver_id)
    raise NominationSigned(
        signed_by=f"{signer.name} ({signer.number})", signed_at=step.decided_at.isoformat()
    )


def _ask_author(act: Act, case: PromotionCase, kind: TaskKind, *, days: int) -> None:
    author = act.db.get_one(Employee, case.author_id)
    due_at = cases.due_in(act, case, days, person=author)
    tasks.open_for(act, kind, case, [author], due_at=due_at)


def _examine(act: Act, case: PromotionCase) -> None:
    eligibility.examine(act, case)
    data_gaps.report_of(act, case)


def _ask_for_signatures(act: Act, case: PromotionCase) -> None:
    if approvals.start(act, case) is Standing.SIGNED:
        go_on(act, case)
