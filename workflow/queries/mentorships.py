"""The mentoring of a case: mentor, plan, and the talks with what came out of them."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.errors import NotFound
from workflow.models import CheckIn, Mentorship
from workflow.queries.shaping import Person, people


@dataclass(frozen=True, slots=True)
class MentorshipSeen:
    """A mentorship with its people and check-ins in the order of their days."""

    mentorship: Mentorship
    mentor: Person
    mentee: Person
    check_ins: list[CheckIn]


def mentorship(db: Session, case_id: int) -> MentorshipSeen:
    """The mentorship of a case; raises NotFound before a mentor is named."""
    found = db.scalars(select(Mentorship).where(Mentorship.case_id == case_id)).first()
    if found is None:
        raise NotFound(kind="mentorship")
    known = people(db, (found.mentor_id, found.mentee_id))
    talks = select(CheckIn).where(CheckIn.mentorship_id == found.id).order_by(CheckIn.day)
    return MentorshipSeen(found, known[found.mentor_id], known[found.mentee_id], list(db.scalars(talks)))
