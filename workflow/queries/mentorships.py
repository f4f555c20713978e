"""The mentoring of a case as it is read: who fits as a mentor, duties, plan, talks, checks, conclusion."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.editions.library import edition_of, step_of
from workflow.errors import NotFound
from workflow.kept_apart import are_apart
from workflow.mentoring import REFUSED_BY
from workflow.models import (
    CheckIn,
    Department,
    Employee,
    Mentorship,
    PerformanceCheck,
    PlanItem,
    PromotionCase,
    aliased,
)
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.vocabulary import Level, Stage

PROPOSED = 20
_MENTOR, _CONCLUDER = aliased(Employee), aliased(Employee)  # an alias costs more to make than to use


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody who fits as a mentor; `free` is how many more mentees he may have."""

    person: Person
    department: str
    level: Level
    post: str
    free: int


@dataclass(frozen=True, slots=True)
class DutiesSeen:
    """What the new post asks, in both languages, and since when the promoted person knows it."""

    post: str
    duties: list[dict[str, str]]
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class CheckSeen:
    """How the work in the new post was rated after so many weeks, and by whom."""

    week: int
    due_on: date
    rating: int | None
    note: str | None
    written_at: datetime | None
    written_by: Person | None


@dataclass(frozen=True, slots=True)
class MentorshipSeen:
    """A mentorship with its people, and items, talks and checks in the order of their days."""

    mentorship: Mentorship
    mentor: Person | None
    mentee: Person
    concluded_by: Person | None
    items: list[PlanItem]
    check_ins: list[CheckIn]
    performance_checks: list[CheckSeen]


def mentorship(db: Session, case_id: int) -> MentorshipSeen:
    """The mentorship of a case; raises NotFound before a mentor is named."""
    whole = (
        select(
            Mentorship,
            person_of("mentor", _MENTOR),
            person_of("mentee", Employee),
            person_of("concluded_by", _CONCLUDER),
        )
        .join(Employee, Employee.id == Mentorship.mentee_id)
        .outerjoin(_MENTOR, _MENTOR.id == Mentorship.mentor_id)
        .outerjoin(_CONCLUDER, _CONCLUDER.id == Mentorship.concluded_by_id)
    )
    row = db.execute(whole.where(Mentorship.case_id == case_id)).first()
    if row is None:
        raise NotFound(kind="mentorship")
    found, mentor, mentee, concluder = row
    items = select(PlanItem).where(PlanItem.mentorship_id == found.id)
    talks = select(CheckIn).where(CheckIn.mentorship_id == found.id)
    return MentorshipSeen(
        mentorship=found,
        mentor=mentor,
        mentee=mentee,
        concluded_by=concluder,
        items=list(db.scalars(items.order_by(PlanItem.due_on, PlanItem.id))),
        check_ins=list(db.scalars(talks.order_by(CheckIn.day))),
        performance_checks=_checks(db, found),
    )


def duties(db: Session, case: PromotionCase) -> DutiesSeen:
    """The duties of the post a case is about."""
    post = edition_of(db, case.edition_id).post(case.target_post)
    wordings = post.duties if post is not None else ()
    return DutiesSeen(
        case.target_post, [asdict(wording) for wording in wordings], case.duties_acknowledged_at
    )


def proposals(db: Session, case: PromotionCase) -> Sequence[Proposal]:
    """At most twenty people of the track, at the target's level or above, with room for one more mentee.

    Most room first, then those of the same department; never the candidate, his line manager, whoever
    is kept apart from him or has declined.
    """
    maximum = step_of(db, case).mentoring.maximum_mentees
    busy = (
        select(Mentorship.mentor_id, func.count().label("mentees"))
        .join(PromotionCase, PromotionCase.id == Mentorship.case_id)
        .where(PromotionCase.stage == Stage.MENTORING, PromotionCase.id != case.id)
        .group_by(Mentorship.mentor_id)
        .subquery()
    )
    free = maximum - func.coalesce(busy.c.mentees, 0)
    refused = case.round.facts.get(REFUSED_BY, ()) if case.round is not None else ()
    barred = {case.candidate_id, case.candidate.manager_id, *refused} - {None}
    person = person_of("person", Employee)
    place = (Department.name, Employee.level, Employee.post)
    shape = Shaped("line", Proposal, person, *place, free.label("free"))
    query = (
        select(shape)
        .select_from(Employee)
        .join(Department, Department.id == Employee.department_id)
        .outerjoin(busy, busy.c.mentor_id == Employee.id)
        .where(
            Employee.is_active,
            Employee.track == case.target_track,
            Employee.level.in_([level for level in Level if level.rank >= case.target_level.rank]),
            Employee.id.not_in(barred),
            ~are_apart(case.candidate_id, Employee.id),
            free > 0,
        )
        .order_by(
            free.desc(),
            (Employee.department_id == case.candidate.department_id).desc(),
            Employee.number,
        )
    )
    return db.scalars(query.limit(PROPOSED)).all()


def _checks(db: Session, found: Mentorship) -> list[CheckSeen]:
    shape = Shaped(
        "check",
        CheckSeen,
        PerformanceCheck.week,
        PerformanceCheck.due_on,
        PerformanceCheck.rating,
        PerformanceCheck.note,
        PerformanceCheck.written_at,
        person_of("written_by", Employee),
    )
    query = (
        select(shape)
        .select_from(PerformanceCheck)
        .outerjoin(Employee, Employee.id == PerformanceCheck.written_by_id)
        .where(PerformanceCheck.mentorship_id == found.id)
    )
    return list(db.scalars(query.order_by(PerformanceCheck.week)))
