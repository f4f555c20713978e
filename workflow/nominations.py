"""Nominate, submit, approve, return, decline: a case before its review."""

from sqlalchemy import select

from workflow import approvals, cases, eligibility, journal, tasks
from workflow.act import Act
from workflow.editions.library import edition_of
from workflow.errors import (
    CaseAlreadyOpen,
    NoSuchStep,
    NotAllowed,
    NotTheNextStep,
    PersonInactive,
)
from workflow.models import Employee, PromotionCase, RoleHolding
from workflow.process import Trigger
from workflow.rules.edition import StepRules
from workflow.vocabulary import OPEN_STAGES, Level, Nominator, Role, Stage, TaskKind, Track


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
) -> PromotionCase:
    """Put a draft case on file for an active person's next step, by the manager, HR or oneself.

    Raises PersonInactive, NoSuchStep, NotTheNextStep, CaseAlreadyOpen, NotAllowed.
    """
    nominator = _nominator(act, candidate)
    step = _checked_step(act, candidate, edition_id, track, level, post)
    case = act.add(
        PromotionCase(
            candidate_id=candidate.id,
            target_track=track,
            target_level=level,
            target_post=post,
            edition_id=edition_id,
            cycle_id=cycle_id,
            nominated_by_id=act.person.id,
            nominated_as=nominator,
            opened_at=act.now,
            is_contested=step.competition is not None,
            statement=statement,
            evidence=evidence or {},
        )
    )
    case.candidate = candidate
    cases.enter_first(act, case)
    journal.record(act, "case_opened", case=case, nominated_as=nominator, track=track, level=level, post=post)
    return case


def await_submission(act: Act, case: PromotionCase) -> None:
    """Give the author of a new draft the task to submit it."""
    author = act.db.get_one(Employee, case.author_id)
    due_at = cases.due_in(act, case, 10)
    tasks.open_for(act, TaskKind.SUBMIT_NOMINATION, case, [author], due_at=due_at)


def write(act: Act, case: PromotionCase, *, statement: str, evidence: dict[str, str]) -> None:
    """Change statement and evidence while the case is a draft or has been returned to its author."""
    if case.stage is not Stage.DRAFT:
        cases.require_stage(case, Stage.NOMINATED)
        tasks.mine(act, case, TaskKind.REVISE_NOMINATION)
    case.statement, case.evidence = statement, evidence
    journal.record(act, "nomination_written", case=case, text=statement)


def submit(act: Act, case: PromotionCase) -> None:
    """Send the nomination on its way, or back on its way after it was returned."""
    if case.stage is Stage.DRAFT:
        tasks.complete(act, tasks.mine(act, case, TaskKind.SUBMIT_NOMINATION))
        cases.advance(act, case, Trigger.SUBMIT)
        journal.record(act, "nomination_submitted", case=case)
        return
    cases.require_stage(case, Stage.NOMINATED)
    tasks.complete(act, tasks.mine(act, case, TaskKind.REVISE_NOMINATION))
    journal.record(act, "nomination_resubmitted", case=case)
    _ask_for_signatures(act, case)


def open_approvals(act: Act, case: PromotionCase) -> None:
    """Check eligibility on the facts of the day and ask for the first signature."""
    eligibility.examine(act, case)
    _ask_for_signatures(act, case)


def approve(act: Act, case: PromotionCase, *, comment: str = "") -> None:
    """Sign the open step; the last signature sends the case to review if the candidate is eligible."""
    cases.require_stage(case, Stage.NOMINATED)
    is_last = approvals.sign(act, case, comment=comment)
    if is_last:
        go_on(act, case)


def go_on(act: Act, case: PromotionCase) -> None:
    """Move a fully signed case to its review, or give HR the task to settle its eligibility."""
    if eligibility.overall(act, case).is_met:
        cases.free(act, case)
        cases.advance(act, case, Trigger.APPROVE)
        return
    due_at = cases.due_in(act, case, 5)
    tasks.close_open(act, case, TaskKind.FIX_DATA)
    cases.ask_hr(act, case, TaskKind.FIX_DATA, due_at=due_at, detail="eligibility")


def send_back(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Return the nomination to its author with a comment; the chain starts anew when it comes back."""
    cases.require_stage(case, Stage.NOMINATED)
    cases.require_reason(reason)
    approvals.give_back(act, case, reason=reason)
    author = act.db.get_one(Employee, case.author_id)
    due_at = cases.due_in(act, case, 5, person=author)
    tasks.open_for(act, TaskKind.REVISE_NOMINATION, case, [author], due_at=due_at)
    journal.record(act, "nomination_returned", case=case, text=reason)


def decline(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Say no with a reason; ends the case unless it is the line manager's advice on a self-nomination."""
    cases.require_stage(case, Stage.NOMINATED)
    cases.require_reason(reason)
    is_advice, is_last = approvals.refuse(act, case, reason=reason)
    if not is_advice:
        end(act, case, reason=reason)
    elif is_last:
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
    tasks.complete(act, tasks.mine(act, case, TaskKind.FIX_DATA))
    end(act, case, reason=reason)


def settle_eligibility(act: Act, case: PromotionCase, *, rule: str | None, reason: str) -> None:
    """HR's way on for a signed case: waive one rule with a reason, or look at the corrected facts again."""
    cases.require_stage(case, Stage.NOMINATED)
    if rule is not None:
        cases.require_reason(reason)
        eligibility.waive(act, case, rule, reason=reason)
    else:
        eligibility.examine(act, case)
    if approvals.are_complete(act, case):
        go_on(act, case)


def _ask_for_signatures(act: Act, case: PromotionCase) -> None:
    if approvals.start(act, case):
        go_on(act, case)


def _nominator(act: Act, candidate: Employee) -> Nominator:
    if act.person.id == candidate.id:
        return Nominator.SELF
    if candidate.manager_id == act.person.id:
        return Nominator.MANAGER
    holding = select(RoleHolding).where(RoleHolding.employee_id == act.person.id, RoleHolding.role == Role.HR)
    if act.first(holding) is None:
        raise NotAllowed(operation="nominate", expected=["self", "manager", "hr"])
    return Nominator.HR


def _checked_step(
    act: Act, candidate: Employee, edition_id: int, track: Track, level: Level, post: str
) -> StepRules:
    if not candidate.is_active:
        raise PersonInactive(person=candidate.number)
    edition = edition_of(act.db, edition_id)
    step = edition.step(track, level)
    if step is None or post not in step.posts:
        raise NoSuchStep(track=track, level=level, post=post, posts=list(step.posts) if step else [])
    if level.rank != candidate.level.rank + 1:
        raise NotTheNextStep(present=candidate.level, target=level)
    same = select(PromotionCase.id).where(
        PromotionCase.candidate_id == candidate.id,
        PromotionCase.target_track == track,
        PromotionCase.target_level == level,
        PromotionCase.stage.in_(OPEN_STAGES),
    )
    existing = act.first(same)
    if existing is not None:
        raise CaseAlreadyOpen(case=existing)
    return step
