"""News comes however late it is, but not once what it tells of is over."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from office import Office
from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import subscriptions
from notifications.letters import Dropped, Letter, write
from notifications.models import Delivery
from tests.builders import a_case, a_competition
from tests.company import Company
from tests.workflow.absent import away
from tests.workflow.begun import begun, nothing
from tests.workflow.test_mails_about_asking import telling
from workflow import cases, emergencies
from workflow.database import writing
from workflow.models import Absence, PromotionCase
from workflow.vocabulary import Role, Stage, TaskKind

ONE_MONTH = timedelta(days=30)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    with begun(tmp_path, nothing) as (company, _):
        telling(company)
        yield company


def sent(office: Office, kind: str) -> Letter:
    """The mail of a kind as it goes out after a month without a mail server."""
    (news,) = office.deliveries(kind=kind)
    with Session(office.engine) as db:
        return write(db, news, base_url="https://p.example.com", now=office.now + ONE_MONTH)


def of_company(company: Company, kind: str, days: int) -> Letter:
    with company.reading() as db:
        news = db.scalars(select(Delivery).where(Delivery.kind == kind)).first()
        assert news is not None
        at = company.now + timedelta(days=days)
        return write(db, news, base_url="https://p.example.com", now=at)


def goes_on(office: Office, case: int) -> None:
    with writing(office.engine) as db:
        db.get_one(PromotionCase, case).stage = Stage.NOMINATED


def is_freed(office: Office, case: int) -> None:
    office.is_stuck(case, reason=None)


def is_sent_again(office: Office, _case: int) -> None:
    office.done(1)


@pytest.mark.parametrize(
    ("action", "happens_next"),
    [("draft_opened", goes_on), ("nomination_returned", is_sent_again), ("case_stuck", is_freed)],
)
def test_what_waits_still_is_told_late_and_what_is_over_is_not(
    office: Office, action: str, happens_next: Callable[[Office, int], None]
) -> None:
    nominator = office.a_person(role=Role.HR)
    case = office.a_case(office.a_person(), nominator)
    office.a_task(nominator, kind=TaskKind.REVISE_NOMINATION, case=case)
    office.is_stuck(case)
    office.happens(action, case)
    assert "reaches you late" in sent(office, action).text
    happens_next(office, case)
    with pytest.raises(Dropped, match="ended"):
        sent(office, action)


def test_nobody_is_invited_to_a_competition_that_is_closed(company: Company) -> None:
    a_competition(company, days=7)
    assert of_company(company, "competition_announced", days=6)
    with pytest.raises(Dropped, match="ended"):
        of_company(company, "competition_announced", days=9)


def test_nobody_is_told_to_open_a_case_which_nobody_may_open_any_more(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    company.do(emergencies.ask, case_id, "P1", reason="The works council asks at once.")
    assert of_company(company, "emergency_asked", days=0)
    with pytest.raises(Dropped, match="ended"):
        of_company(company, "emergency_asked", days=1)


def test_the_end_of_a_case_is_told_however_late(company: Company) -> None:
    case_id = a_case(company, at=Stage.NOMINATED)
    company.do(cases.withdraw, case_id, "H1", reason="The post was cut.")
    assert of_company(company, "case_withdrawn", days=365)


def test_nobody_is_named_a_substitute_for_days_that_are_gone(company: Company) -> None:
    key = away(company, "L1", "L2", by="D1")
    with company.reading() as db:
        days = (db.get_one(Absence, key).until_on - company.now.date()).days
    assert of_company(company, "substitute_named", days=days)
    with pytest.raises(Dropped, match="ended"):
        of_company(company, "substitute_named", days=days + 1)


def gone(db: Session, subscription: int, now: datetime) -> None:
    subscriptions.note_gone(db, subscription, now)


def silent_for_five_days(db: Session, subscription: int, now: datetime) -> None:
    for days in (0, 2, 5, 6):
        subscriptions.note_failure(db, subscription, now + timedelta(days=days))


@pytest.mark.parametrize("is_found", [gone, silent_for_five_days])
def test_whose_receiver_is_switched_off_is_told_and_no_more_that_attempts_go_on(
    office: Office, is_found: Callable[[Session, int, datetime], None]
) -> None:
    subscription = office.a_subscription(office.a_person(role=Role.HR))
    with writing(office.engine) as db:
        is_found(db, subscription, office.now)
    assert "example.com" in sent(office, "webhook_off").text
    for _ in office.deliveries(kind="webhook_failing"):
        with pytest.raises(Dropped, match="ended"):
            sent(office, "webhook_failing")
    with writing(office.engine) as db:
        subscriptions.switch_on(db, subscription)
    with pytest.raises(Dropped, match="ended"):
        sent(office, "webhook_off")


def test_nobody_is_warned_of_a_receiver_that_answers_again(office: Office) -> None:
    subscription = office.a_subscription(office.a_person(role=Role.HR))
    for days in (0, 1):
        with writing(office.engine) as db:
            subscriptions.note_failure(db, subscription, office.now + timedelta(days=days))
    assert sent(office, "webhook_failing")
    with writing(office.engine) as db:
        subscriptions.note_answer(db, subscription)
    with pytest.raises(Dropped, match="ended"):
        sent(office, "webhook_failing")
