"""Where people reach the service, as its settings say: a request tells nothing of the proxy before it."""

from typing import cast

from flask import current_app


def base_url() -> str:
    """Scheme, host and port, where links begin."""
    return cast(str, current_app.config["BASE_URL"])
