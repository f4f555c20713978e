"""The choices of a field that names people, as somebody types."""

from flask import request
from werkzeug.wrappers import Response

from api.policy import allows
from web.asking import read
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("colleagues")


@blueprint.get("/colleagues")
@allows(Operation.READ_PAGES, reads={"query"})
def show() -> Response:
    """Those whom words may mean."""
    return personal("colleagues.html", people=read("/people", q=request.args.get("q", ""))["items"])
