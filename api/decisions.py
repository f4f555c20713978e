"""The decisions of a cycle: how many wait, and their release together."""

from flask.views import MethodView

from api.acting import person, reading, releasing
from api.database import db
from api.policy import allows
from api.preconditions import heading, require_seen
from api.schemas.decisions import Decisions
from api.strict import Resources
from workflow import decisions
from workflow.permissions import Operation
from workflow.queries import decisions as decision_queries

blueprint = Resources("decisions", "Decisions of a cycle, which are released together")


@blueprint.route("/cycles/<int:cycle_id>/decisions")
class DecisionsView(MethodView):
    """How far the decisions of a cycle are."""

    @allows(Operation.READ_DECISIONS)
    @blueprint.response(200, Decisions)
    def get(self, cycle_id: int) -> tuple[decision_queries.Standing, dict[str, str]]:
        """Count the decisions that are recorded and those still to come"""
        standing = decision_queries.of_cycle(db.session(), cycle_id, person().id)
        return standing, heading(standing)


@blueprint.route("/cycles/<int:cycle_id>/release")
class ReleaseView(MethodView):
    """The release of a cycle's decisions."""

    @allows(Operation.RELEASE_DECISIONS)
    @blueprint.response(200, Decisions)
    def post(self, cycle_id: int) -> decision_queries.Standing:
        """Release all recorded decisions of a cycle at once"""
        with releasing(cycle_id) as (act, cycle, waiting):
            standing = decision_queries.of_cycle(act.db, cycle_id, act.person.id)
            decisions.release(act, cycle, waiting)
            require_seen(standing)
        return decision_queries.of_cycle(reading(), cycle_id, person().id)
