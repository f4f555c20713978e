"""Why a message was not delivered, in words that say who can mend it."""

from collections.abc import Iterator

from translations import both, codes

_TROUBLE = "delivery_trouble"
_OF_WEBHOOKS = {3: "redirected", 4: "receiver_refuses", 5: "receiver_fails"}
_OF_MAILS = {4: "server_busy", 5: "server_refuses"}


def in_words(channel: str, error: str | None) -> dict[str, str] | None:
    """What is kept of a failed attempt by a `Channel`, in every language; None where nothing is."""
    if not error:
        return None
    known = set(codes(_TROUBLE))
    code = next(one for one in _codes(channel, error) if one in known)
    return both(f"{_TROUBLE}.{code}", said=error)


def _codes(channel: str, error: str) -> Iterator[str]:
    first = error.partition(" ")[0]
    if not first.isdecimal():
        yield first
    elif channel == "mail":
        yield _OF_MAILS.get(int(first) // 100, "unforeseen")
    elif channel == "chat":
        yield "robot_refuses"
    else:
        yield f"status_{first}"
        yield _OF_WEBHOOKS.get(int(first) // 100, "unforeseen")
    yield "unforeseen"
