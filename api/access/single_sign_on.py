"""Single sign-on by OpenID Connect: issuer and subject say who it is, matched once to a person on file."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeGuard, cast

from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.flask_client import OAuth  # type: ignore[import-untyped]
from flask import Flask, current_app, session
from joserfc.errors import JoseError
from requests import RequestException
from sqlalchemy import ColumnElement, delete, func, select
from werkzeug.wrappers import Response

from api.access import proofs, sessions
from api.access.signing_in import COOKIE_KEY, begin_session
from api.acting import now, request_id, running
from api.database import db
from api.models import ExternalIdentity
from api.refusals import SingleSignOnRefused
from workflow import journal
from workflow.act import Act
from workflow.errors import NotFound
from workflow.models import Employee

_NAME = "sso"
_PROVIDER = "jinsheng single sign-on"
_LOCAL = re.compile(r"/(?:[\w.~!$&'()*+,;=:@%?-][\w.~!$&'()*+,;=:@%/?-]*)?", re.ASCII)
_CLOCKS_DIFFER = timedelta(minutes=1)


class Match(StrEnum):
    """By what somebody who comes from the provider for the first time is found."""

    NUMBER = "number"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Provider:
    """Whom the service trusts to say who somebody is, and how it is known there."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    match: Match
    claim: str
    callback: str


def trust(app: Flask, provider: Provider) -> None:
    """Let people come from this provider; asked with PKCE, a state and a nonce."""
    app.extensions[_PROVIDER] = provider
    OAuth(app).register(
        _NAME,
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "default_timeout": 10,
        },
    )


def is_trusted() -> bool:
    """Whether people may come from a provider here."""
    return _PROVIDER in current_app.extensions


def begin(wanted: str, *, is_proof: bool, locale: str) -> Response:
    """The way to the provider; as a proof he is asked for his credentials, even if he is signed in there.

    `wanted` is the page of ours to go to afterwards, `locale` the language he reads.
    Raises NotFound without a provider, SingleSignOnRefused.
    """
    provider = _provider()
    for left_over in [key for key in session if key.startswith(f"_state_{_NAME}_")]:
        session.pop(left_over)
    session[_NAME] = {"to": _local(wanted), "is_proof": is_proof, "since": now().isoformat(), "lang": locale}
    asked = {"prompt": "login", "max_age": 0} if is_proof else {}
    try:
        return cast(Response, _client().authorize_redirect(provider.callback, **asked))
    except (AuthlibBaseError, RequestException, ValueError, KeyError, RuntimeError) as error:
        raise SingleSignOnRefused(reason="sso_unreachable") from error


def wanted() -> dict[str, str]:
    """What this browser was sent to the provider for, as `begin` of the pages was asked for it."""
    begun = session.get(_NAME)
    if begun is None:
        return {}
    proof = {"proof": "true"} if begun["is_proof"] else {}
    return proof | {"next": begun["to"], "lang": begun.get("lang", "en")}


def finish() -> str:
    """Sign in whoever comes back from the provider, or take it as his proof; gives the page to go to.

    Raises NotFound without a provider, SingleSignOnRefused with a reason.
    """
    provider, begun = _provider(), session.pop(_NAME, None)
    claims = _claims(provider)
    if begun is None:
        raise SingleSignOnRefused(reason="sso_not_begun")
    db.session.close()
    if begun["is_proof"]:
        _prove(provider, claims, begun)
    else:
        _sign_in(provider, claims, begun)
    return cast(str, begun["to"])


def unlink(act: Act, person: Employee) -> None:
    """Forget who a person is at the provider: he is matched anew when he comes next."""
    if not act.count(delete(ExternalIdentity).where(ExternalIdentity.person_id == person.id)):
        raise NotFound(kind="identity")
    journal.record(act, "identity_unlinked", chain="access", person=person.id)


def _claims(provider: Provider) -> dict[str, Any]:
    """What the provider says of whoever has come back; signature, nonce, audience and time are checked."""
    try:
        claims = _client().authorize_access_token().get("userinfo") or {}
    except RequestException as error:
        raise SingleSignOnRefused(reason="sso_unreachable") from error
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise SingleSignOnRefused(reason="sso_not_confirmed") from error
    if claims.get("iss") != provider.issuer or not _is_text(claims.get("sub")):
        raise SingleSignOnRefused(reason="sso_not_confirmed")
    return dict(claims)


def _sign_in(provider: Provider, claims: dict[str, Any], begun: dict[str, Any]) -> None:
    person_id = _known(claims) or _matched(provider, claims)
    db.session.close()
    with running().door.acting(by=person_id, now=now(), request_id=request_id()) as act:
        _link(act, claims)
        begin_session(act, is_proved=_is_fresh(claims, begun))


def _prove(provider: Provider, claims: dict[str, Any], begun: dict[str, Any]) -> None:
    mine = sessions.found(db.session(), session.get(COOKIE_KEY, ""), now())
    if mine is None or _known(claims) != mine[0].id or not _is_fresh(claims, begun):
        raise SingleSignOnRefused(reason="sso_no_proof")
    db.session.close()
    with running().door.acting(by=mine[0].id, now=now(), request_id=request_id()) as act:
        proofs.note_proof(act, mine[1].id)


def _is_fresh(claims: dict[str, Any], begun: dict[str, Any]) -> bool:
    """Whether he gave his credentials after he was sent there, and neither before nor in time to come."""
    proved_at = claims.get("auth_time")
    since = datetime.fromisoformat(begun["since"]) - _CLOCKS_DIFFER
    until = now() + _CLOCKS_DIFFER
    return isinstance(proved_at, int) and since.timestamp() <= proved_at <= until.timestamp()


def _known(claims: dict[str, Any]) -> int | None:
    """Whose identity at the provider this is, if he has come before and is still here."""
    query = (
        select(ExternalIdentity.person_id)
        .join(Employee, Employee.id == ExternalIdentity.person_id)
        .where(ExternalIdentity.issuer == claims["iss"], ExternalIdentity.subject == claims["sub"])
    )
    found = db.session.execute(query.add_columns(Employee.is_active)).first()
    if found is not None and not found[1]:
        raise SingleSignOnRefused(reason="sso_nobody")
    return found[0] if found else None


def _matched(provider: Provider, claims: dict[str, Any]) -> int:
    """The one person whom the provider means, who has no other identity there."""
    said = claims.get(provider.claim)
    if not _is_text(said):
        raise SingleSignOnRefused(reason="sso_nobody")
    if provider.match is Match.MAIL and claims.get("email_verified") is not True:
        raise SingleSignOnRefused(reason="sso_mail_unverified")
    found = db.session.scalars(select(Employee.id).where(Employee.is_active, _means(provider, said))).all()
    if len(found) != 1:
        raise SingleSignOnRefused(reason="sso_nobody")
    taken = select(ExternalIdentity.subject).where(
        ExternalIdentity.person_id == found[0], ExternalIdentity.issuer == claims["iss"]
    )
    if db.session.scalar(taken) is not None:
        raise SingleSignOnRefused(reason="sso_other_identity")
    return found[0]


def _means(provider: Provider, said: str) -> ColumnElement[bool]:
    if provider.match is Match.NUMBER:
        return Employee.number == said
    return func.lower(Employee.email) == func.lower(said)


def _link(act: Act, claims: dict[str, Any]) -> None:
    if act.db.get(ExternalIdentity, (claims["iss"], claims["sub"])) is not None:
        return
    act.add(
        ExternalIdentity(
            issuer=claims["iss"], subject=claims["sub"], person_id=act.person.id, linked_at=act.now
        )
    )
    journal.record(act, "identity_linked", chain="access", person=act.person.id)


def _is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and 0 < len(value) <= 255 and value.isprintable()


def _local(wanted: str) -> str:
    """A page of ours; whatever might lead elsewhere leads to the first page."""
    return wanted if _LOCAL.fullmatch(wanted) else "/"


def _provider() -> Provider:
    if _PROVIDER not in current_app.extensions:
        raise NotFound(kind="single_sign_on")
    return cast(Provider, current_app.extensions[_PROVIDER])


def _client() -> Any:
    return current_app.extensions["authlib.integrations.flask_client"].create_client(_NAME)
