"""Parts of a case that a request asks for, and the people its body names."""

from collections.abc import Sequence

from sqlalchemy import select

from api.acting import seen
from workflow.act import Act
from workflow.errors import Invalid, NotAllowed, NotReleased
from workflow.models import Employee, PromotionCase
from workflow.permissions import RELEASED, Part, visible_parts
from workflow.relations import Relation


def seen_part(case_id: int, part: Part) -> tuple[PromotionCase, frozenset[Relation], frozenset[Part]]:
    """A case of which the reader may see a part now, with what he is to it and all he may see.

    Raises NotFound to whoever may not see the case, NotReleased before the decision, NotAllowed to others.
    """
    case, mine = seen(case_id)
    parts = visible_parts(mine, case)
    if part not in parts:
        raise NotReleased(part=part) if part in RELEASED else NotAllowed(reason="part_not_for_you", part=part)
    return case, mine, parts


def by_number(act: Act, number: str) -> Employee:
    """The person of an employee number that a body names; raises Invalid."""
    return people_by_number(act, [number])[0]


def people_by_number(act: Act, numbers: Sequence[str]) -> list[Employee]:
    """The people a body names, in its order; raises Invalid for a number nobody has or that is said twice."""
    if len(set(numbers)) < len(numbers):
        raise Invalid(reason="person_twice")
    found = {
        person.number: person for person in act.all(select(Employee).where(Employee.number.in_(numbers)))
    }
    missing = [number for number in numbers if number not in found]
    if missing:
        raise Invalid(reason="person_unknown", numbers=missing)
    return [found[number] for number in numbers]
