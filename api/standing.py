"""Standing: for which steps somebody can be nominated, and what of that the facts on file allow."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from api import plain, wording
from api.acting import now, person
from api.database import db
from api.policy import allows
from api.schemas.standing import Standing, StandingQuery
from api.strict import Resources
from translations import both
from workflow.act import Act
from workflow.errors import NotFound
from workflow.models import Employee
from workflow.permissions import Operation
from workflow.queries.editions import edition_for
from workflow.queries.standing import Footing, standing

blueprint = Resources("standing", "Where people stand against the steps that are open to them")


@blueprint.route("/me/standing")
class OwnStandingView(MethodView):
    """One's own standing."""

    @allows(Operation.READ_STANDING)
    @blueprint.arguments(StandingQuery, location="query")
    @blueprint.response(200, Standing)
    def get(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Read where I stand against each step that is open to me, with or without a case"""
        return _told(person(), **arguments)


@blueprint.route("/employees/<number>/standing")
class StandingView(MethodView):
    """The standing of somebody who might be nominated."""

    @allows(Operation.READ_STANDING)
    @blueprint.arguments(StandingQuery, location="query")
    @blueprint.response(200, Standing)
    def get(self, arguments: dict[str, Any], number: str) -> dict[str, Any]:
        """Read for what somebody can be nominated, and whether he is eligible

        Everybody reads the targets, for everybody may nominate a colleague and knows post and level from the
        directory. Values and answers are for the person, his superiors and HR: even a bare "not eligible"
        would tell a colleague of ratings or a sanction. They are what the check of a nomination would answer
        today.
        """
        found = db.session.scalars(select(Employee).where(Employee.number == number)).first()
        if found is None:
            raise NotFound(kind="employee")
        return _told(found, **arguments)


def _told(someone: Employee, *, cycle: int | None, edition: int | None, **wanted: Any) -> dict[str, Any]:
    act = Act(db.session(), person(), now())
    edition_id = edition_for(act.db, on=act.now.date(), cycle_id=cycle, edition_id=edition)
    targets = [_target(one) for one in standing(act, someone, edition_id) if _is_wanted(one, **wanted)]
    return {"person": someone, "edition": edition_id, "as_of": act.now.date(), "targets": targets}


def _is_wanted(footing: Footing, *, post: str | None = None, **wanted: Any) -> bool:
    posts = [one.key for one in footing.prospect.posts]
    is_there = all(getattr(footing.prospect.step, name) is value for name, value in wanted.items())
    return is_there and (post is None or post in posts)


def _target(footing: Footing) -> dict[str, Any]:
    step = footing.prospect.step
    rules = footing.findings
    return {
        "track": step.track,
        "track_name": both(f"track.{step.track}"),
        "level": step.level,
        "level_name": both(f"level.{step.level}"),
        "is_up": footing.prospect.is_up,
        "posts": footing.prospect.posts,
        "verdict": plain.verdict(footing.verdict) if footing.verdict is not None else None,
        "rules": None if rules is None else [wording.checked(one, step.eligibility) for one in rules],
    }
