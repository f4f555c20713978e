"""How a person stands to a case: candidate, superior, approver, rater, member … read from what is on file."""

from collections.abc import Iterable
from enum import StrEnum, auto
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from workflow.act import Act
from workflow.hr_fields import holdings, is_hr_to, serves
from workflow.kept_apart import apart_from, are_apart
from workflow.links import Link, Way
from workflow.models import (
    ApprovalStep,
    CaseCopy,
    Elector,
    Employee,
    Entry,
    HrField,
    InboxRow,
    Judge,
    Mentorship,
    Objection,
    PromotionCase,
    RaterObjection,
    Recusal,
    ReviewRequest,
    RoleHolding,
    Seat,
    StageRound,
    Task,
    Vote,
    aliased,
)
from workflow.prepared import Prepared, Question
from workflow.superiors import line_above, people_below
from workflow.vocabulary import CHAIRS_TASKS, CONFIDENTIAL_TASKS, Nominator, Role, Stage, TaskKind


class Relation(StrEnum):
    """How a person stands to the organisation and to one case."""

    EVERYBODY = auto()
    ANYBODY = auto()  # not even signed in
    HR = auto()  # to the person the case is about, where there is one
    DEPARTMENT_HR = auto()  # HR to the people of a department, be it that of the case or another
    AUDITOR = auto()
    ADMIN = auto()
    CANDIDATE = auto()
    NOMINATOR = auto()
    SUPERIOR = auto()
    APPROVER = auto()
    RATER = auto()
    JUDGE = auto()
    MEMBER = auto()
    MENTOR = auto()
    HOLDER = auto()  # has an open task on the case, other than a secret one
    ONLOOKER = auto()  # anybody, while the case is on public notice
    OBJECTOR = auto()  # has objected to a decision on the case
    COPIED = auto()  # is kept informed of the case at somebody's wish
    ADMITTED = auto()  # reads the case for an hour in an emergency, which another person has granted
    UNWANTED = auto()  # the candidate has objected to being reviewed by him, of which he learns nothing


R = Relation
_UNSEEING = frozenset({R.RATER, R.OBJECTOR, R.UNWANTED})  # they know of the case and see nothing of it
# Aliases cost more to make than to use.
_OWN, _OTHER = aliased(PromotionCase), aliased(PromotionCase)
_ENTRY, _OWN_ENTRY = aliased(Entry), aliased(Entry)
_ROLES = {Role.HR: R.HR, Role.AUDITOR: R.AUDITOR, Role.ADMIN: R.ADMIN}


def roles_of(db: Session, person: Employee) -> frozenset[Relation]:
    """What a person is to the organisation, whatever the case."""
    held = holdings()
    rows = db.execute(select(held.c.role, held.c.department_id).where(held.c.employee_id == person.id))
    return as_relations((role, department) for role, department in rows)


def as_relations(held: Iterable[tuple[Role, object]]) -> frozenset[Relation]:
    """What the roles somebody holds make of him, each for a department, or for all where that is None."""
    found = {_ROLES[role] if department is None else R.DEPARTMENT_HR for role, department in held}
    return frozenset({R.EVERYBODY, R.ANYBODY} | found)


def relations(
    db: Session, person: Employee, case: PromotionCase, *, among: frozenset[Relation] = frozenset(Relation)
) -> frozenset[Relation]:
    """What a person is to one case; candidates are nothing else to it, and rivals may only object.

    Nobody of HR is HR to the case of somebody he is kept apart from, or who works outside his department.
    Where only some relations matter, it is enough to look `among` these.
    """
    everybody = frozenset({R.EVERYBODY, R.ANYBODY})
    if person.id == case.candidate_id:
        own = {R.CANDIDATE} | ({R.NOMINATOR} if case.author_id == person.id else set())
        return everybody | own
    if case.is_private:
        return everybody | ({R.NOMINATOR} if case.nominated_by_id == person.id else set())
    if case.stage is Stage.NOTICE:
        everybody |= {R.ONLOOKER}
    question, known = asked_of(person.id, case.id, among)
    ((rival, *answers),) = question.rows(db, known)
    names, _ = _tests(among)
    found = {name for name, is_true in zip(names, answers, strict=True) if is_true}
    if R.JUDGE in found:
        found.discard(R.COPIED)  # a judge sees no more than a judge
    return everybody | (found & {R.OBJECTOR} if rival else found)


def asked_of(person_id: int, case_id: int, among: frozenset[Relation]) -> Question:
    """What the database is asked about a person and a case, to know which of these he is to it."""
    _, question = _tests(among)
    return question, {"person": person_id, "case": case_id}


def visible_cases(person_id: int) -> ColumnElement[bool]:
    """Condition on PromotionCase: the cases of which a person may see where they stand."""
    links = (link.holds() for link in links_to_see(person_id))
    return may_see(person_id, or_(is_staff_to(person_id), *links))


def may_see(person_id: int, linked: ColumnElement[bool]) -> ColumnElement[bool]:
    """Condition on PromotionCase: it is a person's own, or he may see it where he is linked to it."""
    case = PromotionCase
    is_told = or_(is_open_to_others(), case.nominated_by_id == person_id)
    return or_(
        case.candidate_id == person_id,
        and_(linked, is_told, ~is_rival(person_id, case), case.candidate_id != person_id),
    )


def links_to_see(person_id: int) -> list[Link]:
    """What lets a person see where a case stands, but that he is staff to it, or that it is his own."""
    return [link for name, link in _links(person_id).items() if name not in _UNSEEING]


def seen_as_staff(person_id: int) -> ColumnElement[bool]:
    """Condition on PromotionCase: a person sees the case as an auditor, or as HR to its candidate."""
    return and_(is_staff_to(person_id), is_open_to_others(), is_without_stake(person_id))


def is_without_stake(person_id: int) -> ColumnElement[bool]:
    """Condition on PromotionCase: it is neither a person's own nor a rival's."""
    return and_(PromotionCase.candidate_id != person_id, ~is_rival(person_id, PromotionCase))


def is_running(case: Any) -> ColumnElement[bool]:
    """Condition on a case: it is on its way; a mere draft is not yet, and what has ended no more."""
    return and_(case.ended_at.is_(None), case.stage != Stage.DRAFT)


def wants_the_post_of(case: Any, other: Any) -> ColumnElement[bool]:
    """Condition on two cases: the other is on its way to the same contested post."""
    return and_(
        case.is_contested,
        is_running(other),
        other.target_post == case.target_post,
        other.target_level == case.target_level,
        other.target_track == case.target_track,
    )


def rivals(act: Act, case: PromotionCase) -> set[int]:
    """Everybody else who wants the same contested post at present."""
    if not case.is_contested:
        return set()
    return set(act.all(rivals_of(case.id)))


def rivals_of(case_id: Any) -> Select[int]:
    """Query for everybody else who wants the same contested post as the candidate of a case."""
    others = select(_OTHER.candidate_id).where(_OWN.id == case_id, _OTHER.id != _OWN.id)
    return others.where(wants_the_post_of(_OWN, _OTHER))


def is_rival(person: Any, case: Any) -> ColumnElement[bool]:
    """Condition on a person and a case: he wants the same contested post, or has competed for it."""
    met_in_contest = (
        exists()
        .where(
            _ENTRY.case_id == case.id,
            _OWN_ENTRY.competition_id == _ENTRY.competition_id,
            _OWN_ENTRY.case_id == _OWN.id,
        )
        .correlate_except(_ENTRY, _OWN_ENTRY)
    )
    stands_against = or_(wants_the_post_of(case, _OWN), met_in_contest)
    # Said in words, because what stands two levels further out is not correlated by itself.
    is_own_case = and_(_OWN.candidate_id == person, _OWN.id != case.id)
    return exists().where(is_own_case, stands_against).correlate_except(_OWN)


def barred_from(act: Act, case: PromotionCase) -> set[int]:
    """Everybody whom a stake keeps out of a case, but for its candidate: rivals, and who is kept apart."""
    return rivals(act, case) | set(act.all(apart_from({case.candidate_id})))


def is_open_to_others() -> ColumnElement[bool]:
    """Condition on PromotionCase: others than candidate and nominator may know of it."""
    return or_(PromotionCase.nominated_as != Nominator.PEER, PromotionCase.consented_at.is_not(None))


def sees_tally(person_id: int) -> ColumnElement[bool]:
    """Condition on PromotionCase, of whoever may see it: he need not wait for the tally's release."""
    is_own = PromotionCase.candidate_id == person_id
    return and_(or_(is_staff_to(person_id), _links(person_id)[R.MEMBER].holds()), ~is_own)


def is_staff_to(person_id: int) -> ColumnElement[bool]:
    """Condition on PromotionCase: a person is an auditor, or HR to its candidate."""
    is_apart = are_apart(PromotionCase.candidate_id, person_id)
    is_hr = and_(serves(person_id, PromotionCase.candidate_id), ~is_apart)
    return or_(_holds(person_id, Role.AUDITOR), is_hr)


def reads_file(person_id: int, employee_id: int) -> ColumnElement[bool]:
    """Condition on two keys of people: the one may read what is on file about the other's work.

    Everybody his own, superiors all the way up, and HR to the person; nobody else, colleagues who may
    nominate him included.
    """
    line = line_above(employee_id).subquery()
    is_superior = exists().where(line.c.id == person_id)
    is_hr = and_(is_hr_to(person_id, employee_id), ~are_apart(employee_id, person_id))
    return or_(literal(person_id == employee_id), is_superior, is_hr)


def _holds(person_id: Any, role: Role) -> ColumnElement[bool]:
    return exists().where(RoleHolding.employee_id == person_id, RoleHolding.role == role)


@cache
def _tests(among: frozenset[Relation]) -> tuple[list[Relation], Prepared]:
    """What a person may be to a case, and the question whether he is a rival and which of it he is."""
    person, case = (bindparam(name, type_=Integer) for name in ("person", "case"))
    # Asked by the case alone, so that nobody has to read that before.
    candidate = select(_OWN.candidate_id).where(_OWN.id == case).correlate(None).scalar_subquery()
    line = line_above(candidate).subquery()
    tests = {name: link.holds() for name, link in _links(person).items()} | {
        R.SUPERIOR: exists().where(line.c.id == person),
        R.AUDITOR: _holds(person, Role.AUDITOR),
        R.ADMIN: _holds(person, Role.ADMIN),
        R.HR: and_(is_hr_to(person, candidate), ~are_apart(candidate, person)),
        R.DEPARTMENT_HR: exists().where(HrField.employee_id == person),
    }
    asked = sorted(tests.keys() & (among | {R.JUDGE}))
    columns = [is_rival(person, PromotionCase), *(tests[one] for one in asked)]
    return asked, Prepared(select(*columns).where(PromotionCase.id == case))


def _links(person_id: Any) -> dict[Relation, Link]:
    case = PromotionCase
    recused = exists().where(Recusal.case_id == case.id, Recusal.employee_id == person_id)
    is_recused = recused.correlate(case)
    return {
        R.NOMINATOR: Link(case.nominated_by_id == person_id),
        R.SUPERIOR: Link(people_below(person_id)),
        R.APPROVER: Link(_signs(person_id), _signs_for_another(person_id)),
        R.RATER: Link((ReviewRequest.round_id == case.round_id, ReviewRequest.rater_id == person_id)),
        R.JUDGE: Link(_judges(person_id)),
        # In office when the case came, on the register of its vote or asked as its chair.
        R.MEMBER: Link(
            _is_seated(person_id),
            (Vote.round_id == case.round_id, Elector.vote_id == Vote.id, Elector.employee_id == person_id),
            _chairs(person_id),
            while_so=[case.stage == Stage.COMMITTEE],
            unless=[is_recused],
        ),
        R.UNWANTED: Link((RaterObjection.case_id == case.id, RaterObjection.person_id == person_id)),
        R.OBJECTOR: Link((Objection.case_id == case.id, Objection.objector_id == person_id)),
        R.COPIED: Link(
            (CaseCopy.case_id == case.id, CaseCopy.person_id == person_id),
            unless=[are_apart(case.candidate_id, person_id), is_recused, _holds(person_id, Role.ADMIN)],
        ),
        R.MENTOR: Link((Mentorship.case_id == case.id, Mentorship.mentor_id == person_id)),
        R.HOLDER: Link(
            (
                InboxRow.person_id == person_id,
                InboxRow.task_id == Task.id,
                Task.case_id == case.id,
                Task.kind.not_in(CONFIDENTIAL_TASKS),
            )
        ),
    }


def _signs(person_id: Any) -> Way:
    by_whom = or_(ApprovalStep.approver_id == person_id, ApprovalStep.on_behalf_of_id == person_id)
    return ApprovalStep.round_id == PromotionCase.round_id, by_whom


def _signs_for_another(person_id: Any) -> Way:
    return (
        InboxRow.person_id == person_id,
        InboxRow.on_behalf_of_id.is_not(None),
        InboxRow.task_id == Task.id,
        Task.round_id == PromotionCase.round_id,
        Task.kind == TaskKind.APPROVE,
    )


def _judges(person_id: Any) -> Way:
    return (
        Entry.case_id == PromotionCase.id,
        Judge.scores(Entry),
        Judge.is_seated,
        Judge.employee_id == person_id,
    )


def _is_seated(person_id: Any) -> Way:
    came_on = func.date(StageRound.opened_at)
    return (
        Seat.committee_id == PromotionCase.committee_id,
        Seat.employee_id == person_id,
        ~Seat.is_alternate,
        StageRound.id == PromotionCase.round_id,
        Seat.from_on <= came_on,
        Seat.until_on >= came_on,
    )


def _chairs(person_id: Any) -> Way:
    return (
        InboxRow.person_id == person_id,
        InboxRow.task_id == Task.id,
        Task.round_id == PromotionCase.round_id,
        Task.kind.in_(CHAIRS_TASKS),
    )
