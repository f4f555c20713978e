"""The committee votes: it is convened, members with an interest step aside, ballots are cast and counted."""

from collections.abc import Mapping

from sqlalchemy import exists, select

from workflow import (
    agenda,
    alternates,
    ballots,
    cases,
    chairs,
    conflicts,
    counting,
    embargo,
    journal,
    recusals,
    tasks,
)
from workflow.act import Act
from workflow.editions.library import step_of
from workflow.errors import BallotClosed, Conflicted, Invalid, NotEntitled, NotFound
from workflow.models import Committee, Cycle, PromotionCase, Seat, Vote
from workflow.rules import tally as rules
from workflow.rules.conflicts import Standing, conflicts_of
from workflow.vocabulary import CHAIRS_TASKS, Choice, Stage, TaskKind, VoteResult

_DECIDED = (VoteResult.CARRIED, VoteResult.NOT_CARRIED, VoteResult.DEFERRED)


def convene(act: Act, case: PromotionCase) -> None:
    """Bring the case before the committee it had, or the first standing one, that can decide on it.

    Who has a stake is recused; the chair is asked to open the ballot. Where no committee can decide the
    case is stuck until HR has seated one or refers the case to another.
    """
    bodies = _bodies(act, case)
    standing = conflicts.standing_of(act, case)
    committee = next((body for body in bodies if _can_decide(act, case, body, standing)), None)
    if committee is None:
        cases.mark_stuck(act, case, "quorum_impossible" if bodies else "no_committee")
        return
    _bring_before(act, case, committee, standing)


def resume(act: Act, case: PromotionCase) -> None:
    """Set up again what a case before the committee waits for."""
    vote = ballots.last_vote(act, case)
    if case.pending is not None and case.cycle_id is not None:
        embargo.ask_for_release(act, act.db.get_one(Cycle, case.cycle_id))
    elif vote is not None and vote.result in _DECIDED:
        chairs.ask(act, case, TaskKind.WRITE_DECISION)
    elif vote is not None and vote.result is VoteResult.REPEAT:
        chairs.ask(act, case, TaskKind.OPEN_BALLOT, detail=chairs.SECOND_BALLOT)
    else:
        convene(act, case)


def refer(act: Act, case: PromotionCase, *, committee_id: int) -> None:
    """HR brings the case before another committee, such as an ad hoc one, while no ballot was opened.

    Raises BallotClosed once a vote has begun, NotFound, Invalid if too few members are without a stake.
    """
    cases.require_stage(case, Stage.COMMITTEE)
    vote = ballots.last_vote(act, case)
    if case.pending is not None or (vote is not None and vote.result is not VoteResult.NO_QUORUM):
        raise BallotClosed(stage=case.stage)
    committee = act.db.get(Committee, committee_id)
    if committee is None:
        raise NotFound(kind="committee", id=committee_id)
    standing = conflicts.standing_of(act, case)
    if not _can_decide(act, case, committee, standing):
        raise Invalid(reason="committee_cannot_decide")
    cases.free(act, case)
    _bring_before(act, case, committee, standing)


def recuse(act: Act, case: PromotionCase, *, reason: str) -> None:
    """Declare an interest: the member loses sight and vote, a ballot already cast is removed."""
    cases.require_stage(case, Stage.COMMITTEE)
    cases.require_reason(reason)
    if case.pending is not None:
        raise BallotClosed(stage=case.stage)
    vote = ballots.open_vote(act, case)
    electors = ballots.register(act, vote) if vote is not None else []
    sitting = {member.id for member in ballots.sitting(act, case)}
    if act.person.id not in sitting | {elector.employee_id for elector in electors}:
        raise NotEntitled()
    recusals.declare(act, case, reason)


def open_ballot(act: Act, case: PromotionCase, *, deviation: Mapping[int, str] | None = None) -> None:
    """Freeze who is entitled and ask each for a ballot; with too few for a quorum the case is stuck.

    Stakes are looked up again: a chair who has one by now passes the task on. `deviation` gives a reason
    for every better placed case that is passed over; raises Invalid as `agenda.require_turn` does.
    """
    cases.require_stage(case, Stage.COMMITTEE)
    task = tasks.mine(act, case, TaskKind.OPEN_BALLOT)
    if task.detail != chairs.SECOND_BALLOT:
        agenda.require_turn(act, case, deviation or {})
    if act.person.id in recusals.by_record(act, case):
        return
    tasks.complete(act, task)
    before = ballots.last_vote(act, case)
    is_second = task.detail == chairs.SECOND_BALLOT and before is not None
    _open_vote(act, case, is_deviation=before.is_deviation if is_second and before else bool(deviation))


def cast_ballot(act: Act, case: PromotionCase, *, choice: Choice, reason: str = "") -> None:
    """Vote, or change one's vote; the last ballot closes the vote.

    Raises BallotClosed once the vote is closed, Conflicted to whoever has come to have a stake,
    NotEntitled to whoever has no vote, and Invalid for a reason where so few are entitled that its
    author could be guessed.
    """
    vote = ballots.open_vote(act, case)
    if vote is None or case.stage is not Stage.COMMITTEE or vote.closes_at <= act.now:
        raise BallotClosed(stage=case.stage)
    with_stake = recusals.found(act, case)
    if act.person.id in with_stake:
        raise Conflicted()
    electors = ballots.register(act, vote)
    if reason.strip():
        _require_large_body(act, case, vote)
    if ballots.put_in_box(act, vote, electors, choice, reason.strip()):
        tasks.complete_secret(act, case, TaskKind.CAST_BALLOT)
        journal.record(act, "ballot_cast", case=case)
    if with_stake:
        # Their ballots must not be in a vote that this one closes. Nothing tells who has just voted.
        act.hand_over()
        recusals.by_record(act, case)
    else:
        counting.close_if_all_voted(act, case, vote, electors)


def close_due(act: Act, case: PromotionCase) -> None:
    """Close a vote whose time is over; without a quorum it is extended once, then the case is stuck.

    For the extension alternates are drawn in the place of members who have not voted.
    """
    vote = ballots.open_vote(act, case)
    if vote is None or vote.closes_at > act.now:
        return
    committee_rules = step_of(act.db, case).committee
    voted = sum(elector.has_voted for elector in ballots.register(act, vote))
    lacking = rules.quorum_needed(vote.entitled, committee_rules) - voted
    if lacking <= 0 or vote.is_extended:
        counting.close(act, case, vote)
        return
    vote.is_extended = True
    vote.closes_at = cases.due_in(act, case, committee_rules.extension_days)
    alternates.stand_in(act, case, vote, lacking=lacking)
    tasks.close_open(act, case, TaskKind.CAST_BALLOT)
    missing = ballots.still_to_vote(act, vote)
    tasks.open_for(act, TaskKind.CAST_BALLOT, case, missing, due_at=vote.closes_at)
    journal.record(act, "vote_extended", case=case, until=vote.closes_at.isoformat())


def _bodies(act: Act, case: PromotionCase) -> list[Committee]:
    """The committee the case had, then the standing ones that are in office."""
    in_office = exists().where(Seat.committee_id == Committee.id, ballots.is_in_office(act.now.date()))
    standing = act.all(select(Committee).where(Committee.is_standing, in_office).order_by(Committee.id))
    had = act.db.get(Committee, case.committee_id) if case.committee_id is not None else None
    return [*filter(None, [had]), *standing]


def _bring_before(act: Act, case: PromotionCase, committee: Committee, standing: Standing) -> None:
    case.committee_id = committee.id
    members = ballots.members(act, committee.id)
    conflicts.recuse_by_record(act, case, members, standing)
    recused = conflicts.recused(act, case) & {member.id for member in members}
    journal.record(
        act, "committee_convened", case=case, committee=committee.id, seats=len(members), recused=len(recused)
    )
    tasks.close_open(act, case, *CHAIRS_TASKS)
    chairs.ask(act, case, TaskKind.OPEN_BALLOT)


def _can_decide(act: Act, case: PromotionCase, body: Committee, standing: Standing) -> bool:
    recused = conflicts.recused(act, case)
    able = sum(
        member.id not in recused and not conflicts_of(str(member.id), standing)
        for member in ballots.members(act, body.id)
    )
    vacant = alternates.vacancies(act, body)
    if vacant > 0:
        able += min(vacant, len(alternates.able(act, case, body, standing)))
    return able >= rules.quorum_needed(able, step_of(act.db, case).committee)


def _open_vote(act: Act, case: PromotionCase, *, is_deviation: bool) -> None:
    committee_rules = step_of(act.db, case).committee
    entitled = [*ballots.sitting(act, case), *alternates.for_vacant_seats(act, case)]
    if len(entitled) < rules.quorum_needed(len(entitled), committee_rules):
        cases.mark_stuck(act, case, "quorum_impossible" if entitled else "everybody_recused")
        return
    closes_at = cases.due_in(act, case, committee_rules.days)
    vote = ballots.open_box(act, case, entitled, closes_at=closes_at, is_deviation=is_deviation)
    tasks.open_for(act, TaskKind.CAST_BALLOT, case, entitled, due_at=closes_at)
    journal.record(act, "ballot_opened", case=case, number=vote.number, entitled=len(entitled))


def _require_large_body(act: Act, case: PromotionCase, vote: Vote) -> None:
    needed = step_of(act.db, case).committee.small_body
    if vote.entitled < needed:
        raise Invalid(reason="reasons_not_collected", entitled=vote.entitled, needed=needed)
