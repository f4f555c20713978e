"""Style, scripts and what else pages load: from our own house, the same for everybody."""

from flask import Blueprint, Response, send_from_directory

from api.policy import allows
from workflow.permissions import Operation

blueprint = Blueprint("web_static", __name__)


@blueprint.get("/static/<any('page.css', 'page.js', 'htmx.js', 'passkeys.js', 'picker.js'):name>")
@allows(Operation.READ_DESCRIPTION)
def part(name: str) -> Response:
    """One file of the pages."""
    answer = send_from_directory(f"{blueprint.root_path}/static", name)
    answer.headers["Cache-Control"] = "max-age=3600"
    return answer
