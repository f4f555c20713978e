"""Days in mails for the reader's calendar: they come, move and go, as one event each."""

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select, update

from notifications import letters
from notifications.channels.email import build
from notifications.letters import Dropped
from notifications.messages import announce
from notifications.models import Delivery, DeliveryState
from tests.builders import a_case, a_competition, drive_on
from tests.company import Company
from tests.workflow.begun import begun, nothing
from tests.workflow.test_kept_apart import keep_apart
from tests.workflow.test_plans import agree, name
from translations import say
from workflow import cases, competitions, mentoring, plans, sweeps
from workflow.models import Competition, JournalEntry
from workflow.store import Door
from workflow.vocabulary import ApartBecause, Stage

SENDER = "Jinsheng <hr@example.com>"


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with begun(tmp_path, nothing) as (company, _):
        yield company


def telling(company: Company) -> None:
    company.door = Door(company.door.engine, announce=announce)


def sent(company: Company, number: str, kind: str) -> dict[str, list[Event]]:
    """The events of the last mail of a kind to somebody, by the method of the file they stand in."""
    with company.reading() as db:
        mine = select(Delivery).where(Delivery.kind == kind, Delivery.person_id == company.ids[number])
        last = db.scalars(mine.order_by(Delivery.id.desc())).first()
        assert last is not None
        letter = letters.write(db, last, base_url="https://x.example", now=last.created_at)
    content = build(letter, key=last.key, sender=SENDER, now=company.now).content
    message = message_from_bytes(content, policy=SMTP)
    body = message.get_body()
    assert body is not None
    assert body.get_content_type() == "text/html"
    files = [Calendar.from_ical(part.get_content()) for part in message.iter_attachments()]
    return {str(one["METHOD"]): list(one.walk("VEVENT")) for one in files}


def on(company: Company, contest: int, verb: str, **given: object) -> None:
    with company.door.competing(contest, now=company.now, by=company.ids["H1"]) as (act, competition, field):
        getattr(competitions, verb)(act, competition, field, **given)


def closes_on(company: Company, contest: int):  # type: ignore[no-untyped-def]
    with company.reading() as db:
        return db.get_one(Competition, contest).closes_on


def test_the_last_day_to_enter_comes_moves_and_goes_as_one_event(company: Company) -> None:
    telling(company)
    contest = a_competition(company, days=7)
    (first,) = sent(company, "C", "competition_announced")["PUBLISH"]
    assert first["DTSTART"].dt == closes_on(company, contest)
    assert (str(first["ORGANIZER"]), "ATTENDEE" in first) == ("mailto:hr@example.com", False)
    on(company, contest, "extend", closes_on=first["DTSTART"].dt + timedelta(days=5))
    (moved,) = sent(company, "C", "competition_extended")["PUBLISH"]
    on(company, contest, "cancel", reason="The post is gone.")
    (off,) = sent(company, "C", "competition_called_off")["CANCEL"]
    assert first["UID"] == moved["UID"] == off["UID"] == f"competition-{contest}@x.example"
    assert moved["DTSTART"].dt - first["DTSTART"].dt == timedelta(days=5)
    assert first["SEQUENCE"] < moved["SEQUENCE"] < off["SEQUENCE"]
    assert off["STATUS"] == "CANCELLED"


def test_what_was_called_off_meanwhile_is_not_announced(company: Company) -> None:
    telling(company)
    on(company, a_competition(company, days=7), "cancel", reason="The post is gone.")
    with pytest.raises(Dropped, match="ended"):
        sent(company, "C", "competition_announced")


def test_nobody_hears_that_a_competition_is_off_which_was_over(company: Company) -> None:
    contest = a_competition(company, days=0)
    telling(company)
    company.later(days=3)
    on(company, contest, "cancel", reason="Too few.")
    with company.reading() as db:
        assert db.scalars(select(Delivery.kind)).all() == []


def test_the_talks_of_an_agreed_plan_come_to_both_and_go_with_the_mentoring(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    telling(company)
    name(company, case_id)
    for person in ("T1", "C"):
        agree(company, case_id, person)
    talks = {number: sent(company, number, "plan_agreed")["PUBLISH"] for number in ("T1", "C")}
    for number in talks:
        company.do(plans.check_in, case_id, number, day=30, note="Hard work.")
    company.do(mentoring.revert, case_id, "D1", reason="It is not for him.")
    for number, told in talks.items():
        off = sent(company, number, "mentoring_reverted")["CANCEL"]
        assert [one["UID"] for one in off] == [one["UID"] for one in told[1:]]
        assert "Person" not in str(told)


def test_the_talks_with_somebody_who_has_left_go_from_the_calendar_of_his_mentor(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    telling(company)
    name(company, case_id)
    for person in ("T1", "C"):
        agree(company, case_id, person)
    company.leaves("C")
    company.do(cases.withdraw_leaver, case_id)
    talks = sent(company, "T1", "plan_agreed")["PUBLISH"]
    off = sent(company, "T1", "case_withdrawn")["CANCEL"]
    assert [one["UID"] for one in off] == [one["UID"] for one in talks]


def delivered(company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        act.execute(update(Delivery).values(state=DeliveryState.SENT, sent_at=company.now))


def test_the_talks_of_a_mentor_who_hands_back_go_from_his_calendar_and_come_to_the_next(
    company: Company,
) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    telling(company)
    name(company, case_id)
    for person in ("T1", "C"):
        agree(company, case_id, person)
    talks = [one["UID"] for one in sent(company, "T1", "plan_agreed")["PUBLISH"]]
    delivered(company)
    company.do(mentoring.refuse, case_id, "T1", reason="I am moving.")
    off = sent(company, "T1", "mentorship_refused")["CANCEL"]
    name(company, case_id, "M1")
    agree(company, case_id, "M1")
    comes = sent(company, "M1", "plan_agreed")["PUBLISH"]
    assert [one["UID"] for one in off] == [one["UID"] for one in comes] == talks
    assert sent(company, "T1", "mentorship_refused") == {"CANCEL": off}


def test_the_talks_of_a_mentor_whom_the_clock_replaces_go_from_his_calendar_and_nobody_says_why(
    company: Company,
) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    telling(company)
    name(company, case_id)
    for person in ("T1", "C"):
        agree(company, case_id, person)
    talks = [one["UID"] for one in sent(company, "T1", "plan_agreed")["PUBLISH"]]
    delivered(company)
    keep_apart(company, "T1", "C", ApartBecause.GRIEVANCE)
    sweeps.run(company.door, now=company.now)
    off = sent(company, "T1", "mentor_replaced")["CANCEL"]
    assert [one["UID"] for one in off] == talks
    with company.reading() as db:
        told = [one for one in db.scalars(select(Delivery)) if one.state is DeliveryState.PENDING]
        assert [(one.kind, one.person_id) for one in told] == [("mentor_replaced", company.ids["T1"])]
        letter = letters.write(db, told[0], base_url="https://x.example", now=company.now)
        assert str(case_id) in letter.subject
        said = say("mail.mentor_replaced.other", letter.locale, candidate="Person C")
        assert said in letter.text
        entry = db.get_one(JournalEntry, told[0].entry_id)
        assert entry.facts == {"mentor": company.ids["T1"]}


def test_a_mentor_who_was_replaced_before_his_days_came_gets_none(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    telling(company)
    name(company, case_id)
    for person in ("T1", "C"):
        agree(company, case_id, person)
    company.do(mentoring.refuse, case_id, "T1", reason="I am moving.")
    with pytest.raises(Dropped, match="ended"):
        sent(company, "T1", "plan_agreed")
    assert sent(company, "C", "plan_agreed")["PUBLISH"]


def test_a_mentor_who_declines_before_he_has_days_gets_no_mail(company: Company) -> None:
    case_id = a_case(company, at=Stage.MENTORING)
    telling(company)
    name(company, case_id)
    company.do(mentoring.refuse, case_id, "T1", reason="I have no time.")
    with company.reading() as db:
        assert "mentorship_refused" not in db.scalars(select(Delivery.kind)).all()


def test_the_day_of_effect_comes_with_the_decision_and_goes_with_it(company: Company) -> None:
    case_id = a_case(company, at=Stage.COMMITTEE)
    telling(company)
    drive_on(company, case_id, Stage.NOTICE)
    (effect,) = sent(company, "C", "decision_recorded")["PUBLISH"]
    assert effect["DTSTART"].dt == company.case(case_id).effective_on
    company.do(cases.withdraw, case_id, "H1", reason="He stays where he is.")
    (off,) = sent(company, "C", "case_withdrawn")["CANCEL"]
    assert (off["UID"], off["DTSTART"].dt) == (effect["UID"], effect["DTSTART"].dt)


def test_a_day_nobody_has_told_is_not_taken_out(company: Company) -> None:
    case_id = a_case(company, at=Stage.REVIEW)
    telling(company)
    company.do(cases.withdraw, case_id, "H1", reason="He stays where he is.")
    assert sent(company, "C", "case_withdrawn") == {}
