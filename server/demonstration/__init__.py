"""The demonstration organisation: made-up people of an after-sales branch, with a case in every stage."""

import re
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from api.models import Account
from integrations import contacts, organisation
from server.demonstration import beginnings, contests, post, story
from server.demonstration.branch import CHINA, HR_OFFICER, Branch
from web.visitors import Visitor
from workflow import criteria, cycles, seats
from workflow.act import Act
from workflow.editions import reading
from workflow.models import Employee, Reminder
from workflow.rules.calendars import Calendar
from workflow.rules.deadlines import add_working_days
from workflow.store import Door

PASSWORD = "jinsheng-demo"

_FILE = Path(__file__).with_name("organisation.csv")
_CONTACTS = Path(__file__).with_name("contacts.csv")  # customers of one who is being reviewed
_WRITTEN_IN = 2026
_LENGTH_OF_STORY = timedelta(days=280)
_HALF_A_YEAR = timedelta(days=200)
_COMMITTEE = ("1002", "1003", "1010", "1011", "1021", "1033", "1043")
_HR_MANAGER, _WITHOUT_MAILBOX = "1008", "1039"
# Those a visitor signs in as, in the order in which a case meets them; the catalogue says what they see.
_WORTH_A_VISIT = (
    *("1042", "1012", "1043", "1022", "1008", "1002", "1010", "1047", "1038"),
    *("1039", "1009", "1006", "1007"),
)


def load(door: Door, *, now: datetime) -> list[Visitor]:
    """Load the people and play their story up to `now`, unless anybody is on file; say who to sign in as.

    Nothing of the past is announced: nobody gets a mail about what was over before the first start;
    what would have been sent in the last days is on file as sent.
    """
    quiet = Door(door.engine, announce=post.announcing(now))
    with Session(door.engine) as db:
        is_empty = db.scalar(select(Employee.id).limit(1)) is None
    if is_empty:
        branch = _found(quiet, now)
        branch.play(chain(story.stories(branch), beginnings.stories(branch), contests.stories(branch)))
        with quiet.acting(now=now) as act:
            act.execute(delete(Reminder).where(Reminder.at <= now))
            post.settle(act, _WITHOUT_MAILBOX)
    return _sign_ins(quiet)


def _found(door: Door, now: datetime) -> Branch:
    today = now.astimezone(CHINA).date()
    began_on = add_working_days(today - _LENGTH_OF_STORY, 1, Calendar("CN"))
    began_at = datetime.combine(began_on, time(9), CHINA).astimezone(UTC)
    with door.acting(now=began_at) as act:
        people = _import(act, now)
        _give_passwords(act, people)
        edition_id = criteria.publish(act, reading.shipped()["default"]).id
    with door.acting(now=began_at, by=people[_HR_MANAGER]) as act:
        post.subscribe(act)
    with door.acting(now=began_at, by=people[HR_OFFICER]) as act:
        contacts.load(act, organisation.read_rows(_CONTACTS.read_bytes()))
        _seat_committee(act, people, until_on=today + 3 * _LENGTH_OF_STORY)
        cycle_id = cycles.open_cycle(
            act,
            name=f"{today.year}年度晋升 Promotion cycle {today.year}",
            edition_id=edition_id,
            opens_on=began_on,
            closes_on=today + timedelta(days=30),
            opens_drafts=False,  # the story tells who is put forward, and the first minute stays quiet
        ).id
    return Branch(door, people, edition_id, cycle_id, today, began_at)


def _import(act: Act, now: datetime) -> dict[str, int]:
    rows = organisation.read_rows(_as_of(now).encode())
    plan = organisation.check(rows, None, organisation.known_organisation(act))
    organisation.load(act, plan)
    return {person.number: person.id for person in act.all(select(Employee))}


def _as_of(now: datetime) -> str:
    """The file with its years moved along, so that nobody is ever too new or too long without training."""
    years = (now - _HALF_A_YEAR).year - _WRITTEN_IN
    return re.sub(r"20\d\d", lambda year: str(int(year[0]) + years), _FILE.read_text("utf-8"))


def _give_passwords(act: Act, people: dict[str, int]) -> None:
    # One hash for all: the password is no secret, and hashing is slow by design.
    password_hash = PasswordHasher().hash(PASSWORD)
    act.execute(
        insert(Account),
        [
            {"employee_id": key, "password_hash": password_hash, "password_set_at": act.now}
            for key in people.values()
        ],
    )


def _seat_committee(act: Act, people: dict[str, int], *, until_on: date) -> None:
    members = [act.db.get_one(Employee, people[number]) for number in _COMMITTEE]
    seats.constitute(
        act,
        name="晋升评审委员会 Promotion committee",
        chair=members[0],
        members=members,
        from_on=act.now.date(),
        until_on=until_on,
    )


def _sign_ins(door: Door) -> list[Visitor]:
    with_account = select(Employee).join(Account, Account.employee_id == Employee.id)
    with Session(door.engine) as db:
        names = {person.number: person.name for person in db.scalars(with_account)}
    return [Visitor(number, names[number], PASSWORD) for number in _WORTH_A_VISIT if number in names]
