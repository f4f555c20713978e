"""The mail by which a competition is announced to those who may enter it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications import letters
from notifications.messages import announce
from notifications.models import Delivery
from tests.builders import a_competition
from tests.company import Company
from workflow.models import Employee
from workflow.store import Door


@pytest.mark.parametrize(
    ("locale", "subject", "dates"),
    [
        ("en", "Internal competition: Regional manager", "from 2 Mar 2026 to 9 Mar 2026"),
        ("zh_Hans", "竞聘公告：Regional manager", "2026年3月2日至2026年3月9日"),
    ],
)
def test_an_invitation_names_the_post_and_its_days_in_the_readers_language(
    company: Company, locale: str, subject: str, dates: str
) -> None:
    with company.door.acting(now=company.now) as act:
        act.db.get_one(Employee, company.ids["C"]).locale = locale
    company.door = Door(company.door.engine, announce=announce)
    contest = a_competition(company, days=7)
    with Session(company.door.engine) as db:
        mine = select(Delivery).where(Delivery.person_id == company.ids["C"])
        letter = letters.write(db, db.scalars(mine).one(), base_url="https://x.example", now=company.now)
    assert letter.subject == subject
    assert dates in letter.text
    assert f"https://x.example/competitions/{contest}" in letter.text
