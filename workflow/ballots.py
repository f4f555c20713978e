"""The box and the register of a secret vote, kept apart so that nobody can tell who voted how."""

import random
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, delete, insert, select

from workflow import sealing
from workflow.act import Act
from workflow.errors import NotEntitled
from workflow.models import BallotPaper, BallotReason, Elector, Employee, PromotionCase, Recusal, Seat, Vote
from workflow.moment import Day
from workflow.rules.edition import CommitteeRules
from workflow.rules.tally import Count, Tally, sentence, shown
from workflow.vocabulary import Choice, VoteResult

_SHUFFLER = random.SystemRandom()


def is_in_office(today: Day) -> ColumnElement[bool]:
    """Condition on Seat: its term of office has begun and is not over."""
    return and_(Seat.from_on <= today, Seat.until_on >= today)


def members(act: Act, committee_id: int) -> list[Employee]:
    """Active full members in office today, in the order of their seats."""
    return list(act.all(_in_office(act, committee_id).where(~Seat.is_alternate)))


def alternates(act: Act, committee_id: int) -> list[Employee]:
    """Active alternates in office today, in the order of their seats."""
    return list(act.all(_in_office(act, committee_id).where(Seat.is_alternate)))


def sitting(act: Act, case: PromotionCase) -> list[Employee]:
    """The members who may take part in this case: in office, active, not recused."""
    if case.committee_id is None:
        return []
    recused = set(act.all(select(Recusal.employee_id).where(Recusal.case_id == case.id)))
    return [member for member in members(act, case.committee_id) if member.id not in recused]


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


def open_box(
    act: Act, case: PromotionCase, entitled: list[Employee], *, closes_at: datetime, is_deviation: bool
) -> Vote:
    """Open an empty box and freeze the register of the entitled."""
    assert case.round_id is not None
    assert case.committee_id is not None
    standing_in = {person.id for person in entitled} - {person.id for person in sitting(act, case)}
    seats = len(members(act, case.committee_id)) + len(standing_in)
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
            is_deviation=is_deviation,
        )
    )
    act.db.add_all(Elector(vote_id=vote.id, employee_id=member.id) for member in entitled)
    act.db.flush()
    return vote


def register(act: Act, vote: Vote) -> list[Elector]:
    """Everybody who is entitled in this vote, and whether he has voted."""
    return list(act.all(select(Elector).where(Elector.vote_id == vote.id)))


def still_to_vote(act: Act, vote: Vote) -> list[Employee]:
    """Active people on the register who have not voted yet."""
    missing = select(Elector.employee_id).where(Elector.vote_id == vote.id, ~Elector.has_voted)
    return list(act.all(select(Employee).where(Employee.id.in_(missing), Employee.is_active)))


def put_in_box(act: Act, vote: Vote, electors: list[Elector], choice: Choice, reason: str) -> bool:
    """Put the person's ballot into the box in place of an earlier one; True if it is the first.

    Raises NotEntitled to whoever is not on the register.
    """
    elector = next((one for one in electors if one.employee_id == act.person.id), None)
    if elector is None:
        raise NotEntitled()
    key = sealing.key_of(act, vote.round_id)
    name = sealing.pseudonym(key, act.person.id)
    sealed = sealing.seal(key, {"reason": reason}) if reason else None
    is_first = not elector.has_voted
    if is_first:
        act.db.add(BallotPaper(vote_id=vote.id, pseudonym=name, choice=choice, sealed_reason=sealed))
        elector.has_voted = True
    else:
        paper = act.db.get_one(BallotPaper, (vote.id, name))
        paper.choice, paper.sealed_reason = choice, sealed
    act.db.flush()
    return is_first


def strike(act: Act, vote: Vote, person: int) -> None:
    """Take a recused member off the register and his ballot out of the box."""
    name = sealing.pseudonym(sealing.key_of(act, vote.round_id), person)
    act.execute(delete(BallotPaper).where(BallotPaper.vote_id == vote.id, BallotPaper.pseudonym == name))
    act.execute(delete(Elector).where(Elector.vote_id == vote.id, Elector.employee_id == person))
    vote.entitled -= 1
    vote.recused += 1


def enter_instead(act: Act, vote: Vote, replaced: Sequence[int], others: Sequence[Employee]) -> None:
    """Put others on the register in the place of members who have not voted."""
    for row in list(act.db.identity_map.values()):
        if isinstance(row, Elector) and row.vote_id == vote.id and row.employee_id in replaced:
            act.db.expunge(row)
    act.execute(delete(Elector).where(Elector.vote_id == vote.id, Elector.employee_id.in_(replaced)))
    rows = [{"vote_id": vote.id, "employee_id": person.id, "has_voted": False} for person in others]
    act.execute(insert(Elector), rows)


def close_box(act: Act, vote: Vote) -> tuple[Count, list[str]]:
    """Count the ballots, lay them and the register down in random order, destroy the key.

    Gives the count and, shuffled, the reasons that lay in the box; they are kept by `keep_reasons` or lost.
    """
    of_vote = BallotPaper.vote_id == vote.id
    papers = act.execute(select(BallotPaper.choice, BallotPaper.sealed_reason).where(of_vote)).all()
    key = sealing.key_of(act, vote.round_id)
    reasons = [str(sealing.unseal(key, sealed)["reason"]) for _, sealed in papers if sealed is not None]
    _SHUFFLER.shuffle(reasons)
    register = act.execute(
        select(Elector.employee_id, Elector.has_voted).where(Elector.vote_id == vote.id)
    ).all()
    _forget(act, vote.id)
    act.execute(delete(BallotPaper).where(of_vote))
    act.execute(delete(Elector).where(Elector.vote_id == vote.id))
    choices = [choice for choice, _ in papers]
    _lay_down(act, vote.id, choices, [(person, has_voted) for person, has_voted in register])
    sealing.destroy_key(act, vote.round_id)
    vote.closed_at = act.now
    return Count(**{choice.value: choices.count(choice) for choice in Choice}), reasons


def keep_reasons(act: Act, vote: Vote, reasons: list[str]) -> None:
    """Keep the reasons for the chair until the decision is recorded, under a key of their own."""
    if not reasons:
        return
    key = sealing.new_key(act, vote.round_id)
    rows = [
        {"id": sealing.random_name(), "vote_id": vote.id, "sealed": sealing.seal(key, {"reason": reason})}
        for reason in reasons
    ]
    # Rows that go in by their random names keep no other order.
    act.execute(insert(BallotReason), sorted(rows, key=lambda row: str(row["id"])))


def destroy_reasons(act: Act, vote: Vote) -> None:
    """Destroy the reasons, and the key they were kept under."""
    act.execute(delete(BallotReason).where(BallotReason.vote_id == vote.id))
    sealing.destroy_key(act, vote.round_id)


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


def _in_office(act: Act, committee_id: int) -> Select[Employee]:
    return (
        select(Employee)
        .join(Seat, Seat.employee_id == Employee.id)
        .where(Seat.committee_id == committee_id, is_in_office(act.now.date()), Employee.is_active)
        .order_by(Seat.id)
    )


def _forget(act: Act, vote_id: int) -> None:
    # Rows are about to be replaced behind the session's back.
    for row in list(act.db.identity_map.values()):
        if isinstance(row, BallotPaper | Elector) and row.vote_id == vote_id:
            act.db.expunge(row)


def _lay_down(act: Act, vote_id: int, choices: list[Choice], register: list[tuple[int, bool]]) -> None:
    _SHUFFLER.shuffle(choices)
    _SHUFFLER.shuffle(register)
    papers = [
        {"vote_id": vote_id, "pseudonym": sealing.random_name(), "choice": choice} for choice in choices
    ]
    if papers:
        act.execute(insert(BallotPaper), papers)
    electors = [
        {"vote_id": vote_id, "employee_id": person, "has_voted": has_voted} for person, has_voted in register
    ]
    if electors:
        act.execute(insert(Elector), electors)
