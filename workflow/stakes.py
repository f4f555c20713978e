"""Who has which part in a case, as one query for any number of cases: candidate, line, raters, rivals …"""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, literal, select, union

from workflow.models import (
    ApprovalStep,
    Employee,
    Entry,
    Judge,
    KeptApart,
    Mentorship,
    PromotionCase,
    Recusal,
    ReviewRequest,
    StageRound,
    aliased,
)
from workflow.relations import wants_the_post_of
from workflow.vocabulary import RequestState

# Aliases cost more to make than to use.
_CANDIDATE, _MANAGER = aliased(Employee), aliased(Employee)
_OTHER, _OTHERS = aliased(PromotionCase), aliased(Entry)


def parts_in(which: ColumnElement[bool]) -> Subquery:
    """Everybody's parts in the cases for which a condition on PromotionCase holds: case, person, part."""
    return union(*(part.where(which) for part in _parts())).subquery("part")


@cache
def _parts() -> tuple[Select[Any], ...]:
    """The parts in all cases there are; to put them together costs more than to ask for them."""
    return *_by_the_case(), *_in_its_rounds(), *_in_the_contest()


def _by_the_case() -> list[Select[Any]]:
    """The candidate, his line two levels up, who put him forward, who is kept apart from him or out."""
    case, candidate, manager = PromotionCase, _CANDIDATE, _MANAGER
    return [
        _part("candidate", case.candidate_id),
        _part("nominator", case.nominated_by_id),
        _part("line_manager", candidate.manager_id).join(candidate, candidate.id == case.candidate_id),
        _part("line_manager", manager.manager_id)
        .join(candidate, candidate.id == case.candidate_id)
        .join(manager, manager.id == candidate.manager_id),
        _part("mentor", Mentorship.mentor_id).join(Mentorship, Mentorship.case_id == case.id),
        _part("kept_apart", KeptApart.one_id).join(KeptApart, KeptApart.other_id == case.candidate_id),
        _part("kept_apart", KeptApart.other_id).join(KeptApart, KeptApart.one_id == case.candidate_id),
        _part("recused", Recusal.employee_id).join(Recusal, Recusal.case_id == case.id),
    ]


def _in_its_rounds() -> list[Select[Any]]:
    """Who has signed or refused to, or for whom a substitute has, and who has handed in a review."""
    of_case = StageRound.case_id == PromotionCase.id
    return [
        _part("approver", ApprovalStep.approver_id)
        .join(StageRound, of_case)
        .join(ApprovalStep, ApprovalStep.round_id == StageRound.id)
        .where(ApprovalStep.decided_at.is_not(None)),
        _part("approver", ApprovalStep.on_behalf_of_id)
        .join(StageRound, of_case)
        .join(ApprovalStep, ApprovalStep.round_id == StageRound.id),
        _part("rater", ReviewRequest.rater_id)
        .join(StageRound, of_case)
        .join(ReviewRequest, ReviewRequest.round_id == StageRound.id)
        .where(ReviewRequest.state == RequestState.SUBMITTED),
    ]


def _in_the_contest() -> list[Select[Any]]:
    """Who judges or has judged; whoever entered the same competition, or wants the same post at present."""
    case, other, others = PromotionCase, _OTHER, _OTHERS
    own = Entry.case_id == case.id
    return [
        _part("judge", Judge.employee_id).join(Entry, own).join(Judge, Judge.scores(Entry)),
        _part("rival", other.candidate_id).join(other, wants_the_post_of(case, other)).where(_differ(other)),
        _part("rival", other.candidate_id)
        .join(Entry, own)
        .join(others, others.competition_id == Entry.competition_id)
        .join(other, other.id == others.case_id)
        .where(_differ(other)),
    ]


def _part(name: str, person: Any) -> Select[Any]:
    columns = (PromotionCase.id.label("case_id"), person.label("person_id"), literal(name).label("name"))
    return select(*columns).select_from(PromotionCase).where(person.is_not(None))


def _differ(other: Any) -> ColumnElement[bool]:
    return other.id != PromotionCase.id  # type: ignore[no-any-return]
