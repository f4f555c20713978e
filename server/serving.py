"""`jinsheng serve`: web, clock and delivery in one process that ends gracefully."""

import signal
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from types import FrameType
from typing import TYPE_CHECKING, Any

import structlog
import waitress
from waitress.adjustments import Adjustments
from waitress.proxy_headers import proxy_headers_middleware

from api.strict import LARGEST_BODY
from notifications.engines import embedded
from server import clock, places
from server.app import create_service
from server.clock import Beating
from server.config import Settings
from server.way import RightOfWay
from web.visitors import Visitor
from workflow.database import connect
from workflow.store import Door

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_log = structlog.get_logger()
_MOST_TAKEN_IN = 4 * LARGEST_BODY  # what is a little too large is refused in words, more at once


def serve(
    settings: Settings,
    *,
    host: str,
    port: int,
    now: Callable[[], datetime] = clock.system_time,
    visitors: Sequence[Visitor] = (),
    start_clock: Callable[[Door, Callable[[], datetime]], Beating] = clock.start,
) -> None:
    """Serve until told to stop (SIGTERM or SIGINT); raises places.Taken on a second start.

    With `visitors` it is the demonstration, whose front page lets anybody be one of them.
    """
    with places.whole(connect(settings.database_url)):
        bell = threading.Event()
        service = create_service(settings, now=now, wake=bell.set, visitors=visitors)
        way = RightOfWay(settings.way)
        couriers = embedded.start(service.door.engine, service.channels, now, bell=bell, give_way=way.give)
        beating = start_clock(service.door, now)
        server = waitress.create_server(
            way.of(service.app),
            host=host,
            port=port,
            threads=8,
            ident=None,
            max_request_body_size=_MOST_TAKEN_IN,
            **behind(settings),
        )
        try:
            _stop_on_signal()
            _log.info("serving", host=host, port=port)
            server.run()  # until `_Stop`, which it takes for an order to end
        finally:
            server.close()
            beating.shutdown(wait=True)
            couriers.stop()
            _log.info("stopped")


def behind(settings: Settings) -> dict[str, Any]:
    """How to find out who is calling where a proxy stands before the service; others are not believed."""
    if settings.trusted_proxy is None:
        return {}
    return {
        "trusted_proxy": settings.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for"},
        "clear_untrusted_proxy_headers": True,
    }


def behind_proxy(app: "WSGIApplication", settings: Settings) -> "WSGIApplication":
    """The application, told who is calling by the proxy where one is trusted, whatever serves it."""
    told = Adjustments(**behind(settings))
    if not told.trusted_proxy:
        return app
    wrapped: WSGIApplication = proxy_headers_middleware(
        app,
        trusted_proxy=told.trusted_proxy,
        trusted_proxy_count=told.trusted_proxy_count,
        trusted_proxy_headers=told.trusted_proxy_headers,
        clear_untrusted=told.clear_untrusted_proxy_headers,
    )
    return wrapped


class _Stop(SystemExit):
    """A signal asked the process to end; whatever else is raised while a line is read, waitress swallows."""


def _stop_on_signal() -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _Stop

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
