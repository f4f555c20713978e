"""Organisation files: tried out first with a report of every line, then loaded."""

from werkzeug.wrappers import Response

from api.policy import allows
from web.desk import require_hr
from web.rendering import Pages, personal
from workflow.permissions import Operation

blueprint = Pages("imports")

_SHOWN = 200  # of lines and differences: whoever has more of them looks into his file first


@blueprint.get("/desk/import")
@allows(Operation.READ_PAGES)
def show() -> Response:
    """Where an organisation file is tried out and loaded, and what has come of it."""
    require_hr()
    return personal("import.html", shown=_SHOWN)
