"""The ladder of each track: levels, posts, and what every step of it asks."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from api import wording
from api.acting import now, person
from api.database import db
from api.policy import allows
from api.schemas.ladders import LadderQuery, Ladders
from api.strict import Resources
from translations import both
from workflow.editions.describing import describe_step
from workflow.editions.library import edition_in_force, edition_of
from workflow.errors import NotFound
from workflow.models import CriteriaEdition
from workflow.permissions import Operation
from workflow.queries.editions import is_known_to
from workflow.rules.edition import Edition, StepRules
from workflow.rules.eligibility import asked
from workflow.vocabulary import Level, Track

blueprint = Resources("ladders", "What can be reached on each track, and what every step asks")


@blueprint.route("/ladders")
class LaddersView(MethodView):
    """The ladders of an edition."""

    @allows(Operation.READ_CRITERIA)
    @blueprint.arguments(LadderQuery, location="query")
    @blueprint.response(200, Ladders)
    def get(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Read the ladder of every track, by the edition in force or by another one"""
        row = _edition(arguments["edition"])
        edition = edition_of(db.session(), row.id)
        return {
            "edition": row,
            "name": edition.name,
            "criteria": edition.criteria,
            "ladders": [_ladder(edition, track) for track in Track],
        }


def _edition(key: int | None) -> CriteriaEdition:
    if key is None:
        found = edition_in_force(db.session(), now().date())
    else:
        query = select(CriteriaEdition).where(CriteriaEdition.id == key, is_known_to(person().id))
        found = db.session.scalars(query).first()
    if found is None:
        raise NotFound(kind="edition")
    return found


def _ladder(edition: Edition, track: Track) -> dict[str, Any]:
    rungs = [_rung(edition, track, level) for level in Level]
    return {"track": track, "track_name": both(f"track.{track}"), "levels": rungs}


def _rung(edition: Edition, track: Track, level: Level) -> dict[str, Any]:
    step = edition.step(track, level)
    return {
        "level": level,
        "level_name": both(f"level.{level}"),
        "posts": edition.posts_at(track, level),
        "asks": _asks(step) if step is not None else [],
        "step": describe_step(step),
    }


def _asks(step: StepRules) -> list[dict[str, Any]]:
    return [wording.asked(finding, step.eligibility) for finding in asked(step.eligibility)]
