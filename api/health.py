"""Whether the process lives, and whether it can serve."""

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from api.database import db
from api.policy import allows
from workflow.permissions import Operation

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@allows(Operation.READ_HEALTH)
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
@allows(Operation.READ_HEALTH)
def readyz() -> Response:
    """The database answers too; 503 if it does not."""
    db.session.execute(text("SELECT 1"))
    return jsonify(status="ok")
