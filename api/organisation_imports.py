"""Organisation files: try one out, see what it would change, and load it."""

from typing import Any

from flask.views import MethodView

from api import plain
from api.acting import acting, by_itself, running
from api.files import TABLES, table_sent
from api.policy import allows
from api.schemas.organisation_imports import ImportQuery, OrganisationImport
from api.strict import Resources
from workflow.permissions import Operation

blueprint = Resources("organisation_imports", "Files with departments, people and what is on file about them")

_TABLE = {"schema": {"type": "string"}, "example": "employee_number,name,department\n1038,李娜,Service\n"}


@blueprint.route("/organisation-imports")
class OrganisationImportsView(MethodView):
    """Files with the organisation."""

    @allows(Operation.IMPORT_ORGANISATION, reads=("file",))
    @blueprint.arguments(ImportQuery, location="query")
    @blueprint.doc(requestBody={"required": True, "content": dict.fromkeys(TABLES, _TABLE)})
    @blueprint.response(200, OrganisationImport)
    def post(self, how: dict[str, Any]) -> dict[str, Any]:
        """Try out an organisation file, CSV or XLSX, or load it with `dry_run=false`

        The body is the file, of at most 960 kB, with the product's own columns; `names` has a line
        `employee_number: 工号` for each that is called otherwise. Tried out, it changes nothing
        and every bad line is named; loaded, one bad line refuses it as a whole, unless `skip_bad=true`.
        Levels and posts that a case has set are never undone. Roles are not given by a file here.
        """
        data, is_tried = table_sent(), how["dry_run"]
        try:
            with by_itself(), acting() as act:
                upload = running().importer(
                    act,
                    data,
                    skip_bad=is_tried or how["skip_bad"],
                    names=how["names"],
                    skip_unknown=how["skip_unknown"],
                )
                if is_tried:
                    raise _NothingKept
        except _NothingKept:
            pass
        return {
            "dry_run": is_tried,
            "lines": upload.lines,
            "report": upload.report,
            "left": len(upload.report.left),
            "left_alone": upload.left_alone,
            "ignored": upload.ignored,
            "bad_lines": plain.explained(upload.problems),
        }


class _NothingKept(Exception):
    """Leaves a transaction without keeping anything of it."""
