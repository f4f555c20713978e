"""Cycles: list them, open one."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from api.acting import acting
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.cycles import Cycle, CyclePage, NewCycle
from api.strict import Resources
from workflow import cycles, models
from workflow.permissions import Operation

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
