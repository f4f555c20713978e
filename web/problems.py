"""What goes wrong outside the API, as a page for whoever asks with a browser: no such page, not this way."""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from web.rendering import as_page

blueprint = Blueprint("web_problems", __name__, template_folder="templates")


@blueprint.after_app_request
def for_people(answer: Response) -> BaseResponse:
    """A page for a browser; programs, and whoever asks the API, are given the problem as it is."""
    asks_for_page = "text/html" in set(request.accept_mimetypes.values())
    return as_page(answer) if asks_for_page and not request.path.startswith("/api/") else answer
