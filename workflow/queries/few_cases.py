"""The cases of somebody who may see few of them, found by his part in them instead of by looking at all."""

from sqlalchemy import ColumnElement, and_, func, select, true, union, union_all
from sqlalchemy.orm import Session

from workflow.hr_fields import people_served
from workflow.kept_apart import are_apart
from workflow.links import Link, is_one_of
from workflow.models import PromotionCase
from workflow.relations import Relation, links_to_see, may_see
from workflow.superiors import people_below

_FEW = 500


def sees_few(db: Session, person_id: int, roles: frozenset[Relation]) -> bool:
    """Whether a person stands above few people, and is HR or an auditor to few.

    For everybody else it is quicker to look at one case after the other: soon there is one he may see.
    """
    if roles & {Relation.HR, Relation.AUDITOR}:
        return False
    people = union_all(people_below(person_id), people_served(person_id)).limit(_FEW + 1).subquery()
    return db.scalars(select(func.count()).select_from(people)).one() <= _FEW


def few_visible_cases(person_id: int) -> ColumnElement[bool]:
    """The same as `visible_cases` for somebody who is neither HR to everybody nor an auditor."""
    case = PromotionCase
    own = Link(case.candidate_id == person_id)
    as_hr = Link(people_served(person_id), unless=[are_apart(case.candidate_id, person_id)])
    found = (cases for link in (own, as_hr, *links_to_see(person_id)) for cases in link.cases())
    return and_(is_one_of(case.id, union(*found)), may_see(person_id, true()))
