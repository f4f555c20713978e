"""Who could be asked to review a candidate: the pools per source, after limits and exclusions."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, select, true

from workflow.act import Act
from workflow.models import (
    Department,
    Employee,
    PromotionCase,
    RaterObjection,
    ReviewContact,
    ReviewRequest,
    StageRound,
)
from workflow.relations import barred_from
from workflow.rules.draws import RaterCandidate
from workflow.superiors import people_below, superiors
from workflow.vocabulary import Level, RaterObjectionState, RequestState, Source, Stage

_CUSTOMER = "customer/"


class Reach(StrEnum):
    """From how far away the peers of a widened round come."""

    BRANCHES = "branches"  # every department with the same parent
    COMPANY = "company"


def pools_for(act: Act, case: PromotionCase) -> dict[Source, list[RaterCandidate]]:
    """Everybody who could review this candidate, by source, each with the forms drawn for him so far.

    Superior: the active line manager, and superiors that HR has listed. Peers: same department (or, in a
    widened round, neighbouring ones), level one up or down, outside the line; and listed peers.
    Subordinates: direct and indirect reports. Customers: those HR has listed. Left out: rivals for the
    same post, whoever is kept apart from the candidate, inactive people, and whom the candidate objects to
    unless HR has dismissed that.
    """
    candidate, listed = case.candidate, _listed(act, case)
    line = superiors(act, candidate)
    reports = set(act.all(people_below(candidate.id)))
    barred = {candidate.id, *barred_from(act, case), *_objected(act, case)}
    above = [person for person in line if person.is_active and person.id not in barred][:1]
    outside = barred | reports | {person.id for person in line}
    peers = {person.id: person for person in (*_near(act, case), *listed.of(Source.PEER))}
    fitting = [person for key, person in peers.items() if key not in outside]
    below = [person for person in _active(act, reports) if person.id not in barred]
    loads = _loads(act, case, [person.id for person in (*fitting, *below)])
    return {
        Source.SUPERIOR: _superiors(above, listed.of(Source.SUPERIOR), barred),
        Source.PEER: _candidates(fitting, candidate, loads),
        Source.SUBORDINATE: _candidates(below, candidate, loads),
        Source.CUSTOMER: [RaterCandidate(customer_key(key), False, 0) for key in listed.customers],
        Source.SELF: _candidates([candidate], candidate, {}),
    }


def customer_key(contact_id: int) -> str:
    """What a customer is called in a draw; colleagues are called by their bare keys."""
    return f"{_CUSTOMER}{contact_id}"


def customer_of(person: str) -> int | None:
    """The contact behind a name of a draw, or None for a colleague."""
    return int(person.removeprefix(_CUSTOMER)) if person.startswith(_CUSTOMER) else None


def reach_beyond(act: Act, candidate: Employee) -> Reach:
    """How far peers can be looked for beyond the candidate's own department."""
    parent = act.first(select(Department.parent_id).where(Department.id == candidate.department_id))
    return Reach.COMPANY if parent is None else Reach.BRANCHES


@dataclass(frozen=True, slots=True)
class _Listed:
    colleagues: Sequence[tuple[Source, Employee]]
    customers: Sequence[int]

    def of(self, source: Source) -> list[Employee]:
        return [person for one, person in self.colleagues if one is source]


def _listed(act: Act, case: PromotionCase) -> _Listed:
    """The people HR has listed for the candidate, as far as they could be asked today."""
    listed = (ReviewContact.employee_id == case.candidate_id, ReviewContact.is_listed)
    colleagues = select(ReviewContact.source, Employee).join(Employee, Employee.id == ReviewContact.person_id)
    of_customers = (ReviewContact.source == Source.CUSTOMER, ReviewContact.refused_at.is_(None))
    customers = select(ReviewContact.id).where(*listed, *of_customers)
    found = act.execute(colleagues.where(*listed, Employee.is_active).order_by(ReviewContact.id))
    return _Listed([(row[0], row[1]) for row in found], act.all(customers.order_by(ReviewContact.id)))


def _objected(act: Act, case: PromotionCase) -> Sequence[int]:
    standing = RaterObjection.state != RaterObjectionState.DISMISSED
    return act.all(select(RaterObjection.person_id).where(RaterObjection.case_id == case.id, standing))


def _near(act: Act, case: PromotionCase) -> Sequence[Employee]:
    candidate = case.candidate
    ranks = range(candidate.level.rank - 1, candidate.level.rank + 2)
    near = [level for level in Level if level.rank in ranks]
    query = select(Employee).where(_within_reach(case), Employee.is_active, Employee.level.in_(near))
    return act.all(query.order_by(Employee.id))


def _within_reach(case: PromotionCase) -> ColumnElement[bool]:
    own = case.candidate.department_id
    match case.round.facts.get("widened") if case.round is not None else None:
        case Reach.COMPANY:
            return true()
        case Reach.BRANCHES:
            parent = select(Department.parent_id).where(Department.id == own).scalar_subquery()
            return Employee.department_id.in_(select(Department.id).where(Department.parent_id == parent))
    return Employee.department_id == own


def _loads(act: Act, case: PromotionCase, people: Collection[int]) -> dict[int, int]:
    """Forms drawn for each of the people in this cycle, or in open rounds where there is no cycle.

    Superiors' forms for their own reports do not count. Two reviews that are opened at the same moment do
    not see each other's draws: a person may end a form or so above the limit, which hurts less than
    opening the reviews of a cycle one after the other behind a lock.
    """
    asked = (
        select(ReviewRequest.rater_id, func.count())
        .join(StageRound, StageRound.id == ReviewRequest.round_id)
        .join(PromotionCase, PromotionCase.id == StageRound.case_id)
        .where(
            ReviewRequest.rater_id.in_(people),
            ReviewRequest.state.in_((RequestState.ASKED, RequestState.SUBMITTED)),
            ReviewRequest.source.in_((Source.PEER, Source.SUBORDINATE)),
            _counts_beside(case),
        )
        .group_by(ReviewRequest.rater_id)
    )
    return {row[0]: row[1] for row in act.execute(asked)} if people else {}


def _counts_beside(case: PromotionCase) -> ColumnElement[bool]:
    if case.cycle_id is not None:
        return PromotionCase.cycle_id == case.cycle_id
    return and_(PromotionCase.stage == Stage.REVIEW, PromotionCase.round_id == StageRound.id)


def _active(act: Act, people: set[int]) -> Sequence[Employee]:
    below = select(Employee).where(Employee.id.in_(people), Employee.is_active).order_by(Employee.id)
    return act.all(below) if people else []


def _superiors(
    above: Sequence[Employee], elsewhere: Sequence[Employee], barred: Collection[int]
) -> list[RaterCandidate]:
    """The line manager, who is always asked first, then former and dotted-line superiors."""
    own = {person.id for person in above}
    others = [person for person in elsewhere if person.id not in barred and person.id not in own]
    return [
        RaterCandidate(str(person.id), is_other_team=person.id not in own, load=0)
        for person in (*above, *others)
    ]


def _candidates(
    people: Iterable[Employee], candidate: Employee, loads: dict[int, int]
) -> list[RaterCandidate]:
    return [
        RaterCandidate(
            person=str(person.id),
            is_other_team=person.manager_id != candidate.manager_id,
            load=loads.get(person.id, 0),
        )
        for person in people
    ]
