"""Members step aside from a case: their ballot is removed, and what waits for them passes on."""

from collections.abc import Collection
from functools import cache

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
)

from workflow import ballots, chairs, conflicts, counting, tasks
from workflow.act import Act
from workflow.models import Elector, Employee, PromotionCase, Recusal, Seat, Task, Vote
from workflow.moment import TODAY, Day, moment
from workflow.stakes import parts_in
from workflow.vocabulary import CHAIRS_TASKS, Stage, TaskKind, TaskState


def with_a_stake(today: Day, *which: ColumnElement[bool]) -> Select[int, int]:
    """Query for cases before a committee, and whoever takes part in them with a stake on file.

    These are members in office, those on the register of an open vote, and who is asked as the chair.
    """
    case = PromotionCase
    part = parts_in(and_(case.stage == Stage.COMMITTEE, case.pending.is_(None), *which)).c
    sits = exists().where(
        Seat.committee_id == case.committee_id,
        Seat.employee_id == part.person_id,
        ~Seat.is_alternate,
        ballots.is_in_office(today),
    )
    votes = exists().where(
        Vote.round_id == case.round_id,
        Vote.closed_at.is_(None),
        Elector.vote_id == Vote.id,
        Elector.employee_id == part.person_id,
    )
    chairs_it = exists().where(
        Task.round_id == case.round_id,
        Task.kind.in_(CHAIRS_TASKS),
        Task.state == TaskState.OPEN,
        Task.assignee_id == part.person_id,
    )
    recused = exists().where(Recusal.case_id == case.id, Recusal.employee_id == part.person_id)
    return (
        select(part.case_id, part.person_id)
        .join(case, case.id == part.case_id)
        .where(or_(sits, votes, chairs_it), ~recused)
    )


def found(act: Act, case: PromotionCase) -> set[int]:
    """Keys of those who take part in the case and have come to have a stake in it."""
    return {person for _, person in act.execute(_in_one_case(), {"case": case.id, **moment(act.now)})}


@cache
def _in_one_case() -> Select[int, int]:
    """The same for one `case`, `today`: asked so often that it is put together but once."""
    return with_a_stake(TODAY, PromotionCase.id == bindparam("case", type_=Integer))


def by_record(act: Act, case: PromotionCase) -> set[int]:
    """Recuse members who have come to have a stake in the case; gives their keys."""
    with_stake = found(act, case)
    if with_stake:
        _keep_out(act, case, with_stake)
        _step_aside(act, case, with_stake)
    return with_stake


def declare(act: Act, case: PromotionCase, reason: str) -> None:
    """Recuse the person who acts, who declares an interest, and with him whoever has come to have a stake.

    If the vote ends with that, no ballot of theirs is in it.
    """
    person = act.person.id
    conflicts.declare(act, case, reason)
    with_stake = found(act, case)
    if with_stake:
        # They are recused by what is on file, not by him.
        act.hand_over()
        _keep_out(act, case, with_stake)
    _step_aside(act, case, {person, *with_stake})


def _keep_out(act: Act, case: PromotionCase, with_stake: Collection[int]) -> None:
    members = act.all(select(Employee).where(Employee.id.in_(with_stake)))
    conflicts.recuse_by_record(act, case, members, conflicts.standing_of(act, case))


def _step_aside(act: Act, case: PromotionCase, people: Collection[int]) -> None:
    """Take from recused people the ballot, be it cast or not, and what waits for them as the chair.

    The vote is over if all others have voted.
    """
    for person in people:
        tasks.close_open(act, case, TaskKind.CAST_BALLOT, assignee_id=person)
    vote = ballots.open_vote(act, case)
    if vote is not None:
        registered = {elector.employee_id for elector in ballots.register(act, vote)}
        for person in registered.intersection(people):
            ballots.strike(act, vote, person)
        if vote.entitled:
            counting.close_if_all_voted(act, case, vote, ballots.register(act, vote))
        else:
            counting.close(act, case, vote)
    chairs.pass_on(act, case)
