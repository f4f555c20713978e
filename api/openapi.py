"""The description of the API as OpenAPI 3.1, with every error as a problem."""

from http import HTTPStatus
from threading import Lock
from typing import Any

from flask import Flask
from flask_smorest import Api, Blueprint  # type: ignore[import-untyped]
from flask_smorest.utils import prepare_response  # type: ignore[import-untyped]
from marshmallow import Schema, fields

from api import webhook_events
from api.contract import complete

_SETTINGS = {"API_TITLE": "Jinsheng", "API_VERSION": "v1", "OPENAPI_VERSION": "3.1.0"}
_COOKIE = "The cookie is `jinsheng`, or `__Host-jinsheng` where the service is reached by https."


class Problem(Schema):
    """An error as RFC 9457 has it, with a stable code and both languages."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    messages = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    code = fields.String(required=True)
    facts = fields.Dict(keys=fields.String(), required=True)


class Description(Api):  # type: ignore[misc]  # the library ships no types
    """Registers resources and describes them; errors are left to `api.problems`."""

    ERROR_SCHEMA = Problem

    def __init__(self, app: Flask) -> None:
        """Begin the description of an application."""
        for name, value in _SETTINGS.items():
            app.config.setdefault(name, value)
        app.config.setdefault("API_SPEC_OPTIONS", _options(app.config["SESSION_COOKIE_NAME"]))
        self._unwritten: list[Blueprint] = []
        self._writing = Lock()
        self._document: dict[str, Any] | None = None
        super().__init__(app)

    def register_blueprint(self, resource: Blueprint) -> None:
        """Serve a resource; its description is written when somebody asks, for that takes its time."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][resource.name] = self
        self._app.register_blueprint(resource)
        self._unwritten.append(resource)

    def document(self) -> dict[str, Any]:
        """The whole description; written once."""
        with self._writing:
            if self._document is not None:
                return self._document
            for resource in self._unwritten:
                resource.register_views_in_doc(
                    self, self._app, self.spec, name=resource.name, parameters=None
                )
                self.spec.tag({"name": resource.name, "description": resource.description})
            webhooks = webhook_events.describe(self.spec)
            document = complete(self.spec.to_dict(), self._app)
            webhook_events.exemplify(webhooks, document["components"]["schemas"])
            self._document = document | {"webhooks": webhooks}
            return self._document

    def _register_responses(self) -> None:
        answers = {status.name: status.phrase for status in HTTPStatus if status >= HTTPStatus.BAD_REQUEST}
        for name, phrase in {**answers, self.DEFAULT_ERROR_RESPONSE_NAME: "A problem"}.items():
            response: dict[str, Any] = {"description": phrase, "schema": self.ERROR_SCHEMA}
            prepare_response(response, self.spec, "application/problem+json")
            self.spec.components.response(name, response, lazy=True)

    def _register_error_handlers(self) -> None:
        """Problems are made elsewhere."""


def _options(cookie: str) -> dict[str, Any]:
    session = {"type": "apiKey", "in": "cookie", "name": cookie, "description": _COOKIE}
    return {
        "info": {"description": "Promotion cases from nomination to the end of mentoring."},
        "servers": [{"url": "/", "description": "This service."}],
        "security": [{"session": []}, {"token": []}],
        "components": {
            "securitySchemes": {"session": session, "token": {"type": "http", "scheme": "bearer"}}
        },
    }


def description_of(app: Flask) -> dict[str, Any]:
    """The description of what an application serves."""
    described: Description = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return described.document()
