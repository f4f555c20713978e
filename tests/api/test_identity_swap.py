"""Two worlds that differ only in who gave which answer look the same to everybody but the two raters."""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from api.application import run_on
from integrations.organisation import bring_in
from notifications import invitations
from notifications.messages import announce
from notifications.models import Delivery
from tests.api.calls import API
from tests.api.conftest import signed_in
from tests.api.every_look import every_look
from tests.application import application_on
from tests.builders import a_case, answers, evidence, raters, vote_all
from tests.company import PEERS, Company, a_company
from tests.customers import customer_answers, customers, links, list_contacts
from tests.databases import emptied_postgresql, fresh_sqlite
from workflow import committees, decisions, reviews
from workflow import customers as customer_verbs
from workflow.models import JournalEntry, PromotionCase
from workflow.store import Door
from workflow.vocabulary import Stage, TaskKind

# One of everybody who could have anything to do with the case, and one who has nothing.
OBSERVERS = ("C", "L1", "L2", "D1", "H1", "H2", "A1", "X1", "M1", "M2", "J1", "T1", *PEERS)
# The page of a case holds its checklist and its timeline.
OF_CASE = ("/cases/{case}", "/cases/{case}/review", "/cases/{case}/review/form")
PATHS = (*OF_CASE, "/cases", "/reviews", "/inbox", "/me/data")
HIGH = ({**answers(5), "learns": None}, {**evidence(5), "diagnoses": "Never saw anybody so calm."})
LOW = (answers(1), {**evidence(1), "diagnoses": "换了三次件还没修好。"})
PRAISE = (customer_answers(5), "Always on time.")
BLAME = (customer_answers(1), "来了三次都没修好。")


@dataclass
class World:
    """A company with its application; what people see of it is noted as it is served."""

    company: Company
    app: Flask
    case: int = 0
    is_complete: bool = False
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def seen_by_all_but(self, *hidden: str) -> Iterator[tuple[str, str, int, bytes]]:
        """Every answer everybody else gets, byte for byte."""
        for number in sorted(self.readers() - {*hidden}):
            for path in self.paths():
                answer = self.client(number).get(API + path)
                yield number, path, answer.status_code, answer.data

    def readers(self) -> set[str]:
        """Everybody; where all there is is looked at, a third rater and one other stand for all peers."""
        asked = set(raters(self.company, self.case))
        everybody = {*OBSERVERS, *asked}
        if not self.is_complete or "JINSHENG_EVERYBODY" in os.environ:
            return everybody
        rated, others = [one for one in PEERS if one in asked], [one for one in PEERS if one not in asked]
        return everybody - {*rated[3:], *others[1:]}

    def paths(self) -> list[str]:
        """What everybody looks at: all there is, or what has to do with reviews."""
        if self.is_complete:
            return every_look(self.app, case_id=self.case)
        return [path.format(case=self.case) for path in PATHS]

    def client(self, number: str) -> FlaskClient:
        """A client on which the person is signed in."""
        if number not in self.clients:
            key, now = self.company.ids[number], self.company.now
            self.clients[number] = signed_in(self.app, self.company.door.engine, key, now)
        return self.clients[number]

    def left_the_house(self) -> str:
        """Everything that is to be sent, and the journal."""
        with self.company.door.acting(now=self.company.now) as act:
            invitations.sweep(act)
        with self.company.reading() as db:
            sent = [
                (row.key, row.kind, row.payload, row.next_at.isoformat())
                for row in db.scalars(select(Delivery).order_by(Delivery.key))
            ]
            written = [
                (row.chain, row.sequence, row.at.isoformat(), row.action, row.actor_id, row.facts)
                for row in db.scalars(
                    select(JournalEntry).order_by(JournalEntry.chain, JournalEntry.sequence)
                )
            ]
            versions = db.scalars(select(PromotionCase.version)).all()
        return json.dumps([sent, written, list(versions)])


@pytest.fixture
def seeded(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets every world begin with the same keys and seeds."""

    def begin() -> None:
        numbers = count()
        monkeypatch.setattr(
            secrets, "token_hex", lambda n=32: sha256(str(next(numbers)).encode()).hexdigest()[: 2 * n]
        )
        monkeypatch.setattr(Fernet, "generate_key", staticmethod(lambda: b"A" * 43 + b"="))

    return begin


@contextmanager
def a_world(engine: Engine, *, is_complete: bool = False) -> Iterator[World]:
    company = a_company(Door(engine))
    list_contacts(company, *customers(9))
    with application_on(engine) as (made, own):
        company.door = Door(own, announce=announce)
        run_on(made, door=company.door, now=lambda: company.now, importer=bring_in)
        yield World(company, made, is_complete=is_complete)
    engine.dispose()


def story(world: World, *, is_swapped: bool) -> list[Any]:
    """A case through its review to the decision, with what everybody else sees on the way."""
    company = world.company
    case = world.case = a_case(company, at=Stage.REVIEW)
    one, other = sorted(set(raters(company, case)) & set(PEERS))[:2]
    first, second = links(company, case)[:2]
    forms, comments = ((LOW, HIGH), (BLAME, PRAISE)) if is_swapped else ((HIGH, LOW), (PRAISE, BLAME))
    seen: list[Any] = []
    for rater, (marks, words) in zip((one, other), forms, strict=True):
        company.do(reviews.save_draft, case, rater, answers=marks, evidence={})
        company.do(reviews.submit_form, case, rater, answers=marks, evidence=words)
    for link, (marks, comment) in zip((first, second), comments, strict=True):
        company.do(customer_verbs.submit, case, link=link, answers=marks, comment=comment)
    seen += [*world.seen_by_all_but(one, other), world.left_the_house()]
    for link in links(company, case):
        company.do(customer_verbs.submit, case, link=link, answers=customer_answers(4))
    for rater in sorted(raters(company, case)):
        company.do(reviews.submit_form, case, rater, answers=answers(3), evidence={})
    assert company.case(case).stage is Stage.COMMITTEE
    seen += [*world.seen_by_all_but(one, other), world.left_the_house()]
    (task,) = company.open_tasks(case, TaskKind.OPEN_BALLOT)
    chair = company.number(task.assignee_id)
    company.do(committees.open_ballot, case, chair)
    vote_all(company, case)
    company.do(decisions.record_decision, case, chair, text="Carried by the committee.")
    # After the close the two raters themselves know nothing more of whose answer is whose.
    seen += [*world.seen_by_all_but(), world.left_the_house()]
    return seen


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_who_gave_which_answer_changes_no_byte_that_others_read(
    kind: str, seeded: Any, tmp_path: Path
) -> None:
    told = []
    for is_swapped in (False, True):
        folder = tmp_path / str(is_swapped)
        folder.mkdir()
        seeded()
        engine = fresh_sqlite(folder) if kind == "sqlite" else emptied_postgresql()
        # On one database every look there is, on both what has to do with reviews.
        with a_world(engine, is_complete=kind == "sqlite") as world:
            told.append(story(world, is_swapped=is_swapped))
    for left, right in zip(*told, strict=True):
        assert left == right
    assert {one[2] for one in told[0] if one[1] == "/me/data"} == {200}


def test_the_worlds_do_show_the_answers_to_those_who_may_read_them(
    seeded: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without this the swap would prove nothing."""
    seeded()
    monkeypatch.setattr(f"{__name__}.OBSERVERS", ("H1",))
    with a_world(fresh_sqlite(tmp_path)) as world:
        told = story(world, is_swapped=False)
    outcomes = [
        json.loads(one[3])["outcome"]
        for one in told
        if isinstance(one, tuple) and one[1].endswith("/review") and one[2] == 200
    ]
    comments = next(outcome["comments"] for outcome in outcomes if outcome)
    assert "Never saw anybody so calm." in comments["diagnoses"]
    assert set(comments["_overall"]) == {"Always on time.", "来了三次都没修好。"}
