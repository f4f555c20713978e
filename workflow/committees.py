"""The committee decides: recusals, the secret ballot, its tally, and the chair's written decision."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from workflow import ballots, cases, conflicts, journal, tasks
from workflow.act import Act
from workflow.checklist import times_in
from workflow.editions.library import step_of
from workflow.errors import AlreadyExists, BallotClosed, Invalid, NotEntitled
from workflow.models import Committee, Elector, Employee, PromotionCase, Recusal, Seat, Task, Vote
from workflow.process import Trigger
from workflow.rules import tally as rules
from workflow.rules.conflicts import Standing, conflicts_of, public_codes
from workflow.vocabulary import Choice, Stage, TaskKind, TaskState, VoteResult

_LATEST_EFFECT = timedelta(days=366)

TRIGGERS = {
    VoteResult.CARRIED: Trigger.CARRY,
    VoteResult.NOT_CARRIED: Trigger.REJECT,
    VoteResult.DEFERRED: Trigger.DEFER,
}
CHAIRS_TASKS = (TaskKind.OPEN_BALLOT, TaskKind.WRITE_DECISION)


def constitute(
    act: Act, *, name: str, chair: Employee, members: list[Employee], from_on: date, until_on: date
) -> Committee:
    """Seat a committee for a term of office; its size is odd and the chair is one of its members."""
    keys = {member.id for member in members}
    if len(keys) % 2 == 0 or chair.id not in keys or from_on > until_on:
        raise Invalid(reason="committee_seats", seats=len(keys))
    if act.first(select(Committee.id).where(Committee.name == name)):
        raise AlreadyExists(kind="committee", name=name)
    committee = act.add(Committee(name=name, chair_id=chair.id))
    act.db.add_all(
        Seat(committee_id=committee.id, employee_id=member.id, from_on=from_on, until_on=until_on)
        for member in members
    )
    act.db.flush()
    journal.record(act, "committee_seated", chain=f"committee/{committee.id}", seats=len(keys))
    return committee


def convene(act: Act, case: PromotionCase) -> None:
    """Bring the case before the first standing committee that can decide on it without a conflict.

    Who has a stake is recused; the chair is asked to open the ballot.
    """
    bodies = _standing(act)
    standing = conflicts.standing_of(act, case)
    committee = next((body for body in bodies if _can_decide(act, case, body, standing)), None)
    if committee is None:
        cases.mark_stuck(act, case, "quorum_impossible" if bodies else "no_committee")
        return
    case.committee_id = committee.id
    members = ballots.members(act, committee.id)
    recused = _recuse_by_record(act, case, members, standing)
    journal.record(
        act, "committee_convened", case=case, committee=committee.id, seats=len(members), recused=recused
    )
    _ask_chair(act, case, TaskKind.OPEN_BALLOT, days=3)


def recuse(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Declare an interest: the member loses sight and vote, a ballot already cast is removed."""
    cases.require_stage(case, Stage.COMMITTEE)
    cases.require_reason(reason)
    if act.person.id not in {member.id for member in ballots.sitting(act, case)}:
        raise NotEntitled()
    act.add(
        Recusal(
            case_id=case.id,
            employee_id=act.person.id,
            conflict="declared",
            is_declared=True,
            at=act.now,
            reason=reason,
        )
    )
    tasks.close_open(act, case, TaskKind.CAST_BALLOT, assignee_id=act.person.id)
    journal.record(act, "member_recused", case=case, person=act.person.id, conflict="declared", text=reason)
    vote = ballots.open_vote(act, case)
    if vote is not None:
        ballots.strike(act, vote, act.person.id)
        _close_if_all_voted(act, case, vote, ballots.register(act, vote))
    pass_chair_on(act, case)


def pass_chair_on(act: Act, case: PromotionCase) -> None:
    """Hand what waits for the chair to the acting chair, once the holder is recused or has left."""
    able = {member.id for member in ballots.sitting(act, case)}
    waiting = select(Task).where(
        Task.round_id == case.round_id, Task.kind.in_(CHAIRS_TASKS), Task.state == TaskState.OPEN
    )
    for task in act.all(waiting):
        if task.assignee_id not in able:
            tasks.close_open(act, case, task.kind)
            _ask_chair(act, case, task.kind, days=3)


def open_ballot(act: Act, case: PromotionCase) -> None:
    """Freeze who is entitled and ask each for a ballot; with too few for a quorum the case is stuck."""
    cases.require_stage(case, Stage.COMMITTEE)
    tasks.complete(act, tasks.mine(act, case, TaskKind.OPEN_BALLOT))
    _open_vote(act, case)


def cast_ballot(act: Act, case: PromotionCase, *, choice: Choice) -> None:
    """Vote, or change one's vote; the last ballot closes the vote.

    Raises BallotClosed once the vote is closed, NotEntitled to whoever has no vote.
    """
    vote = ballots.open_vote(act, case)
    if vote is None or case.stage is not Stage.COMMITTEE or vote.closes_at <= act.now:
        raise BallotClosed(stage=case.stage)
    electors = ballots.register(act, vote)
    if ballots.put_in_box(act, vote, electors, choice):
        tasks.complete_secret(act, case, TaskKind.CAST_BALLOT)
        journal.record(act, "ballot_cast", case=case)
    _close_if_all_voted(act, case, vote, electors)


def close_due(act: Act, case: PromotionCase) -> None:
    """Close a vote whose time is over; without a quorum it is extended once, then the case is stuck."""
    vote = ballots.open_vote(act, case)
    if vote is None or vote.closes_at > act.now:
        return
    committee_rules = step_of(act.db, case).committee
    voted = sum(elector.has_voted for elector in ballots.register(act, vote))
    has_quorum = voted >= rules.quorum_needed(vote.entitled, committee_rules)
    if has_quorum or vote.is_extended:
        _close(act, case, vote)
        return
    vote.is_extended = True
    vote.closes_at = cases.due_in(act, case, committee_rules.extension_days)
    _ask_again(act, case, vote)
    journal.record(act, "vote_extended", case=case, until=vote.closes_at.isoformat())


def _ask_again(act: Act, case: PromotionCase, vote: Vote) -> None:
    tasks.close_open(act, case, TaskKind.CAST_BALLOT)
    missing = {elector.employee_id for elector in ballots.register(act, vote) if not elector.has_voted}
    people = [member for member in ballots.sitting(act, case) if member.id in missing]
    tasks.open_for(act, TaskKind.CAST_BALLOT, case, people, due_at=vote.closes_at)


def record_decision(
    act: Act,
    case: PromotionCase,
    *,
    text: str,
    internal_reason: str = "",
    effective_on: date | None = None,
) -> None:
    """The chair signs the body's reason; carried, not carried or deferred follows from the count."""
    cases.require_stage(case, Stage.COMMITTEE)
    task = tasks.mine(act, case, TaskKind.WRITE_DECISION)
    vote = ballots.last_vote(act, case)
    assert vote is not None
    assert vote.result is not None
    tasks.complete(act, task)
    _check_effect(act, effective_on)
    if vote.result is not VoteResult.DEFERRED:
        cases.decide(act, case, text=text, internal_reason=internal_reason)
        case.effective_on = effective_on
    cases.require_reason(text)
    journal.record(act, "decision_recorded", case=case, text=text, result=vote.result)
    cases.advance(act, case, TRIGGERS[vote.result], reason=text)


def _check_effect(act: Act, effective_on: date | None) -> None:
    today = act.now.date()
    latest = today + _LATEST_EFFECT
    if effective_on is not None and not today <= effective_on <= latest:
        raise Invalid(reason="effective_date", earliest=today.isoformat(), latest=latest.isoformat())


def _standing(act: Act) -> Sequence[Committee]:
    today = act.now.date()
    in_office = select(Seat.committee_id).where(Seat.from_on <= today, Seat.until_on >= today)
    bodies = select(Committee).where(Committee.is_standing, Committee.id.in_(in_office))
    return act.all(bodies.order_by(Committee.id))


def _can_decide(act: Act, case: PromotionCase, body: Committee, standing: Standing) -> bool:
    recused = set(act.all(select(Recusal.employee_id).where(Recusal.case_id == case.id)))
    able = sum(
        member.id not in recused and not conflicts_of(str(member.id), standing)
        for member in ballots.members(act, body.id)
    )
    return able >= rules.quorum_needed(able, step_of(act.db, case).committee)


def _recuse_by_record(act: Act, case: PromotionCase, members: list[Employee], standing: Standing) -> int:
    already = set(act.all(select(Recusal.employee_id).where(Recusal.case_id == case.id)))
    for member in members:
        found = public_codes(conflicts_of(str(member.id), standing))
        if found and member.id not in already:
            act.db.add(
                Recusal(
                    case_id=case.id,
                    employee_id=member.id,
                    conflict=found[0],
                    is_declared=False,
                    at=act.now,
                )
            )
            already.add(member.id)
            journal.record(act, "member_recused", case=case, person=member.id, conflict=found[0])
    act.db.flush()
    return len(already & {member.id for member in members})


def _ask_chair(act: Act, case: PromotionCase, kind: TaskKind, *, days: int) -> None:
    chair = ballots.acting_chair(act, case)
    if chair is None:
        cases.mark_stuck(act, case, "everybody_recused")
        return
    due_at = cases.due_in(act, case, days, person=chair)
    tasks.open_for(act, kind, case, [chair], due_at=due_at)


def _open_vote(act: Act, case: PromotionCase) -> None:
    committee_rules = step_of(act.db, case).committee
    entitled = ballots.sitting(act, case)
    if len(entitled) < rules.quorum_needed(len(entitled), committee_rules):
        cases.mark_stuck(act, case, "quorum_impossible")
        return
    closes_at = cases.due_in(act, case, committee_rules.days)
    vote = ballots.open_box(act, case, entitled, closes_at=closes_at)
    tasks.open_for(act, TaskKind.CAST_BALLOT, case, entitled, due_at=closes_at)
    journal.record(act, "ballot_opened", case=case, number=vote.number, entitled=len(entitled))


def _close_if_all_voted(act: Act, case: PromotionCase, vote: Vote, electors: list[Elector]) -> None:
    if electors and all(elector.has_voted for elector in electors):
        # The journal does not tell whose ballot came last.
        act.hand_over()
        _close(act, case, vote)


def _close(act: Act, case: PromotionCase, vote: Vote) -> None:
    count = ballots.close_box(act, vote)
    verdict = rules.tally(
        count,
        seats=vote.seats,
        recused=vote.recused,
        entitled=vote.entitled,
        rules=step_of(act.db, case).committee,
        may_defer=times_in(act, case, Stage.COMMITTEE) < 2,
        is_repeat=ballots.is_repeat(act, vote),
    )
    ballots.keep_verdict(vote, verdict, step_of(act.db, case).committee)
    tasks.close_open(act, case, TaskKind.CAST_BALLOT)
    journal.record(act, "vote_closed", case=case, number=vote.number)
    if verdict.result is VoteResult.REPEAT:
        act.db.flush()
        _open_vote(act, case)
    elif verdict.result is VoteResult.NO_QUORUM:
        cases.mark_stuck(act, case, "quorum_missing")
    else:
        _ask_chair(act, case, TaskKind.WRITE_DECISION, days=3)
