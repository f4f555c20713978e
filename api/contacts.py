"""Contacts: whom HR lists for a person's reviews beyond line and department."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from api.acting import acting, person
from api.database import db
from api.policy import allows
from api.preconditions import heading, require_seen
from api.schemas.contacts import Contacts, ContactsSeen
from api.strict import Resources
from workflow import contacts
from workflow.contacts import Listed
from workflow.errors import NotFound
from workflow.models import Employee
from workflow.permissions import Operation
from workflow.queries import contacts as contact_queries

blueprint = Resources("contacts", "Superiors, peers and customers listed for a person's reviews")


@blueprint.route("/employees/<number>/contacts")
class ContactsView(MethodView):
    """The list of one person."""

    @allows(Operation.KEEP_CONTACTS)
    @blueprint.response(200, ContactsSeen)
    def get(self, number: str) -> tuple[dict[str, Any], dict[str, str]]:
        """Read whom a person's reviews can ask beyond line and department"""
        _require_known(number)
        return _told(number)

    @allows(Operation.KEEP_CONTACTS)
    @blueprint.arguments(Contacts)
    @blueprint.response(200, ContactsSeen)
    def put(self, given: dict[str, Any], number: str) -> tuple[dict[str, Any], dict[str, str]]:
        """Put a new list in the place of the old one"""
        _require_known(number)
        with acting() as act:
            # Two who have seen the same list come one after the other.
            act.first(select(Employee.id).where(Employee.number == number).with_for_update(key_share=True))
            require_seen(contact_queries.listed_for(act.db, number))
            contacts.replace_lists(act, {number: [Listed(**line) for line in given["items"]]})
        return _told(number)


def _told(number: str) -> tuple[dict[str, Any], dict[str, str]]:
    listed = contact_queries.listed_for(db.session(), number)
    people = contact_queries.named_in(db.session(), listed)
    refused = contact_queries.refused_for(db.session(), number)
    return {"items": listed, "people": people, "refused": refused}, heading(listed)


def _require_known(number: str) -> None:
    contacts.require_no_stake(db.session(), person(), [number])
    if db.session.scalar(select(Employee.id).where(Employee.number == number)) is None:
        raise NotFound(kind="employee")
