"""Cycles: list them, open one, see what has become of its drafts."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from api.acting import acting, cycling, person
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.cycles import Cycle, CyclePage, NewCycle, WholeCycle
from api.strict import Resources
from workflow import cycles, drafts, models
from workflow.errors import NotFound
from workflow.permissions import Operation
from workflow.queries.cycles import draft_counts
from workflow.relations import Relation, roles_of

blueprint = Resources("cycles", "Windows in which nominations are taken under one edition")


@blueprint.route("/cycles")
class CyclesView(MethodView):
    """All cycles."""

    @allows(Operation.READ_CYCLES)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, CyclePage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List the cycles"""
        return page_of(select(models.Cycle), [models.Cycle.id], arguments)

    @allows(Operation.OPEN_CYCLE)
    @blueprint.arguments(NewCycle)
    @blueprint.response(201, Cycle)
    def post(self, wanted: dict[str, Any]) -> models.Cycle:
        """Open a cycle"""
        edition_id = wanted.pop("edition")
        with acting() as act:
            return cycles.open_cycle(act, edition_id=edition_id, **wanted)


@blueprint.route("/cycles/<int:cycle_id>")
class CycleView(MethodView):
    """One cycle."""

    @allows(Operation.READ_CYCLES)
    @blueprint.response(200, WholeCycle)
    def get(self, cycle_id: int) -> dict[str, Any]:
        """Read a cycle; HR and auditors also read what has become of its drafts"""
        cycle = db.session.get(models.Cycle, cycle_id)
        if cycle is None:
            raise NotFound(kind="cycle")
        is_told = roles_of(db.session(), person()) & {Relation.HR, Relation.AUDITOR}
        columns = {column.key: getattr(cycle, column.key) for column in models.Cycle.__table__.columns}
        return {**columns, "drafts": draft_counts(db.session(), cycle) if is_told else None}


@blueprint.route("/cycles/<int:cycle_id>/acknowledgement")
class AcknowledgementView(MethodView):
    """That somebody has looked at a cycle."""

    @allows(Operation.CHECK_CYCLE)
    @blueprint.response(204)
    def post(self, cycle_id: int) -> None:
        """Say that one has looked at a cycle which opened no draft"""
        with cycling(cycle_id) as (act, cycle):
            drafts.acknowledge(act, cycle)
