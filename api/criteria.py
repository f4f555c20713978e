"""Editions of the criteria: read them, publish a new one."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from api.acting import acting, person, reading, roles
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.criteria import EditionPage, EditionText, WholeEdition
from api.strict import Resources
from workflow import criteria
from workflow.editions.describing import describe
from workflow.editions.library import edition_of
from workflow.errors import NotFound
from workflow.models import CriteriaEdition
from workflow.permissions import ALLOWED, Operation
from workflow.queries.editions import is_known_to
from workflow.queries.shaping import people
from workflow.vocabulary import EditionState

blueprint = Resources("criteria", "What each step of a ladder asks, in immutable editions")


@blueprint.route("/editions")
class EditionsView(MethodView):
    """All editions."""

    @allows(Operation.READ_CRITERIA)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, EditionPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List the editions; drafts are for HR and auditors"""
        query = select(CriteriaEdition).where(is_known_to(person().id))
        return page_of(query, [CriteriaEdition.id], arguments)

    @allows(Operation.PUBLISH_CRITERIA)
    @blueprint.arguments(EditionText)
    @blueprint.response(201, WholeEdition)
    def post(self, given: dict[str, Any]) -> dict[str, Any]:
        """Put an edition forward, which somebody else in HR publishes

        The same text again gives the edition already on file.
        """
        with acting() as act:
            edition = criteria.propose(act, given["text"])
        return _whole(edition)


@blueprint.route("/editions/<int:edition_id>")
class EditionView(MethodView):
    """One edition."""

    @allows(Operation.READ_CRITERIA)
    @blueprint.response(200, WholeEdition)
    def get(self, edition_id: int) -> dict[str, Any]:
        """Read everything an edition says"""
        query = select(CriteriaEdition).where(CriteriaEdition.id == edition_id, is_known_to(person().id))
        edition = db.session.scalars(query).first()
        if edition is None:
            raise NotFound(kind="edition")
        return _whole(edition)

    @allows(Operation.PUBLISH_CRITERIA)
    @blueprint.response(204)
    def delete(self, edition_id: int) -> None:
        """Take back an edition that was put forward and is not published; its version is free again"""
        with acting() as act:
            criteria.withdraw(act, edition_id)


@blueprint.route("/editions/<int:edition_id>/publication")
class PublicationView(MethodView):
    """What makes an edition count."""

    @allows(Operation.PUBLISH_CRITERIA)
    @blueprint.response(200, WholeEdition)
    def post(self, edition_id: int) -> dict[str, Any]:
        """Publish an edition that somebody else in HR has put forward

        It counts for what is opened from then on; every case keeps the edition it was opened under.
        """
        with acting() as act:
            edition = criteria.confirm(act, edition_id)
        return _whole(edition)


def _whole(edition: CriteriaEdition) -> dict[str, Any]:
    columns = {column.key: getattr(edition, column.key) for column in CriteriaEdition.__table__.columns}
    is_draft = edition.state is EditionState.DRAFT
    author = edition.proposed_by_id if is_draft else None
    return {
        **columns,
        "proposed_by": people(reading(), (author,)).get(author),
        "may_publish": is_draft
        and bool(roles() & ALLOWED[Operation.PUBLISH_CRITERIA])
        and not criteria.needs_another(edition, person().id),
        "contents": describe(edition_of(reading(), edition.id)),
    }
