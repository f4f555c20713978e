"""Who sits in the seats of an approval chain, as things stand at the moment of asking."""

from collections.abc import Sequence

from workflow.act import Act
from workflow.models import Employee, PromotionCase
from workflow.relations import rivals
from workflow.rules.approvals import Resolution, Superior, resolve
from workflow.superiors import superiors_and_head
from workflow.vocabulary import Approver


def signers_for(
    act: Act, case: PromotionCase, seats: Sequence[Approver]
) -> tuple[list[Resolution], dict[int, Employee]]:
    """Who signs in each seat, and the superiors by their keys; nobody stands for anybody of HR."""
    if set(seats) <= {Approver.HR}:
        return [Resolution(None, ())] * len(seats), {}
    line, head, kept_apart = superiors_and_head(act, case.candidate)
    barred = rivals(act, case) | kept_apart
    above = [_superior(person, barred) for person in line]
    nearest = above[0] if above else None
    firsts = {
        Approver.LINE_MANAGER: nearest,
        Approver.DEPARTMENT_HEAD: _superior(head, barred) if head is not None else nearest,
    }
    resolved = [
        resolve(firsts[seat], above, candidate=case.candidate_id) if seat in firsts else Resolution(None, ())
        for seat in seats
    ]
    return resolved, {person.id: person for person in (*line, head) if person is not None}


def _superior(person: Employee, barred: set[int]) -> Superior:
    return Superior(person.id, person.is_active, has_conflict=person.id in barred)
