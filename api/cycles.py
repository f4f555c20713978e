"""Cycles: list them, open one, see what has become of its drafts."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from api.acting import acting, cycling, now, person, roles
from api.database import db
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.cycles import Cycle, CyclePage, CycleProgress, LateTaskPage, NewCycle, WholeCycle
from api.strict import Resources
from workflow import cycles, drafts, models
from workflow.errors import NotFound
from workflow.models import Task
from workflow.permissions import Operation
from workflow.queries import progress
from workflow.queries.cycles import draft_counts
from workflow.relations import Relation

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
        is_told = roles() & {Relation.HR, Relation.AUDITOR}
        columns = {column.key: getattr(cycle, column.key) for column in models.Cycle.__table__.columns}
        return {**columns, "drafts": draft_counts(db.session(), cycle) if is_told else None}


@blueprint.route("/cycles/<int:cycle_id>/progress")
class ProgressView(MethodView):
    """How far a cycle is."""

    @allows(Operation.READ_PROGRESS)
    @blueprint.response(200, CycleProgress)
    def get(self, cycle_id: int) -> progress.Progress:
        """Count the cases of a cycle by stage and department: how many, overdue, stuck

        Counted are the cases that the caller sees as HR or as an auditor. Late forms, sheets and ballots are
        counts of the whole cycle, told from so many people on as a review shows together.
        """
        return progress.of_cycle(db.session(), cycle_id, person().id, now())


@blueprint.route("/cycles/<int:cycle_id>/late-tasks")
class LateTasksView(MethodView):
    """Who is late."""

    @allows(Operation.READ_PROGRESS)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, LateTaskPage)
    def get(self, arguments: dict[str, Any], cycle_id: int) -> Page:
        """List the overdue tasks of a cycle's cases and who has them, the oldest first

        Forms, sheets and ballots are not among them.
        """
        query = progress.late_tasks(db.session(), cycle_id, person().id, now())
        return page_of(query, [Task.due_at, Task.id], arguments)


@blueprint.route("/cycles/<int:cycle_id>/acknowledgement")
class AcknowledgementView(MethodView):
    """That somebody has looked at a cycle."""

    @allows(Operation.CHECK_CYCLE)
    @blueprint.response(204)
    def post(self, cycle_id: int) -> None:
        """Say that one has looked at a cycle which opened no draft"""
        with cycling(cycle_id) as (act, cycle):
            drafts.acknowledge(act, cycle)
