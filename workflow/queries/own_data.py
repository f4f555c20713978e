"""Everything on file about one person, for himself to take along; other people are not named in it."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, case, exists, null, or_, select
from sqlalchemy.orm import Session

from workflow import journal
from workflow.hr_fields import holdings
from workflow.models import (
    Absence,
    AssignmentRecord,
    CareerStep,
    CertificateRecord,
    CheckIn,
    Committee,
    Competition,
    Demographics,
    Department,
    EmergencyAccess,
    Employee,
    JournalEntry,
    JournalText,
    Judge,
    KeptApart,
    Mentorship,
    Objection,
    PerformanceRecord,
    ReviewRequest,
    RoleProposal,
    Seat,
    Site,
    StageRound,
    Task,
    TrainingRecord,
)
from workflow.queries.corrections import corrections_of
from workflow.queries.own_cases import Query, Record, own_cases
from workflow.queries.timeline import SIGNED
from workflow.vocabulary import CONFIDENTIAL_TASKS, ApartBecause, RequestState, TaskKind

# What whoever acts writes outside cases about himself; elsewhere there the texts are about others.
_OWN_WORDS = frozenset({"correction_asked"})
# A request that was replaced would tell its rater that he was not wanted.
_KNOWN_REQUESTS = (RequestState.ASKED, RequestState.SUBMITTED, RequestState.DECLINED)


def own_data(db: Session, person_id: int) -> dict[str, list[Record]]:
    """Records by kind, in a fixed number of statements, whatever is on file."""
    found = {name: _records(db, query) for name, query in _queries(person_id).items()}
    reported = db.scalars(corrections_of(person_id).order_by(Task.id))
    return {**found, "corrections": [asdict(line) for line in reported], "cases": own_cases(db, person_id)}


def _queries(me: int) -> dict[str, Query]:
    return {
        "person": _person(me),
        "roles": _roles(me),
        "role_proposals": _own(me, RoleProposal, "role", "is_given", "proposed_at"),
        "demographics": _own(me, Demographics, "gender", "birth_year", "education"),
        "career": _career(me),
        "performance": _own(me, PerformanceRecord, "period", "overall"),
        "trainings": _own(me, TrainingRecord, "course", "year", "times"),
        "certificates": _own(me, CertificateRecord, "certificate", "obtained_on", "valid_until"),
        "assignments": _own(me, AssignmentRecord, "kind", "place", "months", "times"),
        "relatives": _relatives(me),
        "absences": _absences(me),
        "tasks": _tasks(me),
        "acts": _acts(me),
        "secret_acts": _secret_acts(me),
        "reviews_asked": _reviews_asked(me),
        "objections": _objections(me),
        "emergencies": _emergencies(me),
        "committees": _committees(me),
        "judging": _judging(me),
        "notes_as_mentor": _notes_as_mentor(me),
    }


def _records(db: Session, query: Query) -> list[Record]:
    return [dict(row) for row in db.execute(query).mappings()]


def _own(me: int, model: Any, *names: str) -> Query:
    columns = [getattr(model, name) for name in names]
    return select(*columns).where(model.employee_id == me).order_by(*columns)


def _person(me: int) -> Query:
    one = Employee
    place = (one.track, one.level, one.post, one.level_since, one.hired_on)
    settings = (one.locale, one.own_time_zone.label("time_zone"), one.is_active, one.under_sanction)
    return (
        select(one.number, one.name, one.email, *place, *settings)
        .add_columns(Department.name.label("department"), Site.name.label("site"))
        .join(Department, Department.id == one.department_id)
        .join(Site, Site.id == one.site_id)
        .where(one.id == me)
    )


def _roles(me: int) -> Query:
    """The roles he holds, for everybody or for the people of one department."""
    held = holdings()
    query = select(held.c.role, Department.name.label("department"))
    query = query.outerjoin(Department, Department.id == held.c.department_id)
    return query.where(held.c.employee_id == me).order_by(held.c.role)


def _career(me: int) -> Query:
    step = CareerStep
    before = (step.from_track, step.from_level, step.from_post, step.from_level_since)
    after = (step.to_track, step.to_level, step.to_post, step.is_reversal)
    shown = (step.case_id.label("case"), step.effective_on, *before, *after)
    return select(*shown).where(step.employee_id == me).order_by(step.effective_on, step.id)


def _relatives(me: int) -> Query:
    """When each was declared; grievances are not told to either side."""
    is_mine = or_(KeptApart.one_id == me, KeptApart.other_id == me)
    query = select(KeptApart.because, KeptApart.declared_at)
    return query.where(is_mine, KeptApart.because == ApartBecause.RELATIVE).order_by(KeptApart.declared_at)


def _absences(me: int) -> Query:
    """When he was away, and when he stood in for somebody."""
    one = Absence
    is_own = (one.absent_id == me).label("is_own")
    shown = (is_own, one.kind, one.from_on, one.until_on, one.ended_at)
    return select(*shown).where(or_(one.absent_id == me, one.substitute_id == me)).order_by(one.id)


def _tasks(me: int) -> Query:
    """Whether and when a form, a sheet or a ballot was handed in is not told, not even to its author.

    A task of a request to review that is left out is left out as well.
    """
    is_told = Task.kind.not_in(CONFIDENTIAL_TASKS)
    shown = (Task.kind, Task.case_id.label("case"), Task.opened_at, Task.due_at)
    closing = (case((is_told, Task.state)).label("state"), case((is_told, Task.done_at)).label("done_at"))
    is_mine = or_(Task.assignee_id == me, Task.done_by_id == me)
    of_a_task = (*_known_requests(me), ReviewRequest.round_id == Task.round_id)
    is_known = or_(Task.kind != TaskKind.REVIEW, exists().where(*of_a_task))
    return select(*shown, *closing).where(is_mine, is_known).order_by(Task.opened_at, Task.id)


def _known_requests(me: int) -> tuple[ColumnElement[bool], ...]:
    return (ReviewRequest.rater_id == me, ReviewRequest.state.in_(_KNOWN_REQUESTS))


def _acts(me: int) -> Query:
    """What he has done under his name, and the words he wrote, in the order in which he did it."""
    entry = JournalEntry
    is_told = or_(entry.case_id.is_not(None), entry.action.in_(_OWN_WORDS))
    words = case((is_told, JournalText.text), else_=null()).label("text")
    return (
        select(entry.at, entry.action, entry.case_id.label("case"), words)
        .outerjoin(JournalText, JournalText.entry_id == entry.id)
        .where(entry.actor_id == me, _is_deliberate(), entry.action.not_in(journal.SECRET))
        .order_by(entry.at, entry.id)
    )


def _is_deliberate() -> ColumnElement[bool]:
    # What follows from an act, such as the next stage, is no act of his.
    return or_(JournalEntry.case_id.is_(None), JournalEntry.action.in_(sorted(SIGNED)))


def _secret_acts(me: int) -> Query:
    """Forms, sheets and ballots: that there was one, without its time and its place among other acts."""
    entry = JournalEntry
    shown = (entry.action, entry.case_id.label("case"))
    query = select(*shown).distinct().where(entry.actor_id == me, entry.action.in_(journal.SECRET))
    return query.order_by(entry.action, entry.case_id)


def _reviews_asked(me: int) -> Query:
    return (
        select(StageRound.case_id.label("case"), ReviewRequest.source, ReviewRequest.state)
        .add_columns(ReviewRequest.declined_because)
        .join(StageRound, StageRound.id == ReviewRequest.round_id)
        .where(*_known_requests(me))
        .order_by(StageRound.case_id, ReviewRequest.source)
    )


def _objections(me: int) -> Query:
    one = Objection
    shown = (one.case_id.label("case"), one.text, one.raised_at, one.state, one.reason, one.decided_at)
    return select(*shown).where(one.objector_id == me).order_by(one.id)


def _emergencies(me: int) -> Query:
    one = EmergencyAccess
    shown = (one.case_id.label("case"), one.asked_at, one.reason, one.ends_at, one.read_at)
    return select(*shown).where(one.asked_by_id == me).order_by(one.id)


def _committees(me: int) -> Query:
    shown = (Committee.name.label("committee"), Seat.from_on, Seat.until_on, Seat.is_alternate)
    query = select(*shown).join(Committee, Committee.id == Seat.committee_id)
    return query.where(Seat.employee_id == me).order_by(Seat.id)


def _judging(me: int) -> Query:
    shown = (Competition.id.label("competition"), Competition.name, Judge.panel)
    query = select(*shown).join(Competition, Competition.id == Judge.competition_id)
    return query.where(Judge.employee_id == me).order_by(Judge.id)


def _notes_as_mentor(me: int) -> Query:
    shown = (Mentorship.case_id.label("case"), CheckIn.day, CheckIn.held_on, CheckIn.mentor_note)
    query = select(*shown).join(Mentorship, Mentorship.id == CheckIn.mentorship_id)
    is_written = CheckIn.mentor_note.is_not(None)
    return query.where(Mentorship.mentor_id == me, is_written).order_by(Mentorship.id, CheckIn.day)
