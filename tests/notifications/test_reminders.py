"""Who is reminded, when, and never twice."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import Office
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from notifications.preview import PreviewLine, Week, preview, week
from notifications.reminders import SweepReport
from workflow.models import Cycle, Employee, Escalation, PromotionCase, Reminder
from workflow.vocabulary import CONFIDENTIAL_TASKS, ReminderTarget, Role, TaskKind

MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # 09:30 in Shanghai
TODAY = date(2026, 11, 24)
MANAGER = {ReminderTarget.MANAGER: MORNING}
HR = {ReminderTarget.HR: MORNING}


def _keys(office: Office) -> list[str]:
    return [delivery.key for delivery in office.deliveries()]


def _told(office: Office) -> list[tuple[int, int]]:
    with Session(office.engine) as db:
        return [(row.person_id, row.task_id) for row in db.scalars(select(Escalation))]


def test_many_tasks_of_a_person_become_one_digest_a_day(office: Office) -> None:
    person = office.a_person()
    for _ in range(3):
        office.a_task(person)
    assert office.sweeps() == SweepReport(digests=1, escalations=0, rungs=3)
    assert _keys(office) == [f"digest/{person}/2026-11-24"]


def test_nothing_fires_before_its_time(office: Office) -> None:
    office.a_task(office.a_person())
    assert office.sweeps(MORNING - timedelta(seconds=1)) == SweepReport(0, 0, 0)
    assert _keys(office) == []


def test_sweeping_again_sends_nothing_again(office: Office) -> None:
    office.a_task(office.a_person())
    office.sweeps()
    assert office.sweeps() == SweepReport(0, 0, 0)
    assert len(_keys(office)) == 1


def test_a_later_rung_of_the_same_day_adds_no_second_digest(office: Office) -> None:
    person = office.a_person()
    office.a_task(person)
    office.sweeps()
    office.a_task(person, rungs={ReminderTarget.OWNER: MORNING + timedelta(hours=2)})
    assert office.sweeps(MORNING + timedelta(hours=3)) == SweepReport(0, 0, 1)


def test_two_sweeps_at_once_send_nothing_twice(office: Office) -> None:
    people = [office.a_person() for _ in range(20)]
    for person in people:
        office.a_task(person)
    start = threading.Barrier(4)

    def clock() -> None:
        start.wait()
        office.sweeps()

    clocks = [threading.Thread(target=clock) for _ in range(4)]
    for thread in clocks:
        thread.start()
    for thread in clocks:
        thread.join()
    assert sorted(_keys(office)) == sorted(f"digest/{person}/2026-11-24" for person in people)


def test_after_downtime_all_late_rungs_fire_once_together(office: Office) -> None:
    person = office.a_person()
    for days in range(5):
        office.a_task(person, rungs={ReminderTarget.OWNER: MORNING - timedelta(days=days)})
    assert office.sweeps() == SweepReport(digests=1, escalations=0, rungs=5)


@pytest.mark.parametrize(
    ("zone", "day", "next_at"),
    [
        ("Asia/Shanghai", "2026-11-24", MORNING),
        ("Asia/Tokyo", "2026-11-24", MORNING),  # 10:30 there, so at once
        ("Europe/Berlin", "2026-11-24", datetime(2026, 11, 24, 8, 30, tzinfo=UTC)),
        ("America/New_York", "2026-11-24", datetime(2026, 11, 24, 14, 30, tzinfo=UTC)),  # 20:30: tomorrow
        ("Mars/Olympus", "2026-11-24", MORNING),  # there is no such zone, so that of his site
    ],
)
def test_nobody_is_written_to_before_half_past_nine_of_his_own_day(
    office: Office, zone: str, day: str, next_at: datetime
) -> None:
    person = office.a_person(own_time_zone=zone)
    office.a_task(person)
    office.sweeps()
    (digest,) = office.deliveries()
    assert (digest.key, digest.next_at) == (f"digest/{person}/{day}", next_at)


def test_nothing_is_sent_for_what_is_done_and_its_rungs_go(office: Office) -> None:
    office.done(office.a_task(office.a_person()))
    assert office.sweeps() == SweepReport(digests=0, escalations=0, rungs=1)


def test_people_who_have_left_are_not_reminded(office: Office) -> None:
    person = office.a_person()
    office.a_task(person)
    office.has_left(person)
    assert office.sweeps().digests == 0


def test_an_overdue_task_is_told_to_the_manager(office: Office) -> None:
    manager = office.a_person()
    task = office.a_task(office.a_person(manager_id=manager), rungs=MANAGER)
    assert office.sweeps() == SweepReport(digests=1, escalations=1, rungs=1)
    assert _told(office) == [(manager, task)]
    assert _keys(office) == [f"digest/{manager}/2026-11-24"]


def test_a_manager_who_has_left_is_not_told(office: Office) -> None:
    manager = office.a_person(is_active=False)
    office.a_task(office.a_person(manager_id=manager), rungs=MANAGER)
    assert office.sweeps() == SweepReport(digests=0, escalations=0, rungs=1)


def test_a_task_overdue_for_long_is_told_to_everybody_in_hr(office: Office) -> None:
    officers = [office.a_person(role=Role.HR) for _ in range(2)]
    office.a_person(role=Role.HR, is_active=False)
    task = office.a_task(office.a_person(), rungs=HR)
    assert office.sweeps() == SweepReport(digests=2, escalations=2, rungs=1)
    assert _told(office) == [(officer, task) for officer in officers]


@pytest.mark.parametrize("kind", sorted(CONFIDENTIAL_TASKS))
def test_confidential_tasks_are_told_to_nobody_else(office: Office, kind: TaskKind) -> None:
    manager = office.a_person(role=Role.HR)
    office.a_task(office.a_person(manager_id=manager), kind=kind, rungs=MANAGER | HR)
    assert office.sweeps() == SweepReport(digests=0, escalations=0, rungs=2)


def test_candidates_are_not_told_of_tasks_in_their_own_case(office: Office) -> None:
    candidate = office.a_person(role=Role.HR)
    case = office.a_case(candidate)
    office.a_task(office.a_person(manager_id=candidate), case=case, rungs=MANAGER | HR)
    assert office.sweeps() == SweepReport(digests=0, escalations=0, rungs=2)


def test_candidates_in_hr_are_not_told_that_decisions_of_their_cycle_wait_for_their_release(
    office: Office,
) -> None:
    candidate, officer = office.a_person(role=Role.HR), office.a_person(role=Role.HR)
    (case,) = office.rivals(candidate)
    with office.acting() as act:
        cycle = act.add(Cycle(name="Spring", edition_id=1, opens_on=TODAY, closes_on=TODAY))
        act.db.get_one(PromotionCase, case).cycle_id = subject = cycle.id
    task = office.a_task(None, kind=TaskKind.RELEASE_DECISIONS, subject=subject, rungs=HR)
    assert office.sweeps() == SweepReport(digests=1, escalations=1, rungs=1)
    assert _told(office) == [(officer, task)]


def test_nobody_is_told_of_tasks_in_the_case_of_a_rival(office: Office) -> None:
    rival = office.a_person(role=Role.HR)
    case, _ = office.rivals(office.a_person(), rival)
    office.a_task(office.a_person(manager_id=rival), case=case, rungs=MANAGER | HR)
    assert office.sweeps() == SweepReport(digests=0, escalations=0, rungs=2)


def test_a_shared_task_reminds_everybody_who_holds_it(office: Office) -> None:
    holders = (office.a_person(role=Role.HR), office.a_person(role=Role.HR))
    office.a_task(None, kind=TaskKind.SEAT_PANEL, holders=holders)
    assert office.sweeps().digests == 2


def test_the_number_of_statements_does_not_depend_on_the_number_of_tasks(
    office: Office, statements: list[str]
) -> None:
    counts = []
    for number in (10, 500):
        person = office.a_person(manager_id=office.a_person(role=Role.HR))
        for _ in range(number):
            office.a_task(person, rungs=dict.fromkeys(ReminderTarget, MORNING))
        statements.clear()
        assert office.sweeps().rungs == 3 * number
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 6


def test_a_sweep_that_finds_nothing_asks_once(office: Office, statements: list[str]) -> None:
    office.a_task(office.a_person(), rungs={ReminderTarget.OWNER: MORNING + timedelta(days=1)})
    statements.clear()
    office.sweeps()
    assert len(statements) == 1


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=st.lists(st.integers(0, 24 * 9), min_size=1, max_size=5))
def test_however_often_the_clock_ticks_every_due_rung_fires_once_and_no_day_has_two_digests(
    office: Office, hours: list[int]
) -> None:
    person = office.a_person()
    for days in range(8):
        office.a_task(person, rungs={ReminderTarget.OWNER: MORNING + timedelta(days=days)})
    for hour in sorted(hours):
        office.sweeps(MORNING + timedelta(hours=hour))
    mine = [delivery for delivery in office.deliveries() if delivery.person_id == person]
    days_of = [delivery.next_at.date() for delivery in mine]
    assert len(set(days_of)) == len(days_of) >= 1
    with Session(office.engine) as db:
        last = MORNING + timedelta(hours=max(hours))
        assert not db.scalar(select(func.count()).select_from(Reminder).where(Reminder.at <= last))


def test_what_is_late_waits_in_the_evening_until_the_next_morning(office: Office) -> None:
    person = office.a_person()
    office.a_task(person)
    evening = datetime(2026, 11, 24, 12, tzinfo=UTC)  # 20:00 in Shanghai
    office.sweeps(evening)
    office.a_task(person)
    office.sweeps(MORNING + timedelta(days=1))
    (digest,) = office.deliveries()
    assert (digest.key, digest.next_at) == (f"digest/{person}/2026-11-25", MORNING + timedelta(days=1))


def _preview(office: Office, day: date, now: datetime = MORNING) -> list[PreviewLine]:
    with Session(office.engine) as db:
        return preview(db, day, now=now)


def test_the_preview_says_to_whom_why_and_for_what(office: Office) -> None:
    manager = office.a_person("Li Na")
    person = office.a_person("Wang Wei", manager_id=manager)
    case = office.a_case(office.a_person())
    office.a_task(person, case=case, rungs={ReminderTarget.OWNER: MORNING} | MANAGER)
    due = MORNING + timedelta(days=3)
    assert _preview(office, TODAY) == [
        PreviewLine("Li Na", "E0001", ReminderTarget.MANAGER, TaskKind.APPROVE, case, due, 1),
        PreviewLine("Wang Wei", "E0002", ReminderTarget.OWNER, TaskKind.APPROVE, case, due, 1),
    ]
    assert office.sweeps().digests == 2


def test_the_preview_counts_confidential_tasks_without_person_and_case(office: Office) -> None:
    case = office.a_case(office.a_person())
    for _ in range(3):
        office.a_task(office.a_person(), kind=TaskKind.REVIEW, case=case)
    assert _preview(office, TODAY) == [
        PreviewLine(None, None, ReminderTarget.OWNER, TaskKind.REVIEW, None, None, 3)
    ]


def test_the_preview_shows_late_rungs_today_and_others_on_their_day(office: Office) -> None:
    person = office.a_person()
    office.a_task(person, rungs={ReminderTarget.OWNER: MORNING - timedelta(days=2)})
    office.a_task(person, rungs={ReminderTarget.OWNER: MORNING + timedelta(days=2)})
    assert len(_preview(office, TODAY)) == 1
    assert _preview(office, TODAY + timedelta(days=1)) == []
    assert len(_preview(office, TODAY + timedelta(days=2))) == 1


def _week(office: Office, reader: int, on: date | None = None) -> Week:
    with Session(office.engine) as db:
        return week(db, db.get_one(Employee, reader), MORNING, on)


def test_the_preview_shows_what_is_late_on_the_next_working_day(office: Office) -> None:
    friday = MORNING + timedelta(days=3)
    office.a_task(office.a_person(), rungs={ReminderTarget.OWNER: friday})
    with Session(office.engine) as db:
        shown = [
            bool(preview(db, TODAY + timedelta(days=n), now=friday + timedelta(days=1))) for n in range(4, 8)
        ]
    assert shown == [False, False, True, False]  # from Saturday on


def test_hr_sees_the_week_day_by_day_with_whom_what_and_why(office: Office) -> None:
    hr, manager = office.a_person("Hu", role=Role.HR), office.a_person("Li Na")
    person, candidate = office.a_person("Wang Wei", manager_id=manager), office.a_person("Ci")
    case = office.a_case(candidate)
    tomorrow = MORNING + timedelta(days=1)
    office.a_task(person, case=case, rungs={ReminderTarget.OWNER: tomorrow, ReminderTarget.MANAGER: tomorrow})
    seen = _week(office, hr)
    assert seen.on == TODAY + timedelta(days=1)
    assert [(day.people, day.reminders) for day in seen.days] == [(0, 0), (2, 2), *[(0, 0)] * 5]
    assert [(one.person.name, one.target, one.candidate and one.candidate.name) for one in seen.items] == [
        ("Li Na", ReminderTarget.MANAGER, "Ci"),
        ("Wang Wei", ReminderTarget.OWNER, "Ci"),
    ]
    assert _week(office, hr, TODAY).items == []


def test_of_a_case_in_which_hr_has_a_stake_it_is_told_nothing(office: Office) -> None:
    hr, rival = office.a_person(role=Role.HR), office.a_person(role=Role.HR)
    mine, theirs = office.rivals(hr, rival)
    for case in (mine, theirs):
        office.a_task(office.a_person(), case=case)
        office.a_task(office.a_person(), kind=TaskKind.REVIEW, case=case)
    seen = _week(office, hr)
    assert (seen.items, seen.confidential) == ([], [])
    other = office.a_person(role=Role.HR)
    assert len(_week(office, other).items) == 2


def test_of_a_task_without_a_case_in_which_hr_has_a_stake_it_is_told_nothing(office: Office) -> None:
    """What somebody has reported as wrong about himself is for others of HR."""
    hr, other = office.a_person(role=Role.HR), office.a_person(role=Role.HR)
    office.a_task(None, kind=TaskKind.CORRECT_DATA, subject=hr, holders=(other,))
    assert _week(office, hr).items == []
    assert len(_week(office, other).items) == 1


@pytest.mark.parametrize(("forms", "told"), [(3, None), (4, 4)])
def test_confidential_reminders_are_a_number_and_a_small_one_is_not_told(
    office: Office, forms: int, told: int | None
) -> None:
    hr, case = office.a_person(role=Role.HR), office.a_case(office.a_person())
    for _ in range(forms):
        office.a_task(office.a_person(), kind=TaskKind.REVIEW, case=case)
    seen = _week(office, hr)
    assert seen.items == []
    assert [(one.kind, one.reminders) for one in seen.confidential] == [(TaskKind.REVIEW, told)]
    assert {day.people for day in seen.days} == {0}


def test_the_week_is_two_statements_however_much_is_sent(office: Office, statements: list[str]) -> None:
    hr = office.a_person(role=Role.HR)
    with Session(office.engine) as db:
        reader = db.get_one(Employee, hr)
        for _ in range(2):
            for _ in range(5):
                office.a_task(office.a_person(), case=office.a_case(office.a_person()))
            statements.clear()
            week(db, reader, MORNING)
            assert len(statements) == 2
