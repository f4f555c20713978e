"""Passkeys: made by whoever is signed in, enough to sign in and to prove oneself, a challenge at a time."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from api.models import Passkey, PasskeyChallenge
from server.clock import beat
from tests.api.authenticators import Device, read, text
from tests.api.conftest import ClientFor
from tests.company import Company
from workflow import journal

API = "/api/v1"


def asked(client: FlaskClient, path: str = "/session/passkey/options") -> dict[str, Any]:
    answer = client.post(API + path, json={})
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.get_json()["options"]
    return options


def made(person: FlaskClient, device: Device, name: str = "phone") -> int:
    credential = device.make(asked(person, "/me/passkeys/options"))
    answer = person.post(f"{API}/me/passkeys", json={"name": name, "credential": credential})
    assert answer.status_code == 201, answer.text
    key: int = answer.get_json()["id"]
    return key


def sign_in(client: FlaskClient, credential: Any) -> tuple[int, str | None]:
    answer = client.post(f"{API}/session/passkey", json={"credential": credential})
    return answer.status_code, answer.get_json().get("code")


REFUSED = (401, "passkey_refused")


@pytest.fixture
def device(client_for: ClientFor) -> Device:
    """A device with a passkey of C."""
    device = Device()
    made(client_for("C"), device)
    return device


def test_whoever_has_a_passkey_signs_in_without_saying_who_he_is(
    client: FlaskClient, device: Device, company: Company
) -> None:
    options = asked(client)
    assert options["userVerification"] == "required"
    assert "allowCredentials" not in options or options["allowCredentials"] == []
    assert sign_in(client, device.use(options)) == (201, None)
    assert client.get(f"{API}/session").get_json()["number"] == "C"
    with company.reading() as db:
        assert list(journal.verify(db)) == []
        assert db.scalars(select(PasskeyChallenge)).all() == []


def test_a_challenge_is_answered_once(client: FlaskClient, device: Device) -> None:
    credential = device.use(asked(client))
    assert sign_in(client, credential) == (201, None)
    assert sign_in(client, credential) == REFUSED


def test_a_challenge_lasts_five_minutes(client: FlaskClient, device: Device, company: Company) -> None:
    options = asked(client)
    company.later(minutes=5)
    assert sign_in(client, device.use(options)) == REFUSED
    beat(company.door, lambda: company.now)
    with company.reading() as db:
        assert db.scalars(select(PasskeyChallenge)).all() == []


def test_a_challenge_of_our_own_making_only(client: FlaskClient, device: Device) -> None:
    assert sign_in(client, device.use({"challenge": text(b"c" * 64)})) == REFUSED


@pytest.mark.parametrize(
    "changed",
    [
        {"origin": "https://evil.example"},
        {"host": "evil.example"},
        {"verifies": False},
        {"name": b"another key"},
    ],
)
def test_a_passkey_of_elsewhere_is_refused(
    client: FlaskClient, device: Device, changed: dict[str, Any]
) -> None:
    for name, value in changed.items():
        setattr(device, name, value)
    assert sign_in(client, device.use(asked(client))) == REFUSED


def test_a_passkey_that_was_copied_is_refused(client: FlaskClient, device: Device) -> None:
    assert sign_in(client, device.use(asked(client))) == (201, None)
    device.count = 0  # the copy does not know that the other was used
    assert sign_in(client, device.use(asked(client))) == REFUSED


def test_another_signature_is_refused(client: FlaskClient, device: Device) -> None:
    credential = device.use(asked(client))
    credential["response"]["signature"] = Device().use(asked(client))["response"]["signature"]
    assert sign_in(client, credential) == REFUSED


def test_a_passkey_is_made_by_whoever_the_challenge_was_given_to(client_for: ClientFor) -> None:
    options = asked(client_for("C"), "/me/passkeys/options")
    other = client_for("P1")
    for challenge in (options, asked(other)):  # of somebody else, and one for signing in
        given = {"name": "mine", "credential": Device().make(challenge)}
        answer = other.post(f"{API}/me/passkeys", json=given)
        assert (answer.status_code, answer.get_json()["code"]) == REFUSED


def test_a_device_makes_no_second_passkey_for_one_person(client_for: ClientFor, device: Device) -> None:
    options = asked(client_for("C"), "/me/passkeys/options")
    assert [read(one["id"]) for one in options["excludeCredentials"]] == [device.name]
    credential = device.make(options)
    answer = client_for("C").post(f"{API}/me/passkeys", json={"name": "again", "credential": credential})
    assert answer.status_code == 409


Spoiler = Callable[[dict[str, Any]], Any]


def _without(*path: str) -> Spoiler:
    def spoil(credential: dict[str, Any]) -> Any:
        inner = credential
        for name in path[:-1]:
            inner = inner[name]
        del inner[path[-1]]
        return credential

    return spoil


def _with(value: Any, *path: str) -> Spoiler:
    def spoil(credential: dict[str, Any]) -> Any:
        inner = credential
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value
        return credential

    return spoil


SPOILT: list[Spoiler] = [
    *(_without(name) for name in ("id", "rawId", "type", "response")),
    *(_without("response", name) for name in ("clientDataJSON", "authenticatorData", "signature")),
    *(_with(value, "id") for value in (None, 7, "", "é", [], "A" * 5000)),
    *(_with(value, "response") for value in (None, "x", [], {})),
    *(
        _with(value, "response", "clientDataJSON")
        for value in (None, "x", text(b"[]"), text(b"{}"), text(b"\xff"))
    ),
    *(_with(value, "response", "authenticatorData") for value in (None, "", text(b"x"), text(b"x" * 500))),
    *(_with(value, "response", "signature") for value in (None, "", text(b"x"))),
]


def test_nothing_that_a_browser_sends_breaks_anything(client: FlaskClient, device: Device) -> None:
    for spoil in SPOILT:
        status, _ = sign_in(client, spoil(deepcopy(device.use(asked(client)))))
        assert status in (401, 422)
    for nothing in (None, "", [], 7, {}):
        assert sign_in(client, nothing)[0] in (401, 422)
    assert client.get(f"{API}/session").status_code == 401


def test_what_makes_no_passkey_is_refused(client_for: ClientFor) -> None:
    person = client_for("C")
    for value in (None, "", text(b"x"), text(b"\xff" * 40), 7):
        credential = Device().make(asked(person, "/me/passkeys/options"))
        credential["response"]["attestationObject"] = value
        answer = person.post(f"{API}/me/passkeys", json={"name": "x", "credential": credential})
        assert answer.status_code in (401, 422)


def test_a_passkey_proves_its_own_person_and_nobody_else(
    client_for: ClientFor, device: Device, company: Company
) -> None:
    own, others = client_for("C"), client_for("P1")
    company.later(minutes=15)
    for person in (own, others):
        assert person.get(f"{API}/me/data").get_json()["code"] == "proof_needed"
        person.post(f"{API}/session/proof/passkey", json={"credential": device.use(asked(person))})
    assert own.get(f"{API}/me/data").status_code == 200
    assert others.get(f"{API}/me/data").get_json()["code"] == "proof_needed"


def test_people_list_rename_and_remove_their_own_passkeys(
    client_for: ClientFor, client: FlaskClient, device: Device, company: Company
) -> None:
    assert sign_in(client, device.use(asked(client))) == (201, None)
    (listed,) = client.get(f"{API}/me/passkeys").get_json()["items"]
    assert (listed["name"], listed["last_used_at"]) == ("phone", company.now.isoformat())
    assert {"id", "name", "created_at", "last_used_at"} == listed.keys()
    path = f"{API}/me/passkeys/{listed['id']}"
    assert client_for("P1").put(path, json={"name": "mine"}).status_code == 404
    assert client_for("P1").delete(path).status_code == 404
    assert client.put(path, json={"name": "old phone"}).get_json()["name"] == "old phone"
    assert client.delete(path).status_code == 204
    assert sign_in(client, device.use(asked(client))) == REFUSED


def test_a_passkey_needs_a_proof_to_be_made_and_removed(client_for: ClientFor, company: Company) -> None:
    person = client_for("C")
    key = made(person, Device())
    company.later(minutes=15)
    for method, path in (("POST", "/options"), ("DELETE", f"/{key}")):
        answer = person.open(f"{API}/me/passkeys{path}", method=method, json={})
        assert answer.get_json()["code"] == "proof_needed"


def test_whoever_has_left_signs_in_with_no_passkey(
    client: FlaskClient, device: Device, company: Company
) -> None:
    company.leaves("C")
    assert sign_in(client, device.use(asked(client))) == REFUSED


def test_the_address_of_the_service_is_where_passkeys_belong(app: Flask, client_for: ClientFor) -> None:
    app.config["BASE_URL"] = "https://promotions.example.com"
    options = asked(client_for("C"), "/me/passkeys/options")
    assert options["rp"]["id"] == "promotions.example.com"


def test_on_file_is_the_public_half_only(device: Device, company: Company) -> None:
    with company.reading() as db:
        kept = db.scalars(select(Passkey)).one()
        assert kept.credential_id == device.name
        number = device.key.private_numbers().private_value.to_bytes(32, "big")
        assert number not in kept.public_key
