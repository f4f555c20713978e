"""Passwords: which are refused, how one changes one's own, and how failures are slowed down."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from api.access import passwords
from api.models import FailedTries
from server.clock import beat
from tests.api.conftest import ClientFor, give_password
from tests.company import Company
from workflow import journal
from workflow.errors import Invalid
from workflow.models import Employee, JournalEntry

HASHER = passwords._hasher  # as it is outside of tests
OLD = "a long enough password"
NEW = "another that is longer still"


@pytest.fixture(autouse=True)
def with_password(company: Company) -> None:
    give_password(company, "H1", OLD)


def sign_in(client: FlaskClient, number: str, password: str, address: str = "192.0.2.1") -> TestResponse:
    given = {"number": number, "password": password}
    return client.post("/api/v1/session", json=given, environ_base={"REMOTE_ADDR": address})


def fails(client: FlaskClient, number: str, times: int, **where: str) -> list[int]:
    return [sign_in(client, number, "wrong", **where).status_code for _ in range(times)]


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("eleven char", "password_too_short"),
        ("password1234", "password_too_common"),
        ("qwertyuiop[]", "password_too_common"),
        ("Password2026!", "password_too_common"),
        ("aaaaaaaaaaaaaaaaaaaa", "password_too_common"),
        ("１２３４５６７８９０１２", "password_too_common"),
        ("our jinsheng is very good", "password_says_who"),
        ("wir lieben SERVICE im Haus", "password_says_who"),
        ("Wang Xiaoming plays football", "password_says_who"),
        ("number 40077 is my favourite", "password_says_who"),
        ("xm.wang writes many letters", "password_says_who"),
        ("we all work at acme-parts", "password_says_who"),
        ("王小明喜欢在周末踢足球和游泳", "password_says_who"),
    ],
)
def test_a_password_that_is_guessed_easily_is_refused(company: Company, password: str, reason: str) -> None:
    facts = {"number": "40077", "name": "Wang Xiaoming 王小明", "email": "xm.wang@acme-parts.example"}
    with company.door.acting(now=company.now) as act:
        act.execute(update(Employee).where(Employee.id == company.ids["C"]).values(**facts))
    with pytest.raises(Invalid) as refusal:
        give_password(company, "C", password)
    assert refusal.value.facts["reason"] == reason


def test_a_long_password_is_looked_at_in_no_time_and_kept_to_its_last_sign(
    company: Company, client: FlaskClient
) -> None:
    long = "four unrelated words " + "@4(1!" * 190
    give_password(company, "C", long)
    assert sign_in(client, "C", long[:-1]).status_code == 401
    assert sign_in(client, "C", long).status_code == 201


def test_signs_of_an_input_method_are_the_same_password(company: Company, client: FlaskClient) -> None:
    give_password(company, "C", "ｆｏｕｒ unrelated long words")
    assert sign_in(client, "C", "four unrelated long words").status_code == 201


def test_people_change_their_own_password_and_stay_signed_in_here_only(
    client_for: ClientFor, client: FlaskClient, company: Company
) -> None:
    here, elsewhere = client_for("H1"), client_for("H1")
    assert here.put("/api/v1/me/password", json={"old": OLD, "new": NEW}).status_code == 204
    assert here.get("/api/v1/session").status_code == 200
    assert elsewhere.get("/api/v1/session").status_code == 401
    assert sign_in(client, "H1", OLD).status_code == 401
    assert sign_in(client, "H1", NEW).status_code == 201
    with company.reading() as db:
        assert list(journal.verify(db)) == []
        assert "password_changed" in db.scalars(select(JournalEntry.action)).all()


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"old": "not the old one", "new": NEW}, 403),
        ({"old": "", "new": NEW}, 422),
        ({"old": None, "new": NEW}, 422),
        ({"new": NEW}, 422),
        ({"old": OLD, "new": "short"}, 422),
    ],
)
def test_a_password_is_changed_by_whoever_knows_it_only(
    client_for: ClientFor, client: FlaskClient, given: dict[str, Any], status: int
) -> None:
    assert client_for("H1").put("/api/v1/me/password", json=given).status_code == status
    assert sign_in(client, "H1", OLD).status_code == 201


def test_after_five_failures_the_next_try_waits_longer_and_longer(
    client: FlaskClient, company: Company
) -> None:
    assert fails(client, "H1", 6) == [401] * 6
    waits = []
    for _ in range(8):
        refused = sign_in(client, "H1", OLD)
        assert (refused.status_code, refused.get_json()["code"]) == (429, "too_many_tries")
        waits.append(int(refused.headers["Retry-After"]))
        company.later(seconds=waits[-1])
        assert fails(client, "H1", 1) == [401]
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_nobody_is_locked_out_for_ever(client: FlaskClient, company: Company) -> None:
    for _ in range(20):
        fails(client, "H1", 1)
        company.later(minutes=1)
    assert sign_in(client, "H1", OLD).status_code == 201
    assert fails(client, "H1", 5) == [401] * 5


def test_failures_are_counted_on_file_and_forgotten_after_a_day(
    client: FlaskClient, company: Company
) -> None:
    fails(client, "H1", 6)
    with company.reading() as db:
        assert sorted(db.scalars(select(FailedTries.count))) == [6, 6]
        assert all("H1" not in key and "192" not in key for key in db.scalars(select(FailedTries.key)))
    company.later(hours=24)
    beat(company.door, lambda: company.now)
    with company.reading() as db:
        assert db.scalars(select(FailedTries.count)).all() == []


def test_an_address_that_tries_many_people_waits_too(client: FlaskClient) -> None:
    for number in range(51):
        assert fails(client, f"nobody {number}", 1) == [401]
    assert sign_in(client, "H1", OLD).status_code == 429
    assert sign_in(client, "H1", OLD, address="192.0.2.2").status_code == 201


def test_nobody_is_kept_out_from_elsewhere(
    client: FlaskClient, client_for: ClientFor, company: Company
) -> None:
    person = client_for("H1")
    for second in range(40):
        company.later(seconds=1)
        fails(client, "H1", 1, address=f"198.51.100.{second}")
    assert sign_in(client, "H1", OLD).status_code == 201
    fails(client, "H1", 8, address="127.0.0.1")
    assert person.post("/api/v1/session/proof", json={"password": OLD}).status_code == 200


def test_short_addresses_written_as_long_ones_stay_apart(client: FlaskClient) -> None:
    for number in range(51):
        assert fails(client, f"nobody {number}", 1, address="::ffff:192.0.2.9") == [401]
    assert sign_in(client, "H1", OLD, address="192.0.2.9").status_code == 429
    assert sign_in(client, "H1", OLD, address="::ffff:192.0.2.8").status_code == 201


def test_a_household_with_many_addresses_is_one(client: FlaskClient) -> None:
    for number in range(51):
        assert fails(client, f"nobody {number}", 1, address=f"2001:db8::{number:x}") == [401]
    assert sign_in(client, "H1", OLD, address="2001:db8::ffff").status_code == 429
    assert sign_in(client, "H1", OLD, address="2001:db8:0:1::1").status_code == 201


def test_whoever_signs_in_wipes_out_no_failures_of_others_at_his_address(
    client: FlaskClient, company: Company
) -> None:
    for number in range(50):
        fails(client, f"nobody {number}", 1)
    assert sign_in(client, "H1", OLD).status_code == 201
    assert fails(client, "C", 1) == [401]
    assert sign_in(client, "H1", OLD).status_code == 429


def test_whose_request_is_a_moment_older_than_that_of_another_does_not_wait(
    client: FlaskClient, company: Company
) -> None:
    for moment in (0.005, -0.005, 0.003, -0.004):
        company.later(seconds=moment)
        assert sign_in(client, "H1", OLD).status_code == 201
        company.later(seconds=-0.001)
        assert fails(client, "nobody", 1) == [401]


def test_a_house_full_of_people_who_sign_in_at_once_is_counted_no_failure(
    client: FlaskClient, company: Company
) -> None:
    for _ in range(28):
        company.later(seconds=-0.001)  # each by a clock a little behind that of the one before
        assert sign_in(client, "H1", OLD).status_code == 201
    with company.reading() as db:
        assert set(db.scalars(select(FailedTries.count))) == {0}


def test_a_failure_is_forgotten_in_time_though_others_come_after_it(
    client: FlaskClient, company: Company
) -> None:
    for number in range(54):
        company.later(seconds=50)
        assert fails(client, f"nobody {number}", 1) == [401]
    with company.reading() as db:
        assert max(db.scalars(select(FailedTries.count))) == 54 - 53 * 50 // 60


def test_proofs_and_changes_are_slowed_down_like_signing_in(client_for: ClientFor) -> None:
    person = client_for("H1")
    for _ in range(3):
        assert person.post("/api/v1/session/proof", json={"password": "wrong"}).status_code == 403
        given = {"old": "wrong", "new": NEW}
        assert person.put("/api/v1/me/password", json=given).status_code == 403
    assert person.post("/api/v1/session/proof", json={"password": OLD}).status_code == 429


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every hash that a password was held against."""
    hashes: list[str] = []
    passwords.fits(None, "once, so that nobody's hash is made")
    verify = passwords._hasher.verify

    class Watched:
        def verify(self, known_hash: str, password: str) -> bool:
            hashes.append(known_hash)
            return verify(known_hash, password)

    monkeypatch.setattr(passwords, "_hasher", Watched())
    return hashes


def test_known_and_unknown_people_are_refused_with_the_same_bytes_and_the_same_work(
    client: FlaskClient, statements: list[str], looked_at: list[str], company: Company
) -> None:
    company.leaves("H2")
    answers, work = set(), set()
    for number in ("H1", "C", "H2", "nobody"):  # with a password, without, left, unknown
        statements.clear()
        looked_at.clear()
        answer = sign_in(client, number, "wrong")
        costs = [known.split("$")[1:4] for known in looked_at]
        answers.add((answer.status_code, answer.data))
        work.add((tuple(statements), str(costs)))
    assert len(answers) == len(work) == 1


def test_passwords_are_hashed_slowly() -> None:
    assert HASHER.hash(OLD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")
