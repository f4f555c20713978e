"""The box and the register of a secret vote, kept apart so that nobody can tell who voted how."""

import random
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, insert, select

from workflow import sealing
from workflow.act import Act
from workflow.errors import NotEntitled
from workflow.models import BallotPaper, Committee, Elector, Employee, PromotionCase, Recusal, Seat, Vote
from workflow.rules.edition import CommitteeRules
from workflow.rules.tally import Count, Tally, sentence, shown
from workflow.vocabulary import Choice, VoteResult


def members(act: Act, committee_id: int) -> list[Employee]:
    """Active members in office today, in the order of their seats."""
    today = act.now.date()
    return list(
        act.all(
            select(Employee)
            .join(Seat, Seat.employee_id == Employee.id)
            .where(Seat.committee_id == committee_id, Seat.from_on <= today, Seat.until_on >= today)
            .where(Employee.is_active)
            .order_by(Seat.id)
        )
    )


def sitting(act: Act, case: PromotionCase) -> list[Employee]:
    """The members who may take part in this case: in office, active, not recused."""
    if case.committee_id is None:
        return []
    recused = set(act.all(select(Recusal.employee_id).where(Recusal.case_id == case.id)))
    return [member for member in members(act, case.committee_id) if member.id not in recused]


def acting_chair(act: Act, case: PromotionCase) -> Employee | None:
    """The chair, or the first sitting member where the chair may not take part."""
    able = sitting(act, case)
    committee = act.db.get_one(Committee, case.committee_id)
    chair = next((member for member in able if member.id == committee.chair_id), None)
    return chair or next(iter(able), None)


def open_vote(act: Act, case: PromotionCase) -> Vote | None:
    """The vote that is open on the case now, or None."""
    return act.first(select(Vote).where(Vote.round_id == case.round_id, Vote.closed_at.is_(None)))


def last_vote(act: Act, case: PromotionCase) -> Vote | None:
    """The last vote of the present round, open or closed, or None."""
    return act.first(select(Vote).where(Vote.round_id == case.round_id).order_by(Vote.number.desc()))


def is_repeat(act: Act, vote: Vote) -> bool:
    """Whether the vote was called because an earlier one of the round was tied."""
    tied = select(Vote.id).where(Vote.round_id == vote.round_id, Vote.result == VoteResult.REPEAT)
    return act.first(tied) is not None


def open_box(act: Act, case: PromotionCase, entitled: list[Employee], *, closes_at: datetime) -> Vote:
    """Open an empty box and freeze the register of the entitled."""
    assert case.round_id is not None
    assert case.committee_id is not None
    seats = len(members(act, case.committee_id))
    before = last_vote(act, case)
    sealing.new_key(act, case.round_id)
    vote = act.add(
        Vote(
            round_id=case.round_id,
            committee_id=case.committee_id,
            number=before.number + 1 if before is not None else 1,
            seats=seats,
            recused=seats - len(entitled),
            entitled=len(entitled),
            opened_at=act.now,
            closes_at=closes_at,
        )
    )
    act.db.add_all(Elector(vote_id=vote.id, employee_id=member.id) for member in entitled)
    act.db.flush()
    return vote


def register(act: Act, vote: Vote) -> list[Elector]:
    """Everybody who is entitled in this vote, and whether he has voted."""
    return list(act.all(select(Elector).where(Elector.vote_id == vote.id)))


def put_in_box(act: Act, vote: Vote, electors: list[Elector], choice: Choice) -> bool:
    """Put the person's ballot into the box in place of an earlier one; True if it is the first.

    Raises NotEntitled to whoever is not on the register.
    """
    elector = next((one for one in electors if one.employee_id == act.person.id), None)
    if elector is None:
        raise NotEntitled()
    name = sealing.pseudonym(sealing.key_of(act, vote.round_id), act.person.id)
    is_first = not elector.has_voted
    if is_first:
        act.db.add(BallotPaper(vote_id=vote.id, pseudonym=name, choice=choice))
        elector.has_voted = True
    else:
        act.db.get_one(BallotPaper, (vote.id, name)).choice = choice
    act.db.flush()
    return is_first


def strike(act: Act, vote: Vote, person: int) -> None:
    """Take a recused member off the register and his ballot out of the box."""
    name = sealing.pseudonym(sealing.key_of(act, vote.round_id), person)
    act.execute(delete(BallotPaper).where(BallotPaper.vote_id == vote.id, BallotPaper.pseudonym == name))
    act.execute(delete(Elector).where(Elector.vote_id == vote.id, Elector.employee_id == person))
    vote.entitled -= 1
    vote.recused += 1


def close_box(act: Act, vote: Vote) -> Count:
    """Count the ballots, lay them and the register down in random order, destroy the key."""
    choices = list(act.all(select(BallotPaper.choice).where(BallotPaper.vote_id == vote.id)))
    register = act.execute(
        select(Elector.employee_id, Elector.has_voted).where(Elector.vote_id == vote.id)
    ).all()
    _forget(act, vote.id)
    act.execute(delete(BallotPaper).where(BallotPaper.vote_id == vote.id))
    act.execute(delete(Elector).where(Elector.vote_id == vote.id))
    _lay_down(act, vote.id, choices, [(person, has_voted) for person, has_voted in register])
    sealing.destroy_key(act, vote.round_id)
    vote.closed_at = act.now
    return Count(**{choice.value: choices.count(choice) for choice in Choice})


def keep_verdict(vote: Vote, verdict: Tally, rules: CommitteeRules) -> None:
    """Keep the result with its numbers and what of them may be shown."""
    vote.result = verdict.result
    vote.tally = {
        "numbers": asdict(verdict.count),
        "quorum": verdict.quorum,
        "needed": verdict.needed,
        "reason": verdict.reason,
        "sentence": asdict(sentence(verdict)),
        "shown": shown(verdict, rules),
    }


def _forget(act: Act, vote_id: int) -> None:
    # Rows are about to be replaced behind the session's back.
    for row in list(act.db.identity_map.values()):
        if isinstance(row, BallotPaper | Elector) and row.vote_id == vote_id:
            act.db.expunge(row)


def _lay_down(act: Act, vote_id: int, choices: list[Choice], register: list[tuple[int, bool]]) -> None:
    shuffler = random.SystemRandom()
    shuffler.shuffle(choices)
    shuffler.shuffle(register)
    papers = [
        {"vote_id": vote_id, "pseudonym": sealing.random_name(), "choice": choice} for choice in choices
    ]
    if papers:
        act.execute(insert(BallotPaper), papers)
    act.execute(
        insert(Elector),
        [
            {"vote_id": vote_id, "employee_id": person, "has_voted": has_voted}
            for person, has_voted in register
        ],
    )
