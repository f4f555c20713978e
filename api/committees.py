"""Committees: seat them, change who sits, and see what is before them."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from api import wording
from api.acting import acting, person
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.parts import by_number, people_by_number
from api.plain import shallow
from api.policy import allows
from api.preconditions import heading, require_seen
from api.schemas.committees import AgendaPage, Committee, CommitteePage, NewCommittee, NewSeat
from api.strict import Resources
from workflow import models, seats
from workflow.act import Act
from workflow.errors import NotFound
from workflow.permissions import Operation
from workflow.queries import agenda
from workflow.queries import committees as committee_queries

blueprint = Resources("committees", "Committees, who sits on them and what is before them")


@blueprint.route("/committees")
class CommitteesView(MethodView):
    """All committees."""

    @allows(Operation.READ_COMMITTEES)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, CommitteePage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List committees with their members"""
        page = page_of(committee_queries.committees(), [models.Committee.id], arguments)
        return Page(committee_queries.with_seats(db.session(), page.items), page.next)

    @allows(Operation.SEAT_COMMITTEE)
    @blueprint.arguments(NewCommittee)
    @blueprint.response(201, Committee)
    def post(self, wanted: dict[str, Any]) -> committee_queries.CommitteeSeen:
        """Seat a committee for a term of office"""
        numbers, chair, alternates = (wanted.pop(name) for name in ("members", "chair", "alternates"))
        with acting() as act:
            committee = seats.constitute(
                act,
                members=people_by_number(act, numbers),
                alternates=people_by_number(act, alternates),
                chair=by_number(act, chair),
                **wanted,
            )
            return committee_queries.with_seats(act.db, [committee])[0]


@blueprint.route("/committees/<int:committee_id>")
class CommitteeView(MethodView):
    """One committee."""

    @allows(Operation.READ_COMMITTEES)
    @blueprint.response(200, Committee)
    def get(self, committee_id: int) -> tuple[committee_queries.CommitteeSeen, dict[str, str]]:
        """Read a committee with its members"""
        committee = db.session.get(models.Committee, committee_id)
        if committee is None:
            raise NotFound(kind="committee")
        (found,) = committee_queries.with_seats(db.session(), [committee])
        return found, heading(found)


@blueprint.route("/committees/<int:committee_id>/seats/<number>")
class SeatView(MethodView):
    """One person's seat in a committee."""

    @allows(Operation.SEAT_COMMITTEE)
    @blueprint.arguments(NewSeat)
    @blueprint.response(200, Committee)
    def put(self, wanted: dict[str, Any], committee_id: int, number: str) -> committee_queries.CommitteeSeen:
        """Fill a vacant seat, take over another's, change a term or pass on the chair"""
        replaced = wanted.pop("in_place_of")
        with acting() as act:
            _require_seen(act, committee_id)
            former = by_number(act, replaced) if replaced is not None else None
            member = by_number(act, number)
            committee = seats.seat(act, committee_id, member, in_place_of=former, **wanted)
            return committee_queries.with_seats(act.db, [committee])[0]

    @allows(Operation.SEAT_COMMITTEE)
    @blueprint.response(200, Committee)
    def delete(self, committee_id: int, number: str) -> committee_queries.CommitteeSeen:
        """End somebody's term of office today"""
        with acting() as act:
            _require_seen(act, committee_id)
            committee = seats.end_term(act, committee_id, by_number(act, number))
            return committee_queries.with_seats(act.db, [committee])[0]


@blueprint.route("/committees/<int:committee_id>/agenda")
class AgendaView(MethodView):
    """What is before a committee."""

    @allows(Operation.READ_AGENDA)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, AgendaPage)
    def get(self, arguments: dict[str, Any], committee_id: int) -> Page:
        """Read the cases before a committee side by side, by post and in order of merit

        The limit is one of cases; a post with more of them goes on with the next page.
        """
        agenda.require_reader(db.session(), committee_id, person().id)
        page = page_of(agenda.of_committee(committee_id, person().id), agenda.ORDER, arguments)
        return Page([_shown(post) for post in agenda.by_post(db.session(), page.items)], page.next)


def _shown(post: agenda.Post) -> dict[str, Any]:
    return shallow(post) | {"cases": [_contender(one) for one in post.cases]}


def _contender(found: agenda.Contender) -> dict[str, Any]:
    facts = [wording.checked(one, found.rules) | {"is_waived": one.is_waived} for one in found.eligibility]
    told = {"eligibility": facts, "build_up": wording.build_up(found.build_up)}
    return shallow(found) | told | {"composite": found.build_up.composite}


def _require_seen(act: Act, committee_id: int) -> None:
    # Two who have seen the same committee come one after the other.
    query = select(models.Committee).where(models.Committee.id == committee_id)
    committee = act.first(query.with_for_update(key_share=True))
    if committee is None:
        raise NotFound(kind="committee")
    require_seen(committee_queries.with_seats(act.db, [committee])[0])
