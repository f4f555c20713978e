"""Puts the API into an application: resources, problems, description, and the check of every right."""

from collections.abc import Callable, Iterable
from datetime import datetime

from flask import Blueprint, Flask, Response, current_app
from werkzeug.routing import IntegerConverter, Map

from api import (
    absences,
    acting,
    approvals,
    calendar_feeds,
    cases,
    chat_robots,
    committees,
    competitions,
    contacts,
    criteria,
    cycles,
    data_gaps,
    decisions,
    deliveries,
    documentation,
    dossiers,
    eligibility,
    emergencies,
    health,
    journal,
    kept_apart,
    ladders,
    letters,
    limits,
    mail_texts,
    mentorships,
    notices,
    objections,
    organisation,
    organisation_imports,
    outcomes,
    own_data,
    passkeys,
    passwords,
    plans,
    preferences,
    rater_objections,
    reminders,
    review_links,
    reviews,
    roles,
    second_factor,
    sessions,
    sites,
    stand_ins,
    standing,
    tasks,
    tokens,
    votes,
    webhook_deliveries,
    webhooks,
)
from api.access.sessions import LASTS
from api.acting import Importer, Running
from api.openapi import Description
from api.policy import check_policy
from api.problems import register_problems
from api.strict import LARGEST_BODY
from workflow.store import Door

RESOURCES = (
    sessions.blueprint,
    passwords.blueprint,
    passkeys.blueprint,
    second_factor.blueprint,
    tokens.blueprint,
    own_data.blueprint,
    preferences.blueprint,
    calendar_feeds.blueprint,
    organisation.blueprint,
    sites.blueprint,
    contacts.blueprint,
    kept_apart.blueprint,
    criteria.blueprint,
    ladders.blueprint,
    standing.blueprint,
    cycles.blueprint,
    data_gaps.blueprint,
    tasks.blueprint,
    cases.blueprint,
    eligibility.blueprint,
    approvals.blueprint,
    stand_ins.blueprint,
    absences.blueprint,
    emergencies.blueprint,
    rater_objections.blueprint,
    reviews.blueprint,
    review_links.blueprint,
    competitions.blueprint,
    committees.blueprint,
    votes.blueprint,
    decisions.blueprint,
    notices.blueprint,
    objections.blueprint,
    outcomes.blueprint,
    dossiers.blueprint,
    letters.blueprint,
    mentorships.blueprint,
    plans.blueprint,
    webhooks.blueprint,
    webhook_deliveries.blueprint,
    chat_robots.blueprint,
    journal.blueprint,
    deliveries.blueprint,
    mail_texts.blueprint,
    reminders.blueprint,
    organisation_imports.blueprint,
    roles.blueprint,
)
PAGES = (health.blueprint, documentation.blueprint)


class KeyConverter(IntegerConverter):
    """A key in a path, in digits of ASCII; no table has one above 2^31 - 1."""

    regex = "[0-9]+"

    def __init__(self, url_map: Map) -> None:
        """Bound the number."""
        super().__init__(url_map, max=2**31 - 1)


def register(
    app: Flask,
    *,
    door: Door,
    now: Callable[[], datetime],
    importer: Importer,
    pages: Iterable[Blueprint] = (),
) -> None:
    """Let the application serve the API, and pages beside it, through this door by this clock.

    `db` has been initialised on the application. Raises RuntimeError if a route names no operation.
    """
    add_routes(app, pages)
    run_on(app, door=door, now=now, importer=importer)


def run_on(app: Flask, *, door: Door, now: Callable[[], datetime], importer: Importer) -> None:
    """Let an application that has its routes act through this door by this clock, and count calls."""
    app.extensions["jinsheng"] = Running(door, now, importer)
    limits.set_up(app)


def add_routes(app: Flask, pages: Iterable[Blueprint]) -> None:
    """Give an application its settings and every route, described and with its right."""
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        PERMANENT_SESSION_LIFETIME=LASTS,
        SESSION_COOKIE_NAME="__Host-jinsheng" if app.config["SESSION_COOKIE_SECURE"] else "jinsheng",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_REFRESH_EACH_REQUEST=False,
    )
    app.config.setdefault("BASE_URL", "http://localhost")
    app.url_map.converters["int"] = KeyConverter
    description = Description(app)
    for resource in RESOURCES:
        description.register_blueprint(resource)
    for page in (*PAGES, *pages):
        app.register_blueprint(page)
    register_problems(app)
    app.after_request(_label)
    check_policy(app)


def _label(answer: Response) -> Response:
    answer.headers["X-Request-ID"] = acting.request_id()
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers.setdefault("Cache-Control", "no-store")
    if current_app.config["SESSION_COOKIE_SECURE"]:
        answer.headers["Strict-Transport-Security"] = "max-age=31536000"  # a year of https alone
    return answer
