"""The journal: search it, verify that nothing was altered, take it along as a table."""

from typing import Any

from flask import Response
from flask.views import MethodView
from sqlalchemy.orm import Session

from api.acting import let_go, now, person, roles, seen
from api.database import db
from api.pagination import Page, page_of
from api.policy import allows
from api.schemas.journal import (
    JournalPage,
    JournalQuery,
    JournalSearch,
    JournalVerification,
    WantedVerification,
)
from api.strict import Resources
from api.tables import CSV, Cells, table
from workflow.journal import Verification, chain_of, verified
from workflow.permissions import Operation
from workflow.queries import journal
from workflow.queries.shaping import Person

blueprint = Resources("journal", "What has happened, by whom, and that nothing of it was altered")

_HEAD = (
    *("at", "case", "candidate", "candidate_name", "action", "actor", "actor_name"),
    *("person", "person_name", "on_behalf_of", "on_behalf_of_name", "chain", "facts", "text"),
)


@blueprint.route("/journal")
class JournalView(MethodView):
    """The journal."""

    @allows(Operation.READ_JOURNAL)
    @blueprint.arguments(JournalQuery, location="query")
    @blueprint.response(200, JournalPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """Search the journal, newest first

        HR reads of the cases it is HR to, auditors of the others too and of what belongs to no case; both
        read what the timeline of a case tells them and no more.
        """
        paging = {"cursor": arguments.pop("cursor", None), "limit": arguments.pop("limit")}
        wanted = journal.Search(**arguments)
        query = journal.entries(person(), roles(), wanted)
        return page_of(query, [journal.PLACE], paging, newest_first=True)


@blueprint.route("/journal/verification")
class VerificationView(MethodView):
    """Whether the journal holds."""

    @allows(Operation.VERIFY_JOURNAL)
    @blueprint.arguments(WantedVerification)
    @blueprint.response(200, JournalVerification)
    def post(self, wanted: dict[str, Any]) -> Verification:
        """Walk the chain of one case, or every chain, and name the first entry that was altered"""
        case_id = wanted["case"]
        if case_id is not None:
            seen(case_id)
            let_go()
        with Session(db.engine) as reading:  # in one piece, for it is read while it comes
            return verified(reading, chain_of(case_id) if case_id is not None else None)


@blueprint.route("/journal/export")
class ExportView(MethodView):
    """The journal as a table."""

    @allows(Operation.EXPORT_JOURNAL)
    @blueprint.arguments(JournalSearch, location="query")
    @blueprint.response(200, {"type": "string"}, content_type=CSV)
    def get(self, wanted: dict[str, Any]) -> Response:
        """Take along what a search finds, oldest first, as CSV in UTF-8"""
        found = journal.entries(person(), roles(), journal.Search(**wanted))
        name = f"journal-{now().date()}.csv"
        return table(name, _HEAD, found.order_by(journal.PLACE), _cells)


def _cells(line: journal.Line) -> Cells:
    told = line.happening
    return (
        *(told.at.isoformat(), line.case_id, *_named(line.candidate), told.action, *_named(told.actor)),
        *(*_named(told.person), *_named(told.on_behalf_of), line.chain, told.facts, told.text),
    )


def _named(one: Person | None) -> tuple[str | None, str | None]:
    return (one.number, one.name) if one is not None else (None, None)
