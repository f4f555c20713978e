"""Who has a stake in a case, gathered from what is on file for the rules to judge, and who is kept out."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, or_, select

from workflow import journal
from workflow.act import Act
from workflow.kept_apart import apart_from
from workflow.models import (
    ApprovalStep,
    Elector,
    Employee,
    Entry,
    Judge,
    Mentorship,
    PromotionCase,
    Recusal,
    ReviewRequest,
    StageRound,
    Vote,
)
from workflow.relations import running_against
from workflow.rules.conflicts import Standing, conflicts_of, public_codes
from workflow.superiors import superiors
from workflow.vocabulary import RequestState


def standing_of(act: Act, case: PromotionCase) -> Standing:
    """Everybody's part in a case so far: line two levels up, raters, judges, rivals, relatives."""
    rounds = select(StageRound.id).where(StageRound.case_id == case.id)
    signed = select(ApprovalStep.approver_id).where(
        ApprovalStep.round_id.in_(rounds), ApprovalStep.decided_at.is_not(None)
    )
    reviewed = select(ReviewRequest.rater_id).where(
        ReviewRequest.round_id.in_(rounds), ReviewRequest.state == RequestState.SUBMITTED
    )
    judging = select(Judge.employee_id).join(Entry, Judge.scores(Entry)).where(Entry.case_id == case.id)
    mentor = select(Mentorship.mentor_id).where(Mentorship.case_id == case.id)
    return Standing(
        candidate=str(case.candidate_id),
        line_managers=tuple(str(person.id) for person in superiors(act, case.candidate)[:2]),
        raters=_keys(act.all(reviewed)),
        approvers=_keys(act.all(signed)),
        judges=_keys(act.all(judging)),
        nominator=str(case.nominated_by_id) if case.nominated_by_id is not None else None,
        mentor=next(iter(_keys(act.all(mentor))), None),
        rivals=_keys(act.all(_rivals(case))),
        kept_apart=_keys(act.all(apart_from({case.candidate_id}))),
    )


def recused(act: Act, case: PromotionCase) -> set[int]:
    """Keys of everybody who is kept out of the case."""
    return set(act.all(select(Recusal.employee_id).where(Recusal.case_id == case.id)))


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
    groups = (standing.raters, standing.approvers, standing.judges, standing.rivals, standing.kept_apart)
    named = {standing.candidate, standing.nominator, standing.mentor}.union(*groups)
    return {
        *(int(person) for person in named if person is not None),
        *(person.id for person in superiors(act, case.candidate)),
        *act.all(electors),
    }


def _rivals(case: PromotionCase) -> Select[int]:
    """Whoever entered the same competition, or wants the same contested post at present."""
    other = PromotionCase
    same = select(Entry.competition_id).where(Entry.case_id == case.id)
    met_in_contest = select(Entry.case_id).where(Entry.competition_id.in_(same))
    return select(other.candidate_id).where(
        other.id != case.id, or_(other.id.in_(met_in_contest), other.id.in_(running_against(case)))
    )


def _keys(people: Iterable[int | None]) -> frozenset[str]:
    return frozenset(str(person) for person in people if person is not None)
