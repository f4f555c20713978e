"""The pages that describe the API: openapi.json, and Swagger UI from our own house."""

from importlib.resources import files

from flask import Blueprint, Response, current_app, jsonify, send_from_directory

from api.openapi import description_of
from api.policy import allows
from workflow.permissions import Operation

blueprint = Blueprint("documentation", __name__)

_PARTS = files("flask_swagger_ui") / "dist"
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Jinsheng API</title>
<link rel="icon" type="image/png" href="favicon-32x32.png">
<link rel="stylesheet" href="swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="start.js"></script>
</body>
</html>
"""
# Swagger UI writes styles and small pictures into its page.
_CSP = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_START = 'SwaggerUIBundle({url: "/api/v1/openapi.json", dom_id: "#swagger-ui", deepLinking: true});\n'


@blueprint.after_request
def _protect(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = _CSP
    return answer


@blueprint.get("/api/v1/openapi.json")
@allows(Operation.READ_DESCRIPTION)
def description() -> Response:
    """The description of every resource, for programs."""
    return jsonify(description_of(current_app))


@blueprint.get("/api/docs/")
@allows(Operation.READ_DESCRIPTION)
def page() -> Response:
    """The description of every resource, for people."""
    return Response(_PAGE, content_type="text/html; charset=utf-8")


@blueprint.get("/api/docs/start.js")
@allows(Operation.READ_DESCRIPTION)
def start() -> Response:
    """What starts the page; a file of its own, for pages carry no scripts inside."""
    return Response(_START, content_type="text/javascript; charset=utf-8")


@blueprint.get("/api/docs/<path:part>")
@allows(Operation.READ_DESCRIPTION)
def documentation_part(part: str) -> Response:
    """Styles and scripts of the page."""
    return send_from_directory(str(_PARTS), part)
