"""What is on file in a small world, row by row, and how each person stands to each case by it.

Read in plain loops on purpose: the product finds the same out by conditions in SQL.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import (
    ApprovalStep,
    CaseCopy,
    Competition,
    Department,
    Elector,
    EligibilityFinding,
    EmergencyAccess,
    Employee,
    Entry,
    HrField,
    InboxRow,
    JournalEntry,
    Judge,
    KeptApart,
    Letter,
    Mentorship,
    Objection,
    PlanItem,
    PromotionCase,
    RaterObjection,
    Recusal,
    ReviewRequest,
    RoleHolding,
    Seat,
    StageRound,
    Task,
    Vote,
)
from workflow.vocabulary import Nominator, Stage, TaskKind, TaskState

_SHELVES = (
    *(Competition, EligibilityFinding),
    *(ApprovalStep, CaseCopy, Elector, Employee, Entry, InboxRow, JournalEntry, Judge, KeptApart, Letter),
    *(Mentorship, Objection, PlanItem, PromotionCase, RaterObjection, Recusal, ReviewRequest, RoleHolding),
    *(Seat, StageRound, Task, Vote, Department, HrField, EmergencyAccess),
)
_SECRET = {TaskKind.REVIEW, TaskKind.SCORE, TaskKind.CONFIRM_SCORE, TaskKind.CAST_BALLOT}
# Whoever knows of the case anyway is not let in by somebody else.
_KNOWING = {
    "nominator",
    "superior",
    "approver",
    "rater",
    "judge",
    "member",
    "mentor",
    "holder",
    "copied",
    "hr",
}
_OF_CHAIRS = {TaskKind.OPEN_BALLOT, TaskKind.WRITE_DECISION}


@dataclass(frozen=True)
class Standing:
    """How one person stands to one case: words, open tasks on it that wait for him, and where it is."""

    words: frozenset[str]
    holds: frozenset[TaskKind]
    stage: Stage
    is_released: bool


@dataclass
class Books:
    """All rows of the tables that say who is what to whom."""

    shelves: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, db: Session) -> "Books":
        """Everything as it is on file now."""
        books = cls()
        for model in _SHELVES:
            books.shelves[model.__name__] = list(db.scalars(select(model)))
        db.expunge_all()
        return books

    def of(self, model: type[Any], **wanted: Any) -> list[Any]:
        """The rows of a table that hold these values."""
        rows = self.shelves[model.__name__]
        return [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]

    def roles(self, person: int) -> frozenset[str]:
        """What the person is to the organisation."""
        held = {str(holding.role) for holding in self.of(RoleHolding, employee_id=person)}
        return frozenset(held | ({"department_hr"} if self.of(HrField, employee_id=person) else set()))

    def standing(self, person: int, case: PromotionCase) -> Standing:
        """What the person is to the case at present."""
        return Standing(
            self._words(person, case), self.holds(person, case), case.stage, case.released_at is not None
        )

    def holds(self, person: int, case: PromotionCase) -> frozenset[TaskKind]:
        """The kinds of open tasks about the case in the person's inbox, those of its competition included."""
        here = {row.task_id for row in self.of(InboxRow, person_id=person)}
        contests = {entry.competition_id for entry in self.of(Entry, case_id=case.id)}
        return frozenset(
            task.kind
            for task in self.of(Task, state=TaskState.OPEN)
            if task.id in here
            and (task.case_id == case.id or (task.case_id is None and task.subject_id in contests))
        )

    def _words(self, person: int, case: PromotionCase) -> frozenset[str]:
        if person == case.candidate_id:
            is_author = case.nominated_by_id in (None, person)
            return frozenset({"candidate", "nominator"} if is_author else {"candidate"})
        is_nominator = case.nominated_by_id == person
        if case.nominated_as is Nominator.PEER and case.consented_at is None:
            return frozenset({"nominator"} if is_nominator else ())
        on_notice = {"onlooker"} if case.stage is Stage.NOTICE else set()
        objected = {"objector"} if self.of(Objection, case_id=case.id, objector_id=person) else set()
        if self._is_rival(person, case):
            return frozenset(on_notice | objected)
        found = on_notice | objected | self._by_role(person, case) | self._by_line(person, case)
        found |= {"nominator"} if is_nominator else set()
        found |= self._in_review(person, case) | self._in_contest(person, case) | self._later(person, case)
        found -= {"copied"} if "judge" in found else set()
        return frozenset(found - ({"admitted"} if found & _KNOWING else set()))

    def _by_role(self, person: int, case: PromotionCase) -> set[str]:
        apart = {frozenset((pair.one_id, pair.other_id)) for pair in self.shelves[KeptApart.__name__]} & {
            frozenset((person, case.candidate_id))
        }
        found = set(self.roles(person)) | ({"hr"} if self._serves(person, case) else set())
        found -= {"hr"} if apart else set()
        is_recused = bool(self.of(Recusal, case_id=case.id, employee_id=person))
        is_copied = bool(self.of(CaseCopy, case_id=case.id, person_id=person))
        if is_copied and not apart and not is_recused and "admin" not in found:
            found.add("copied")
        is_granted = any(one.ends_at for one in self.of(EmergencyAccess, case_id=case.id, asked_by_id=person))
        if is_granted and not apart and not is_recused and found & {"admin", "department_hr"}:
            found.add("admitted")
        return found

    def _serves(self, person: int, case: PromotionCase) -> bool:
        """Whether the candidate works in the department to whose people somebody is HR, or below it."""
        (candidate,) = self.of(Employee, id=case.candidate_id)
        above, at = set(), candidate.department_id
        while at is not None and at not in above:
            above.add(at)
            at = self.of(Department, id=at)[0].parent_id
        return any(field.department_id in above for field in self.of(HrField, employee_id=person))

    def _by_line(self, person: int, case: PromotionCase) -> set[str]:
        people = {one.id: one for one in self.shelves[Employee.__name__]}
        above, at = set(), people[case.candidate_id].manager_id
        while at is not None and at not in above:
            above.add(at)
            at = people[at].manager_id
        return {"superior"} if person in above else set()

    def _in_review(self, person: int, case: PromotionCase) -> set[str]:
        found = set()
        signed = self.of(ApprovalStep, round_id=case.round_id)
        if any(person in (step.approver_id, step.on_behalf_of_id) for step in signed):
            found.add("approver")
        if self._signs_for(person, case):
            found.add("approver")
        if self.of(ReviewRequest, round_id=case.round_id, rater_id=person):
            found.add("rater")
        if self.of(RaterObjection, case_id=case.id, person_id=person):
            found.add("unwanted")
        return found

    def _signs_for(self, person: int, case: PromotionCase) -> bool:
        in_place = {row.task_id for row in self.of(InboxRow, person_id=person) if row.on_behalf_of_id}
        return any(task.id in in_place for task in self.of(Task, case_id=case.id, kind=TaskKind.APPROVE))

    def _in_contest(self, person: int, case: PromotionCase) -> set[str]:
        seats = self.of(Judge, employee_id=person, is_seated=True)
        return {
            "judge"
            for entry in self.of(Entry, case_id=case.id)
            for seat in seats
            if seat.competition_id == entry.competition_id and seat.panel in (0, entry.panel)
        }

    def _later(self, person: int, case: PromotionCase) -> set[str]:
        found = {"mentor"} if self.of(Mentorship, case_id=case.id, mentor_id=person) else set()
        held = {row.task_id for row in self.of(InboxRow, person_id=person)}
        tasks = [task for task in self.of(Task, case_id=case.id) if task.id in held]
        if any(task.kind not in _SECRET for task in tasks):
            found.add("holder")
        return found | ({"member"} if self._is_member(person, case, tasks) else set())

    def _is_member(self, person: int, case: PromotionCase, tasks: list[Task]) -> bool:
        if case.stage is not Stage.COMMITTEE or self.of(Recusal, case_id=case.id, employee_id=person):
            return False
        (stay,) = self.of(StageRound, id=case.round_id)
        day: date = stay.opened_at.date()
        is_seated = any(
            seat.from_on <= day <= seat.until_on
            for seat in self.of(Seat, committee_id=case.committee_id, employee_id=person, is_alternate=False)
        )
        on_register = any(
            self.of(Elector, vote_id=vote.id, employee_id=person)
            for vote in self.of(Vote, round_id=case.round_id)
        )
        chairs = any(task.round_id == case.round_id and task.kind in _OF_CHAIRS for task in tasks)
        return is_seated or on_register or chairs

    def _is_rival(self, person: int, case: PromotionCase) -> bool:
        contests = {entry.competition_id for entry in self.of(Entry, case_id=case.id)}
        for own in self.of(PromotionCase, candidate_id=person):
            if own.id == case.id:
                continue
            is_running = own.ended_at is None and own.stage is not Stage.DRAFT
            wants = [(one.target_post, one.target_level, one.target_track) for one in (own, case)]
            if case.is_contested and is_running and wants[0] == wants[1]:
                return True
            if contests & {entry.competition_id for entry in self.of(Entry, case_id=own.id)}:
                return True
        return False
