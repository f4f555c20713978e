"""The application: one database, one door, API and pages on top, messages behind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import Engine

import api.application
from api.access import single_sign_on
from api.database import db
from api.signing import NO_DIGEST, handle_for, signed, to_reset, unguessable
from integrations.organisation import bring_in
from notifications import messages
from notifications.channels import Channels
from notifications.channels.mailbox import Mailbox
from notifications.channels.webhook import Receivers
from server import figures
from server.config import Settings
from server.observing import observe
from web.pages import PAGES
from web.visitors import VISITORS, Visitor
from workflow.database import KEPT, prepare
from workflow.store import Door


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of one running service."""

    app: Flask
    door: Door
    channels: Channels


def create_service(
    settings: Settings,
    *,
    now: Callable[[], datetime],
    wake: Callable[[], None] = lambda: None,
    visitors: Sequence[Visitor] = (),
) -> Service:
    """Put the parts together; nothing runs yet. `wake` is called after every commit."""
    app = Flask("jinsheng", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        CALLS_A_MINUTE_BY_PERSON=settings.calls_by_person,
        CALLS_A_MINUTE_BY_ADDRESS=settings.calls_by_address,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=KEPT,
        BASE_URL=settings.base_url,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        WEBHOOK_INTERNAL_HOSTS=settings.internal_hosts,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Chinese stays readable
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    door = open_door(engine, wake)
    if settings.single_sign_on is not None:
        single_sign_on.trust(app, settings.single_sign_on)
    if visitors:
        app.extensions[VISITORS] = list(visitors)
    pages = (*PAGES, figures.blueprint)
    api.application.register(app, door=door, now=now, importer=bring_in, pages=pages)
    observe(app, figures.Figures(engine, now, settings.metrics_token))
    return Service(app, door, channels(settings))


def open_door(engine: Engine, wake: Callable[[], None] = lambda: None) -> Door:
    """The door to a database, with everybody told who is concerned."""
    prepare(engine)
    return Door(engine, announce=messages.announce, wake=wake)


def channels(settings: Settings) -> Channels:
    """The ways out of the house that the settings name; without a mail server, a folder takes mails."""
    return Channels(
        mail=settings.mail_server or Mailbox(settings.mailbox),
        webhook=Receivers(settings.internal_hosts),
        sender=settings.sender,
        base_url=settings.base_url,
        mail_key=lambda key: unguessable(settings.secret_key, key),
        review_link=lambda handle: f"{settings.base_url}/r/{signed(settings.secret_key, handle)}",
        end_link=lambda person: (
            f"{settings.base_url}/unsubscribe/{signed(settings.secret_key, handle_for(person), NO_DIGEST)}"
        ),
        reset_link=lambda handle, address: (
            f"{settings.base_url}/password/{signed(settings.secret_key, handle, to_reset(address))}"
        ),
    )
