"""Alternates take vacant seats for one vote, and stand in for members who do not vote."""

import secrets
from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select

from workflow import ballots, conflicts, journal, tasks
from workflow.act import Act
from workflow.models import Committee, Elector, Employee, PromotionCase, Vote
from workflow.rules import draws
from workflow.rules.conflicts import Standing, conflicts_of
from workflow.vocabulary import TaskKind


def able(act: Act, case: PromotionCase, committee: Committee, standing: Standing) -> list[Employee]:
    """Alternates in office who have no stake in the case."""
    recused = conflicts.recused(act, case)
    return [
        person
        for person in ballots.alternates(act, committee.id)
        if person.id not in recused and not conflicts_of(str(person.id), standing)
    ]


def vacancies(act: Act, committee: Committee) -> int:
    """How many full seats nobody holds who is in office and has not left."""
    return committee.size - len(ballots.members(act, committee.id))


def for_vacant_seats(act: Act, case: PromotionCase) -> list[Employee]:
    """Who takes the vacant seats in the vote to come: whoever did so in the last one, the others by lot."""
    committee = act.db.get_one(Committee, case.committee_id)
    vacant = vacancies(act, committee)
    if vacant <= 0:
        return []
    pool = able(act, case, committee, conflicts.standing_of(act, case))
    before = set(act.all(_on_registers(case)))
    again = [person for person in pool if person.id in before][:vacant]
    others = [person for person in pool if person.id not in before]
    drawn, _ = _drawn(act, case, others, vacant - len(again), giving_way=[])
    return [*again, *drawn]


def stand_in(act: Act, case: PromotionCase, vote: Vote, *, lacking: int) -> None:
    """Draw by lot as many alternates as the quorum lacks; each takes the place of a missing member.

    Members who have left give up their place first, the others by lot; the entitled stay as many.
    """
    missing = [elector.employee_id for elector in ballots.register(act, vote) if not elector.has_voted]
    _swap(act, case, vote, missing, count=min(lacking, len(missing)))


def replace_gone(act: Act, case: PromotionCase) -> None:
    """Give the vote of members who have left before they voted to alternates, and ask these for it."""
    vote = ballots.open_vote(act, case)
    if vote is None:
        return
    # Whoever turns out to have a stake is kept out for good, so that nobody looks for him again.
    registered = {elector.employee_id for elector in ballots.register(act, vote)}
    free = [one for one in ballots.alternates(act, vote.committee_id) if one.id not in registered]
    conflicts.recuse_by_record(act, case, free, conflicts.standing_of(act, case))
    gone = _gone(act, vote)
    drawn, replaced = _swap(act, case, vote, gone, count=len(gone))
    for person in replaced:
        tasks.close_open(act, case, TaskKind.CAST_BALLOT, assignee_id=person)
    tasks.open_for(act, TaskKind.CAST_BALLOT, case, drawn, due_at=vote.closes_at)


def _gone(act: Act, vote: Vote) -> list[int]:
    """Keys of those on the register who have left and not voted."""
    left = select(Elector.employee_id).join(Employee, Employee.id == Elector.employee_id)
    return list(act.all(left.where(Elector.vote_id == vote.id, ~Elector.has_voted, ~Employee.is_active)))


def _swap(
    act: Act, case: PromotionCase, vote: Vote, missing: Sequence[int], *, count: int
) -> tuple[list[Employee], list[int]]:
    """Put alternates on the register for as many of the missing as there are alternates."""
    committee = act.db.get_one(Committee, vote.committee_id)
    registered = {elector.employee_id for elector in ballots.register(act, vote)}
    pool = able(act, case, committee, conflicts.standing_of(act, case))
    free = [person for person in pool if person.id not in registered]
    gone = set(_gone(act, vote))
    first, then = ([one for one in missing if (one in gone) is has_left] for has_left in (True, False))
    drawn, replaced = _drawn(act, case, free, count, giving_way=(first, then))
    if drawn:
        ballots.enter_instead(act, vote, replaced, drawn)
    return drawn, replaced


def _drawn(
    act: Act,
    case: PromotionCase,
    pool: Sequence[Employee],
    count: int,
    *,
    giving_way: Iterable[list[int]],
) -> tuple[list[Employee], list[int]]:
    """So many of a pool, and who gives way, group by group: all by lot, with the seed on the journal."""
    if not pool or count <= 0:
        return [], []
    people = {str(person.id): person for person in pool}
    votes = len(act.all(select(Vote.id).where(Vote.round_id == case.round_id)))
    facts = {"case": case.id, "votes": votes, "round": case.round_id}
    seed = draws.seed_for(facts, list(people), secrets.token_hex(16))
    drawn = [people[key] for key in draws.draw(seed, people, min(count, len(people)))]
    by_lot = [int(key) for group in giving_way for key in draws.order(seed, map(str, group))]
    replaced = by_lot[: len(drawn)]
    journal.record(
        act,
        "alternates_drawn",
        case=case,
        seed=seed,
        pool=draws.pool_digest(people),
        drawn=[person.id for person in drawn],
        replaced=replaced,
    )
    return drawn, replaced


def _on_registers(case: PromotionCase) -> Select[int]:
    """Whoever was entitled in a vote of the present round."""
    votes = select(Vote.id).where(Vote.round_id == case.round_id)
    return select(Elector.employee_id).where(Elector.vote_id.in_(votes))
