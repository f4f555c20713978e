"""A new password by mail: asked for by anybody, given to whoever reads the mail, once."""

import time
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from api.access import resets
from api.models import ExternalIdentity, FailedTries, PasswordReset
from api.signing import signed, to_reset
from notifications import access
from notifications.letters import Dropped, Letter
from notifications.messages import announce
from notifications.models import Delivery
from server.clock import beat
from tests.api.conftest import ClientFor, give_password
from tests.company import Company
from workflow import journal
from workflow.models import Base, Employee, JournalEntry
from workflow.store import Door

OLD = "a long enough password"
NEW = "another that is longer still"
ASK = "/api/v1/password-resets"
SECRET = "for tests only"


@pytest.fixture
def app_secret(app: Flask) -> str:
    return str(app.secret_key)


def ask(client: FlaskClient, person: str, **more: Any) -> tuple[int, bytes]:
    answer = client.post(ASK, json={"person": person}, **more)
    return answer.status_code, answer.data


def mails(company: Company, kind: str = access.RESET_ASKED) -> list[Delivery]:
    with company.reading() as db:
        return list(db.scalars(select(Delivery).where(Delivery.kind == kind).order_by(Delivery.id)))


def letter(company: Company, mail: Delivery) -> Letter:
    with company.reading() as db:
        return access.write(
            db,
            mail,
            reset_link=lambda handle, address: (
                "https://p.example.com/password/" + signed(SECRET, handle, to_reset(address))
            ),
            base_url="https://p.example.com",
            now=company.now,
        )


def token_for(client: FlaskClient, company: Company, person: str = "C") -> str:
    assert ask(client, person)[0] == 202
    text = letter(company, mails(company)[-1]).text
    return next(word for word in text.split() if "/password/" in word).rpartition("/")[2]


def use(client: FlaskClient, token: str, password: str = NEW, **more: Any) -> int:
    return client.post(f"{ASK}/{token}", json={"password": password, **more}).status_code


def signs_in(client: FlaskClient, number: str, password: str) -> bool:
    given = {"number": number, "password": password}
    return client.post("/api/v1/session", json=given).status_code == 201


def test_whoever_reads_the_mail_sets_a_new_password_once(client: FlaskClient, company: Company) -> None:
    give_password(company, "C", OLD)
    token = token_for(client, company)
    assert client.get(f"{ASK}/{token}").get_json() == {"number": "C", "name": "Person C"}
    assert use(client, token) == 204
    assert signs_in(client, "C", NEW)
    assert not signs_in(client, "C", OLD)
    assert use(client, token, "and yet another long one") == 410
    with company.reading() as db:
        assert list(journal.verify(db)) == []
        assert "password_reset" in db.scalars(select(JournalEntry.action)).all()


def test_a_new_password_by_mail_signs_out_everywhere(
    client: FlaskClient, client_for: ClientFor, company: Company
) -> None:
    elsewhere = client_for("C")
    assert use(client, token_for(client, company)) == 204
    assert elsewhere.get("/api/v1/session").status_code == 401
    assert client.get("/api/v1/session").status_code == 401


def test_a_link_is_asked_for_by_number_or_address(client: FlaskClient, company: Company) -> None:
    for person in ("C", "p1@EXAMPLE.com"):
        ask(client, person)
    assert [mail.person_id for mail in mails(company)] == [company.ids["C"], company.ids["P1"]]


def test_known_and_unknown_people_are_told_the_same_after_the_same_work(
    client: FlaskClient, company: Company, statements: list[str]
) -> None:
    company.leaves("H2")
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.number == "P2").values(email=None))
    answers, work = set(), set()
    for person in ("C", "c@example.com", "P2", "H2", "nobody", "nobody@example.com", "' OR 1=1 --"):
        statements.clear()
        answers.add(ask(client, person))
        work.add(tuple(statements))
    assert len(answers) == len(work) == 1
    assert len(mails(company)) == 1  # the second of C comes too soon after the first


def test_the_answer_comes_at_the_same_time_whether_there_is_anybody(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    rested: list[float] = []
    monkeypatch.setattr(resets, "_ANSWERED_AFTER", 100.0)
    monkeypatch.setattr(time, "sleep", rested.append)
    for person in ("C", "nobody"):
        began = time.monotonic()
        ask(client, person)
        assert 100 <= rested[-1] + time.monotonic() - began < 110
    assert len(rested) == 2


def test_an_address_that_two_people_share_is_nobodys(client: FlaskClient, company: Company) -> None:
    with company.door.acting(now=company.now) as act:
        shared = Employee.number.in_(("C", "P1"))
        act.execute(update(Employee).where(shared).values(email="office@example.com"))
    ask(client, "office@example.com")
    assert mails(company) == []
    ask(client, "C")
    assert [mail.person_id for mail in mails(company)] == [company.ids["C"]]


def test_whoever_comes_by_single_sign_on_alone_gets_no_password(
    client: FlaskClient, company: Company
) -> None:
    with company.door.acting(now=company.now) as act:
        for number in ("C", "P1"):
            who = {"issuer": "https://id.example.com", "subject": number, "person_id": company.ids[number]}
            act.add(ExternalIdentity(**who, linked_at=company.now))
    give_password(company, "P1", OLD)
    assert ask(client, "C") == ask(client, "P1")
    assert [mail.person_id for mail in mails(company)] == [company.ids["P1"]]


def test_nobody_is_flooded_with_mails(client: FlaskClient, company: Company) -> None:
    for _ in range(8):
        ask(client, "C")
        company.later(minutes=5)
    assert len(mails(company)) == 3


def test_a_link_lasts_an_hour(client: FlaskClient, company: Company) -> None:
    token = token_for(client, company)
    company.later(minutes=60)
    assert use(client, token) == 410
    beat(company.door, lambda: company.now)
    with company.reading() as db:
        assert db.scalars(select(PasswordReset)).all() == []
    with pytest.raises(Dropped):
        letter(company, mails(company)[0])


def test_a_password_that_is_refused_uses_no_link_up(client: FlaskClient, company: Company) -> None:
    token = token_for(client, company)
    assert use(client, token, "short") == 422
    assert use(client, token, "") == 422
    assert use(client, token) == 204


def test_every_link_is_over_once_one_was_used(client: FlaskClient, company: Company) -> None:
    first = token_for(client, company)
    company.later(minutes=20)
    second = token_for(client, company)
    assert first != second
    assert use(client, second) == 204
    assert use(client, first) == 410


def test_only_the_newest_link_counts(client: FlaskClient, company: Company) -> None:
    first = token_for(client, company)
    company.later(minutes=20)
    second = token_for(client, company)
    assert use(client, first) == 410
    assert use(client, second) == 204


def test_a_new_password_ends_the_links_whoever_set_it(
    client: FlaskClient, client_for: ClientFor, company: Company
) -> None:
    give_password(company, "C", OLD)
    token = token_for(client, company)
    changed = client_for("C").put("/api/v1/me/password", json={"old": OLD, "new": NEW})
    assert changed.status_code == 204
    assert use(client, token, "and yet another long one") == 410


def test_whoever_sets_a_new_password_by_mail_ends_what_others_have_made_in_his_name(
    client: FlaskClient, client_for: ClientFor, company: Company
) -> None:
    stolen = (
        client_for("C").post("/api/v1/tokens", json={"name": "x", "scopes": ["read"]}).get_json()["token"]
    )
    assert use(client, token_for(client, company)) == 204
    held = {"Authorization": f"Bearer {stolen}"}
    assert client.get("/api/v1/employees/C", headers=held).status_code == 401


def test_a_link_in_a_mailbox_that_is_no_longer_the_persons_opens_nothing(
    client: FlaskClient, company: Company
) -> None:
    token = token_for(client, company)
    for address, status in (("new@example.com", 410), (None, 410), ("C@Example.com", 204)):
        with company.door.acting(now=company.now) as act:
            act.execute(update(Employee).where(Employee.number == "C").values(email=address))
        assert use(client, token) == status


def test_reset_confusion(client: FlaskClient, company: Company) -> None:
    # OrangeHRM CVE-2025-66225: whose password is set was said by the form, not by the link.
    give_password(company, "H1", OLD)
    token = token_for(client, company, "C")
    for name in ("number", "person", "employee", "id"):
        assert use(client, token, **{name: "H1"}) == 422
    assert use(client, token) == 204
    assert signs_in(client, "H1", OLD)
    assert not signs_in(client, "H1", NEW)


def test_host_poisoning(client: FlaskClient, company: Company) -> None:
    # Indico CVE-2021-30185: the link in the mail led to the host that the request named.
    forged = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    assert ask(client, "C", headers=forged)[0] == 202
    [mail] = mails(company)
    assert "evil" not in str(vars(mail)) + letter(company, mail).text + letter(company, mail).html


def test_what_lies_in_the_database_opens_nothing(app: Flask, client: FlaskClient, company: Company) -> None:
    token = token_for(client, company)
    with company.reading() as db:
        rows = [str(row) for table in Base.metadata.sorted_tables for row in db.execute(select(table))]
        handle = db.scalars(select(PasswordReset.handle)).one()
    assert not any(token in row for row in rows)
    for forged in (
        handle,
        handle + "A" * 32,
        signed(SECRET, handle),
        signed("other", handle, to_reset("c@example.com")),
        "x",
        "é",
    ):
        assert use(client, forged) == 410
    assert use(client, token) == 204


def test_whoever_has_left_uses_no_link(client: FlaskClient, company: Company) -> None:
    token = token_for(client, company)
    company.leaves("C")
    assert use(client, token) == 410


def test_a_new_password_ends_the_pause_after_failures(client: FlaskClient, company: Company) -> None:
    give_password(company, "C", OLD)
    for _ in range(6):
        assert not signs_in(client, "C", "wrong")
    assert use(client, token_for(client, company)) == 204
    assert signs_in(client, "C", NEW)


def test_asking_is_slowed_down_too(client: FlaskClient, company: Company) -> None:
    answers = [ask(client, "C")[0] for _ in range(7)]
    assert answers == [202] * 6 + [429]
    with company.reading() as db:
        assert len(db.scalars(select(FailedTries)).all()) == 2


@pytest.mark.parametrize("number", ["C", "P1"])
def test_whoever_has_a_new_password_is_told_in_his_language(company: Company, number: str) -> None:
    company.door = Door(company.door.engine, announce=announce)
    with company.door.acting(now=company.now) as act:
        locale = "en" if number == "P1" else "zh_Hans"
        act.execute(update(Employee).where(Employee.number == number).values(locale=locale))
    give_password(company, number, OLD)
    [mail] = mails(company, "password_set")
    told = letter(company, mail)
    assert (told.to, told.locale) == (f"{number.lower()}@example.com", locale)
    assert number in told.text
    assert OLD not in told.text
