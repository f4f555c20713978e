"""Who has a stake in a case, gathered from what is on file for the rules to judge, and who is kept out."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select

from workflow import journal
from workflow.act import Act
from workflow.models import Elector, Employee, PromotionCase, Recusal, StageRound, Vote
from workflow.rules.conflicts import Standing, conflicts_of, public_codes
from workflow.stakes import parts_in
from workflow.superiors import superiors


def standing_of(act: Act, case: PromotionCase) -> Standing:
    """Everybody's part in a case so far: line two levels up, raters, judges, rivals, relatives."""
    return standings_of(act, [case])[case.id]


def standings_of(
    act: Act, cases: Sequence[PromotionCase], *, among: Collection[int] | None = None
) -> dict[int, Standing]:
    """The standings of many cases by their keys, in one statement; of all people, or only some."""
    parts = parts_in(PromotionCase.id.in_([case.id for case in cases])).c
    query = select(parts.case_id, parts.name, parts.person_id)
    if among is not None:
        query = query.where(parts.person_id.in_(among))
    held: dict[tuple[int, str], set[str]] = defaultdict(set)
    for case_id, name, person in act.execute(query):
        held[case_id, name].add(str(person))
    return {case.id: _standing(case, held) for case in cases}


def recused(act: Act, case: PromotionCase) -> set[int]:
    """Keys of everybody who is kept out of the case."""
    return set(act.all(select(Recusal.employee_id).where(Recusal.case_id == case.id)))


def declare(act: Act, case: PromotionCase, reason: str) -> None:
    """Keep the person who acts out of the case, who has declared an interest."""
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
    journal.record(act, "member_recused", case=case, person=act.person.id, conflict="declared", text=reason)


def recuse_by_record(
    act: Act, case: PromotionCase, members: Sequence[Employee], standing: Standing
) -> set[int]:
    """Keep out every member who has a stake on file; gives the keys of those it was not known of."""
    already = recused(act, case)
    found = {
        member.id: public_codes(held)[0]
        for member in members
        if member.id not in already and (held := conflicts_of(str(member.id), standing))
    }
    for person, conflict in found.items():
        act.db.add(
            Recusal(case_id=case.id, employee_id=person, conflict=conflict, is_declared=False, at=act.now)
        )
        journal.record(act, "member_recused", case=case, person=person, conflict=conflict)
    act.db.flush()
    return set(found)


def involved(act: Act, case: PromotionCase) -> set[int]:
    """Everybody with a part in a case so far, his superiors and those who could vote on it included."""
    standing = standing_of(act, case)
    votes = select(Vote.id).join(StageRound, StageRound.id == Vote.round_id)
    electors = select(Elector.employee_id).where(
        Elector.vote_id.in_(votes.where(StageRound.case_id == case.id))
    )
    groups = (
        *(standing.raters, standing.approvers, standing.judges),
        *(standing.mentors, standing.rivals, standing.kept_apart),
    )
    named = {standing.candidate, standing.nominator}.union(*groups)
    return {
        *(int(person) for person in named if person is not None),
        *(person.id for person in superiors(act, case.candidate)),
        *act.all(electors),
    }


def _standing(case: PromotionCase, held: Mapping[tuple[int, str], set[str]]) -> Standing:
    def people(part: str) -> frozenset[str]:
        return frozenset(held.get((case.id, part), ()))

    return Standing(
        candidate=str(case.candidate_id),
        line_managers=people("line_manager"),
        raters=people("rater"),
        approvers=people("approver"),
        judges=people("judge"),
        nominator=str(case.nominated_by_id) if case.nominated_by_id is not None else None,
        mentors=people("mentor"),
        rivals=people("rival"),
        kept_apart=people("kept_apart"),
        recused=people("recused"),
    )
