"""How a process logs: one line an event, with the request it belongs to, without what a function held."""

import logging
import sys
from enum import StrEnum
from typing import Any

import structlog


class LogFormat(StrEnum):
    """For people to read, or one JSON object a line."""

    TEXT = "text"
    JSON = "json"


def configure(form: LogFormat = LogFormat.TEXT) -> None:
    """Log to the standard error stream from INFO on; a traceback must not print what a function held."""
    before: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    last = _as_json() if form is LogFormat.JSON else _as_text()
    structlog.configure(
        processors=[*before, *last],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    _let_libraries_log(before, last)


def _as_json() -> list[Any]:
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]


def _as_text() -> list[Any]:
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain, pad_event_to=0)]


def _let_libraries_log(before: list[Any], last: list[Any]) -> None:
    """What libraries warn of comes out in the same form."""
    handler = logging.StreamHandler(sys.stderr)
    forget = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=[forget, *last])
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
