"""Alternates stand in for members who do not vote, so that a quorum can still be reached."""

import secrets
from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from workflow import ballots, conflicts, journal
from workflow.act import Act
from workflow.models import Elector, Employee, PromotionCase, Vote
from workflow.rules import draws
from workflow.rules.conflicts import conflicts_of


def stand_in(act: Act, case: PromotionCase, vote: Vote, *, lacking: int) -> None:
    """Draw by lot as many alternates as the quorum lacks; each takes the place of a missing member.

    Members who have left give up their place first, the others by lot; the entitled stay as many.
    """
    missing = [elector.employee_id for elector in ballots.register(act, vote) if not elector.has_voted]
    pool = _free(act, case, vote)
    if not pool or lacking <= 0:
        return
    people = [str(person) for person in pool]
    facts = {"case": case.id, "vote": vote.number, "round": case.round_id}
    seed = draws.seed_for(facts, people, secrets.token_hex(16))
    drawn = [int(person) for person in draws.draw(seed, people, min(lacking, len(missing)))]
    replaced = _giving_way(act, missing, seed)[: len(drawn)]
    _swap(act, vote, replaced, drawn)
    digest = draws.pool_digest(people)
    journal.record(act, "alternates_drawn", case=case, seed=seed, pool=digest, drawn=drawn, replaced=replaced)


def _free(act: Act, case: PromotionCase, vote: Vote) -> list[int]:
    standing = conflicts.standing_of(act, case)
    kept_out = conflicts.recused(act, case) | {one.employee_id for one in ballots.register(act, vote)}
    return [
        person.id
        for person in ballots.alternates(act, vote.committee_id)
        if person.id not in kept_out and not conflicts_of(str(person.id), standing)
    ]


def _giving_way(act: Act, missing: Sequence[int], seed: str) -> list[int]:
    active = set(act.all(select(Employee.id).where(Employee.id.in_(missing), Employee.is_active)))
    by_lot = [int(person) for person in draws.order(seed, (str(person) for person in missing))]
    return sorted(by_lot, key=lambda person: person in active)


def _swap(act: Act, vote: Vote, replaced: Sequence[int], drawn: Sequence[int]) -> None:
    for elector in list(act.db.identity_map.values()):
        if isinstance(elector, Elector) and elector.vote_id == vote.id and elector.employee_id in replaced:
            act.db.expunge(elector)
    act.execute(delete(Elector).where(Elector.vote_id == vote.id, Elector.employee_id.in_(replaced)))
    rows = [{"vote_id": vote.id, "employee_id": person, "has_voted": False} for person in drawn]
    act.execute(insert(Elector), rows)
