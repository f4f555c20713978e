"""The `webhooks` of the description: what receivers are sent, how it is signed, and what they answer."""

from typing import Any

from apispec import APISpec

from api.examples import example_of
from api.schemas.webhooks import Event
from notifications.audience import EVENTS
from notifications.replays import PING

_TEXT = {"type": "string"}
_HEADERS = {
    "webhook-id": "The same for every attempt and replay of a message; what was seen before is left out.",
    "webhook-timestamp": "Seconds since 1970; older than five minutes is refused.",
    "webhook-signature": (
        "`v1,` and the Base64 of an HMAC-SHA256 over `id.timestamp.body`. For 24 hours after a new secret was"
        " made, one signature by each of the two secrets, parted by a blank."
    ),
}
_ANSWERS = {
    "2XX": "Taken. What it says is not read.",
    "410": "Nothing more is wanted: the subscription is switched off.",
    "default": (
        "Tried again after 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h, or after `Retry-After` where that"
        " is longer. No redirect is followed; 15 seconds are waited."
    ),
}


def describe(spec: APISpec) -> dict[str, Any]:
    """All that can be sent, by event; the schema goes to the components."""
    spec.components.schema("Event", schema=Event)
    return {event: {"post": _sent(event)} for event in sorted((*EVENTS, PING))}


def exemplify(webhooks: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Give every event an example that says its own name."""
    for event, described in webhooks.items():
        content = described["post"]["requestBody"]["content"]["application/json"]
        example = example_of(content["schema"], schemas) | {"type": event}
        content["example"] = example | ({"data": {}} if event == PING else {})


def _sent(event: str) -> dict[str, Any]:
    name = event.replace(".", "_").replace("-", "_")
    return {
        "operationId": f"on_{name}",
        "summary": f"`{event}` has happened"
        if event != PING
        else "The owner wants to know whether this arrives",
        "tags": ["webhooks"],
        "security": [],
        "parameters": [
            {"name": header, "in": "header", "required": True, "description": said, "schema": _TEXT}
            for header, said in _HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Event"}}},
        },
        "responses": {status: {"description": said} for status, said in _ANSWERS.items()},
    }
