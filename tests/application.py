"""The application for tests: routes and templates are made once per process, everything else for each."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache

from flask import Flask
from sqlalchemy import Engine

import api.application
from api.database import db
from tests.databases import compiling_once
from web.pages import PAGES
from workflow.database import prepare


@contextmanager
def application_on(engine: Engine) -> Iterator[tuple[Flask, Engine]]:
    """An application of one's own and what it reads a database through; `run_on` lets it run."""
    made = _copy_of(_finished())
    made.config["SQLALCHEMY_DATABASE_URI"] = engine.url.render_as_string(hide_password=False)
    db.init_app(made)
    with made.app_context():
        own = db.engine
    prepare(own)
    compiling_once(own)
    yield made, own
    own.dispose()


def an_application() -> Flask:
    """An application with every route, and no database."""
    made = Flask("jinsheng", static_folder=None)
    made.config.update(TESTING=True, SECRET_KEY="for tests only")
    api.application.add_routes(made, PAGES)
    return made


def _copy_of(app: Flask) -> Flask:
    """An application that shares with another its routes and compiled templates alone."""
    made = copy(app)
    own = {name: copy(part) for name, part in vars(app).items() if isinstance(part, list | dict)}
    vars(made).update(own)
    return made


@cache
def _finished() -> Flask:
    made = an_application()
    # Made when first asked for, it would be another one for every copy.
    assert made.jinja_env
    return made
