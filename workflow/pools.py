"""Who could be asked to review a candidate: the pools per source, after limits and exclusions."""

from collections.abc import Sequence

from sqlalchemy import func, select

from workflow.act import Act
from workflow.models import Employee, PromotionCase, ReviewRequest
from workflow.rules.draws import RaterCandidate
from workflow.superiors import people_below, superiors
from workflow.vocabulary import Level, RequestState, Source


def pools_for(act: Act, case: PromotionCase) -> dict[Source, list[RaterCandidate]]:
    """Everybody who could review this candidate, by source, each with the forms he has open.

    Superior: the active line manager. Peers: same department, level one up or down, outside the line.
    Subordinates: direct and indirect reports. Left out: rivals for the same post and inactive people.
    """
    candidate = case.candidate
    line = superiors(act, candidate)
    reports = set(act.all(people_below(candidate.id)))
    outside = {candidate.id, *(person.id for person in line), *reports, *rivals(act, case)}
    peers = [person for person in _same_department(act, candidate) if person.id not in outside]
    loads = _loads(act)
    manager = next((person for person in line if person.is_active), None)
    return {
        Source.SUPERIOR: _candidates([manager] if manager else [], candidate, loads),
        Source.PEER: _candidates(peers, candidate, loads),
        Source.SUBORDINATE: _candidates(_active(act, reports), candidate, loads),
        Source.SELF: _candidates([candidate], candidate, loads),
    }


def rivals(act: Act, case: PromotionCase) -> set[int]:
    """Everybody else who wants the same contested post at present."""
    if not case.is_contested:
        return set()
    others = select(PromotionCase.candidate_id).where(
        PromotionCase.id != case.id,
        PromotionCase.target_post == case.target_post,
        PromotionCase.target_level == case.target_level,
        PromotionCase.target_track == case.target_track,
        PromotionCase.ended_at.is_(None),
    )
    return set(act.all(others))


def _same_department(act: Act, candidate: Employee) -> Sequence[Employee]:
    ranks = range(candidate.level.rank - 1, candidate.level.rank + 2)
    near = [level for level in Level if level.rank in ranks]
    return act.all(
        select(Employee)
        .where(
            Employee.department_id == candidate.department_id, Employee.is_active, Employee.level.in_(near)
        )
        .order_by(Employee.id)
    )


def _loads(act: Act) -> dict[int, int]:
    asked = (
        select(ReviewRequest.rater_id, func.count())
        .where(ReviewRequest.state == RequestState.ASKED, ReviewRequest.source != Source.SELF)
        .group_by(ReviewRequest.rater_id)
    )
    return {row[0]: row[1] for row in act.execute(asked)}


def _active(act: Act, people: set[int]) -> Sequence[Employee]:
    below = select(Employee).where(Employee.id.in_(people), Employee.is_active).order_by(Employee.id)
    return act.all(below) if people else []


def _candidates(
    people: Sequence[Employee], candidate: Employee, loads: dict[int, int]
) -> list[RaterCandidate]:
    return [
        RaterCandidate(
            person=str(person.id),
            is_other_team=person.manager_id != candidate.manager_id,
            load=loads.get(person.id, 0),
        )
        for person in people
    ]
