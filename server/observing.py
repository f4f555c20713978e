"""What a process tells about the requests it answers: a line of the log each, and figures."""

from time import perf_counter

import structlog
from flask import Flask, Response, g, request

from api.acting import request_id
from api.identity import KNOWN
from api.tables import CSV
from server.figures import Figures
from workflow.permissions import Operation

# Whoever takes along what is on file about others leaves a trace.
_TAKEN_ALONG = frozenset({Operation.READ_DOSSIER, Operation.EXPORT_JOURNAL, Operation.EXPORT_OWN_DATA})

_log = structlog.get_logger()


def observe(app: Flask, figures: Figures) -> None:
    """Let the application tell about every request, and about every file that is taken along."""
    app.extensions["jinsheng figures"] = figures
    app.before_request(_begin)

    @app.after_request
    def note(answer: Response) -> Response:
        if _is_export(answer):
            _note_reading()
        if KNOWN not in request.environ:  # a page asks the API within its own request
            seconds = perf_counter() - g.began
            figures.note(request.method, answer.status_code, seconds)
            _note_answer(answer, seconds)
        return answer


def _begin() -> None:
    g.began = perf_counter()
    structlog.contextvars.bind_contextvars(request_id=request_id())


def _is_export(answer: Response) -> bool:
    is_file = answer.mimetype == CSV or g.get("operation") in _TAKEN_ALONG
    return is_file and answer.status_code == 200 and "caller" in g


def _note_reading() -> None:
    """Who has taken along what: keys of rows, no names."""
    what = {name: key for name, key in (request.view_args or {}).items() if isinstance(key, int)}
    _log.info("taken_along", operation=g.operation, person=g.person.id, **what)


def _note_answer(answer: Response, seconds: float) -> None:
    # The rule, not the path: a path can hold the handle of a customer's form.
    route = request.url_rule.rule if request.url_rule else None
    took = round(seconds * 1000, 1)
    _log.info("answered", method=request.method, route=route, status=answer.status_code, milliseconds=took)
