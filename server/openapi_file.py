"""Writes the description of the API, as the process serves it: `docs/openapi.json`."""

import json
import sys
from typing import Any

from flask import Flask

import api.application
from api.database import db
from api.openapi import description_of
from integrations.organisation import bring_in
from server.clock import system_time
from web.pages import PAGES
from workflow.store import Door


def description() -> dict[str, Any]:
    """What `/api/v1/openapi.json` answers, without a service that runs."""
    app = Flask("jinsheng", static_folder=None)
    app.config.update(SECRET_KEY="signs nothing", SQLALCHEMY_DATABASE_URI="sqlite://")
    db.init_app(app)
    with app.app_context():
        door = Door(db.engine)
    api.application.register(app, door=door, now=system_time, importer=bring_in, pages=PAGES)
    return description_of(app)


def written(found: dict[str, Any]) -> str:
    """The description as the file has it."""
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.write(written(description()))
