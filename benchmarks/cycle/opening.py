"""The day before a cycle begins: committee, competitions, customers, and whoever is put forward by people."""

from datetime import timedelta
from typing import Any

from benchmarks.cycle.calls import Telephone
from benchmarks.cycle.plays import Cast, Play
from benchmarks.cycle.receivers import CUSTOMERS, WebhookReceiver
from workflow.vocabulary import Source

_WORDS = {"statement": "Does the work of the next level already.", "evidence": {}}


def open_cycle(phone: Telephone, cast: Cast, webhooks: WebhookReceiver) -> dict[str, int]:
    """HR subscribes the receiver, seats the committee, lists customers and puts the cycle on file.

    A cycle that opens drafts begins tomorrow, another one today; gives it as nominations name it.
    """
    hr, today = cast.personnel[0], phone.clock.today()
    subscription = phone.make(hr, "/webhook-subscriptions", {"url": webhooks.url, "events": []})
    webhooks.secret = subscription["secret"]
    _seat_committee(phone, cast)
    edition = phone.get(hr, "/editions")["items"][0]["id"]
    wanted = {
        "name": "Spring 2026",
        "edition": edition,
        "opens_drafts": cast.has_drafts,
        "opens_on": (today + timedelta(days=cast.has_drafts)).isoformat(),
        "closes_on": (today + timedelta(days=60)).isoformat(),
    }
    within = {"edition": edition, "cycle": phone.make(hr, "/cycles", wanted)["id"]}
    for play in cast.plays:
        _list_customers(phone, cast, play)
    return within


def announce_competitions(phone: Telephone, cast: Cast, within: dict[str, int]) -> None:
    """HR announces the competitions of a cycle that has begun."""
    today = phone.clock.today()
    for trial in cast.trials:
        announced = {
            "name": trial.contest.name,
            "seats": trial.contest.seats,
            "opens_on": today.isoformat(),
            "closes_on": (today + timedelta(days=trial.contest.closes_after)).isoformat(),
        }
        body = announced | within | trial.contest.step.target
        trial.competition = phone.make(cast.personnel[0], "/competitions", body)["id"]


def put_forward(phone: Telephone, cast: Cast, play: Play, within: dict[str, int]) -> None:
    """Somebody nominates the candidate of a play, within a cycle or apart from any."""
    body = {"candidate": play.candidate.number} | _WORDS | within | play.story.step.target
    assert play.nominator is not None
    made = phone.call(play.nominator, "POST", "/cases", body | _place(phone, cast, play))
    if not made.is_good and made.body["code"] != "case_already_open":
        raise RuntimeError(f"{play.story.name}: {made.body}")
    # A server that died after it had put the case on file refuses a second one.
    known = phone.get(play.nominator, f"/cases?candidate={play.candidate.number}")
    cast.put_on_file(play, known["items"][0]["id"])


def _seat_committee(phone: Telephone, cast: Cast) -> None:
    today = phone.clock.today()
    wanted = {
        "name": "Promotion committee",
        "chair": cast.members[0].number,
        "members": [member.number for member in cast.members],
        "alternates": [alternate.number for alternate in cast.alternates],
        "from_on": today.isoformat(),
        "until_on": (today + timedelta(days=730)).isoformat(),
    }
    cast.committee = phone.make(cast.personnel[0], "/committees", wanted)["id"]


def _list_customers(phone: Telephone, cast: Cast, play: Play) -> None:
    number = play.candidate.number
    items = [
        {
            "source": Source.CUSTOMER,
            "name": f"Customer {index}",
            "email": f"{number}.{index}@{CUSTOMERS}",
            "locale": "zh_Hans",
        }
        for index in range(play.story.customers)
    ]
    if items:
        phone.call(cast.personnel[0], "PUT", f"/employees/{number}/contacts", {"items": items})


def _place(phone: Telephone, cast: Cast, play: Play) -> dict[str, Any]:
    """A new department, and its head as the new manager, where the step leads to one."""
    name = play.story.step.other_department
    if name is None:
        return {}
    departments = phone.get(cast.personnel[0], "/departments")["items"]
    found = next(one for one in departments if one["name"] == name)
    return {"department": found["id"], "manager": found["head"]}
