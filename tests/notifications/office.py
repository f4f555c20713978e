"""Builds a small office for the tests: people, cases, tasks with reminders, and acts upon them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from notifications.messages import announce
from notifications.models import Delivery, WebhookSubscription
from notifications.reminders import SweepReport, sweep
from workflow.act import Act
from workflow.database import writing
from workflow.models import (
    CriteriaEdition,
    Department,
    Employee,
    InboxRow,
    JournalEntry,
    Mentorship,
    PromotionCase,
    Reminder,
    RoleHolding,
    Site,
    Task,
)
from workflow.vocabulary import Level, Nominator, ReminderTarget, Role, Stage, TaskKind, TaskState, Track

DAY = date(2026, 1, 1)
SECRET = "whsec_" + "c2VjcmV0IG9mIHRoZSB0ZXN0cyBvZiBKaW5zaGVuZw=="


@dataclass
class Office:
    """One department, one site, one edition; everything else on demand."""

    engine: Engine
    now: datetime
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        with writing(self.engine) as db:
            db.add_all([Department(name="Service"), Site(name="Shanghai"), _edition(self.now)])

    def a_person(self, name: str = "Wang Wei", *, role: Role | None = None, **fields: Any) -> int:
        number = next(self.numbers)
        facts = {"email": f"p{number}@example.com", "locale": "en"} | fields
        with writing(self.engine) as db:
            person = Employee(
                number=f"E{number:04}",
                name=name,
                department_id=1,
                site_id=1,
                track=Track.PROFESSIONAL,
                level=Level.JUNIOR,
                post="technician",
                level_since=DAY,
                hired_on=DAY,
                **facts,
            )
            db.add(person)
            db.flush()
            if role:
                db.add(RoleHolding(employee_id=person.id, role=role))
            return person.id

    def a_case(self, candidate: int, nominator: int | None = None) -> int:
        with writing(self.engine) as db:
            case = PromotionCase(
                candidate_id=candidate,
                target_track=Track.PROFESSIONAL,
                target_level=Level.INTERMEDIATE,
                target_post=f"post {next(self.numbers)}",
                edition_id=1,
                nominated_by_id=nominator or candidate,
                nominated_as=Nominator.MANAGER,
                opened_at=self.now,
            )
            db.add(case)
            db.flush()
            return case.id

    def is_stuck(self, case: int, *, reason: str | None = "no_approver") -> None:
        with writing(self.engine) as db:
            db.get_one(PromotionCase, case).stuck_reason = reason

    def rivals(self, *candidates: int) -> list[int]:
        """Cases of people who want the same contested post."""
        cases = [self.a_case(candidate) for candidate in candidates]
        with writing(self.engine) as db:
            for key in cases:
                case = db.get_one(PromotionCase, key)
                case.stage, case.target_post, case.is_contested = Stage.NOMINATED, "director", True
        return cases

    def a_task(
        self,
        person: int | None,
        *,
        kind: TaskKind = TaskKind.APPROVE,
        case: int | None = None,
        rungs: dict[ReminderTarget, datetime] | None = None,
        due_in: timedelta = timedelta(days=3),
        holders: tuple[int, ...] = (),
        subject: int | None = None,
    ) -> int:
        due_at = self.now + due_in
        with writing(self.engine) as db:
            role = None if person else Role.HR
            task = Task(
                kind=kind,
                case_id=case,
                round_id=None,
                assignee_id=person,
                role=role,
                opened_at=self.now,
                due_at=due_at,
                subject_id=subject,
            )
            db.add(task)
            db.flush()
            readers = [person] if person else holders
            db.add_all(InboxRow(person_id=reader, due_at=due_at, task_id=task.id) for reader in readers)
            for target, at in (rungs or {ReminderTarget.OWNER: self.now}).items():
                db.add(Reminder(task_id=task.id, at=at, target=target))
            return task.id

    def done(self, task: int) -> None:
        with writing(self.engine) as db:
            db.get_one(Task, task).state = TaskState.DONE
            db.execute(delete(InboxRow).where(InboxRow.task_id == task))

    def has_left(self, person: int) -> None:
        with writing(self.engine) as db:
            db.get_one(Employee, person).is_active = False

    def a_subscription(self, owner: int, url: str = "https://example.com/in", **fields: Any) -> int:
        with writing(self.engine) as db:
            subscription = WebhookSubscription(
                owner_id=owner, url=url, secret=SECRET, created_at=self.now, **fields
            )
            db.add(subscription)
            db.flush()
            return subscription.id

    @contextmanager
    def acting(self, by: int | None = None) -> Iterator[Act]:
        with writing(self.engine) as db:
            yield Act(db=db, by=db.get(Employee, by) if by else None, now=self.now)

    def happens(
        self, action: str, case: int, *, by: int | None = None, during: Callable[[], Any] = int
    ) -> int:
        """Write an action on the journal of a case and announce it; `during` runs just before."""
        with self.acting(by) as act:
            _held = act.db.get_one(PromotionCase, case)  # as the door holds it while a verb runs
            entry = self.an_entry(act, action, case)
            act.entries.append(entry)
            during()
            announce(act)
            return entry.id

    def an_entry(self, act: Act, action: str, case: int) -> JournalEntry:
        subject = act.db.get_one(PromotionCase, case)
        subject.journal_sequence += 1
        act.db.flush()
        return act.add(_entry(act, action, subject))

    def a_mentorship(self, case: int, mentee: int, mentor: int | None) -> None:
        with writing(self.engine) as db:
            db.add(Mentorship(case_id=case, mentee_id=mentee, mentor_id=mentor, starts_on=DAY, ends_on=DAY))

    def sweeps(self, now: datetime | None = None) -> SweepReport:
        with self.acting() as act:
            return sweep(replace(act, now=now or self.now))

    def deliveries(self, **having: Any) -> list[Delivery]:
        with Session(self.engine) as db:
            return list(db.scalars(select(Delivery).filter_by(**having).order_by(Delivery.id)))

    def subscription(self, key: int) -> WebhookSubscription:
        with Session(self.engine) as db:
            return db.get_one(WebhookSubscription, key)


def _edition(now: datetime) -> CriteriaEdition:
    return CriteriaEdition(
        key="test",
        version="1",
        sha256="0" * 64,
        document="{}",
        effective_from=DAY,
        review_by=DAY,
        published_at=now,
    )


def _entry(act: Act, action: str, case: PromotionCase) -> JournalEntry:
    return JournalEntry(
        chain=f"case/{case.id}",
        sequence=case.journal_sequence,
        at=act.now,
        actor_id=act.by.id if act.by else None,
        action=action,
        case_id=case.id,
        facts={},
        text_digest=None,
        request_id=None,
        previous="",
        hash=f"{case.id}-{case.journal_sequence}",
    )
