"""Who has a stake in a case, gathered from what is on file for the rules to judge."""

from collections.abc import Iterable

from sqlalchemy import Select, select

from workflow.act import Act
from workflow.models import (
    ApprovalStep,
    Entry,
    Judge,
    Mentorship,
    PromotionCase,
    ReviewRequest,
    StageRound,
)
from workflow.rules.conflicts import Standing
from workflow.superiors import superiors
from workflow.vocabulary import RequestState


def standing_of(act: Act, case: PromotionCase) -> Standing:
    """Everybody's part in a case so far: line two levels up, raters, approvers, judges, rivals."""
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
    )


def _rivals(case: PromotionCase) -> Select[int]:
    same = select(Entry.competition_id).where(Entry.case_id == case.id)
    return (
        select(PromotionCase.candidate_id)
        .join(Entry, Entry.case_id == PromotionCase.id)
        .where(Entry.competition_id.in_(same), PromotionCase.id != case.id)
    )


def _keys(people: Iterable[int | None]) -> frozenset[str]:
    return frozenset(str(person) for person in people if person is not None)
