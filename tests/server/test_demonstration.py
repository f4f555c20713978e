"""The demonstration: made-up people whose past holds together and whose present has work to do."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.models import Account
from notifications import outbox
from notifications.models import Channel, Delivery, DeliveryState
from server import demonstration
from server.demonstration.branch import CHINA
from tests.databases import fresh_sqlite
from workflow import sweeps
from workflow.act import Act
from workflow.journal import verify
from workflow.models import (
    Competition,
    Employee,
    Entry,
    InboxRow,
    JournalEntry,
    JournalText,
    PromotionCase,
    Reminder,
    ReviewRequest,
    Task,
    Vote,
)
from workflow.queries.inbox import inbox, with_bulk
from workflow.rules.calendars import Calendar, is_working_day
from workflow.store import Door
from workflow.vocabulary import CompetitionState, RequestState, Stage, TaskKind, TaskState

NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A database with the demonstration in it; no test changes it."""
    engine = fresh_sqlite(tmp_path_factory.mktemp("demonstration"))
    yield a_door_with_the_story(Door(engine))
    engine.dispose()


@pytest.fixture
def db(loaded: Door) -> Iterator[Session]:
    with Session(loaded.engine) as session:
        yield session


def a_door_with_the_story(door: Door, now: datetime = NOW) -> Door:
    demonstration.load(door, now=now)
    return door


def stages(db: Session) -> Counter[Stage]:
    return Counter(db.scalars(select(PromotionCase.stage)))


def open_kinds(db: Session) -> set[TaskKind]:
    return set(db.scalars(select(Task.kind).where(Task.state == TaskState.OPEN)))


@pytest.mark.slow
def test_every_stage_has_a_case_on_both_databases(door: Door) -> None:
    a_door_with_the_story(door)
    with Session(door.engine) as db:
        assert stages(db).keys() == set(Stage)
        assert list(verify(db)) == []


@pytest.mark.parametrize("now", ["2026-03-02T03:00", "2031-02-20T16:30"])
def test_the_story_fits_whatever_the_day_it_is_told_on(tmp_path: Path, now: str) -> None:
    instant = datetime.fromisoformat(now).replace(tzinfo=UTC)
    door = a_door_with_the_story(Door(fresh_sqlite(tmp_path)), instant)
    with Session(door.engine) as db:
        assert stages(db).keys() == set(Stage)
        assert db.scalars(select(JournalEntry.at).order_by(JournalEntry.at.desc()).limit(1)).one() < instant
    assert not any(sweeps.run(door, now=instant).values())
    door.engine.dispose()


def test_everything_happened_in_order_and_in_working_hours(db: Session) -> None:
    instants = db.scalars(select(JournalEntry.at).order_by(JournalEntry.id)).all()
    local = [instant.astimezone(CHINA) for instant in instants]
    assert list(instants) == sorted(instants)
    assert all(time(9) <= moment.time() <= time(18) for moment in local)
    assert all(is_working_day(moment.date(), Calendar("CN")) for moment in local)
    assert instants[-1] < NOW


def test_every_chain_of_the_journal_holds(db: Session) -> None:
    assert list(verify(db)) == []


def test_nothing_is_due_for_the_clock_at_the_first_start(loaded: Door) -> None:
    assert not any(sweeps.run(loaded, now=NOW).values())


def test_nobody_is_reminded_of_the_past_but_of_what_is_still_to_come(db: Session) -> None:
    instants = db.scalars(select(Reminder.at)).all()
    assert instants
    assert min(instants) > NOW


def test_nothing_of_the_past_is_announced(tmp_path: Path) -> None:
    announced: list[Act] = []
    door = a_door_with_the_story(Door(fresh_sqlite(tmp_path), announce=announced.append))
    door.engine.dispose()
    assert announced == []


def test_a_second_start_changes_nothing_and_names_the_same_people(loaded: Door, db: Session) -> None:
    entries = db.scalar(select(func.count(JournalEntry.id)))
    first = demonstration.load(loaded, now=NOW)
    assert demonstration.load(loaded, now=NOW + timedelta(days=30)) == first
    assert db.scalar(select(func.count(JournalEntry.id))) == entries


def test_an_organisation_of_ones_own_is_left_alone(company: object, door: Door) -> None:
    assert demonstration.load(door, now=NOW) == []
    with Session(door.engine) as db:
        assert stages(db) == Counter()


def test_everybody_signs_in_with_the_password_that_is_told(loaded: Door, db: Session) -> None:
    [known] = set(db.scalars(select(Account.password_hash)))
    people = demonstration.load(loaded, now=NOW)
    assert {person.password for person in people} == {demonstration.PASSWORD}
    assert PasswordHasher().verify(known, demonstration.PASSWORD)
    assert db.scalar(select(func.count(Account.employee_id))) == db.scalar(select(func.count(Employee.id)))


def test_whoever_is_told_to_have_something_to_do_has_it_in_the_inbox(loaded: Door, db: Session) -> None:
    held = select(InboxRow.task_id).join(Employee, Employee.id == InboxRow.person_id)
    only_looking = {"1006", "1007", "1038", "1047"}
    told = {person.number for person in demonstration.load(loaded, now=NOW)} - only_looking
    assert [number for number in told if not db.scalars(held.where(Employee.number == number)).all()] == []


def test_one_nomination_is_returned_one_overdue_one_lacks_facts_and_one_case_is_stuck(db: Session) -> None:
    stuck = db.scalars(select(PromotionCase.stuck_reason).where(PromotionCase.stuck_reason.is_not(None)))
    overdue = select(Task.kind).where(Task.state == TaskState.OPEN, Task.due_at < NOW)
    assert stuck.all() == ["no_competition_announced"]
    assert {TaskKind.REVISE_NOMINATION, TaskKind.FIX_DATA} <= open_kinds(db)
    assert TaskKind.APPROVE in db.scalars(overdue).all()


def test_hr_may_sign_two_nominations_in_one_go(db: Session) -> None:
    for number in ("1008", "1009"):
        reader = db.scalars(select(Employee.id).where(Employee.number == number)).one()
        waiting = with_bulk(db, db.scalars(inbox(reader, kind=TaskKind.APPROVE)).all())
        assert [line.in_bulk for line in waiting] == [True, True]


def test_review_scores_and_ballot_are_half_in(db: Session) -> None:
    forms = Counter(
        db.execute(
            select(ReviewRequest.state, ReviewRequest.contact_id.is_not(None))
            .join(PromotionCase, PromotionCase.round_id == ReviewRequest.round_id)
            .where(PromotionCase.stage == Stage.REVIEW)
        ).all()
    )
    votes = db.scalars(select(Vote).where(Vote.closed_at.is_(None))).all()
    assert forms[RequestState.SUBMITTED, False] == 3
    assert forms[RequestState.ASKED, False] == 4
    assert forms[RequestState.ASKED, True] == 8
    assert len(votes) == 1
    assert {TaskKind.SCORE, TaskKind.CAST_BALLOT, TaskKind.CHECK_IN} <= open_kinds(db)


def test_people_speak_their_own_language(db: Session) -> None:
    spoken = (
        select(Employee.locale, JournalText.text)
        .join(JournalEntry, JournalEntry.id == JournalText.entry_id)
        .join(Employee, Employee.id == JournalEntry.actor_id)
    )
    authors = select(Employee.locale, PromotionCase.statement).join(
        Employee, Employee.id == PromotionCase.nominated_by_id
    )
    lines = [*db.execute(spoken), *db.execute(authors)]
    assert [text for locale, text in lines if (locale == "en") is not text.isascii()] == []


def test_decisions_wait_for_their_release_and_objections_for_their_answer(db: Session) -> None:
    waiting = select(PromotionCase).where(
        PromotionCase.decided_at.is_not(None), PromotionCase.stage == Stage.COMMITTEE
    )
    assert len(db.scalars(waiting).all()) == 3
    asked = {TaskKind.RELEASE_DECISIONS, TaskKind.DECIDE_OBJECTION, TaskKind.DECIDE_RATER_OBJECTION}
    assert asked <= open_kinds(db)


def test_a_competition_has_a_shortlist_a_tie_with_its_reasons_and_a_reserve(db: Session) -> None:
    decided = db.scalars(select(Competition).where(Competition.state == CompetitionState.DECIDED)).one()
    entries = db.scalars(select(Entry).where(Entry.competition_id == decided.id)).all()
    assert Counter(entry.is_tied for entry in entries) == {True: 2, False: 2}
    assert all(entry.tie_reason for entry in entries if entry.is_tied)
    assert sorted(entry.place or 0 for entry in entries) == [0, 1, 2, 3]
    assert stages(db)[Stage.RESERVE] == 2


def test_of_what_was_sent_one_mail_and_one_receiver_have_not_been_reached(db: Session) -> None:
    found = Counter(tuple(row) for row in db.execute(select(Delivery.channel, Delivery.state)))
    assert found[Channel.MAIL, DeliveryState.DEAD] == 1
    assert found[Channel.WEBHOOK, DeliveryState.PENDING] > 0
    assert {(Channel.MAIL, DeliveryState.SENT), (Channel.WEBHOOK, DeliveryState.SENT)} <= found.keys()
    assert not db.scalars(outbox.due(NOW)).all()
