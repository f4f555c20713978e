"""Personal tokens for programs: make, list and revoke one's own."""

import secrets
from datetime import timedelta
from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from api.access.sessions import digest
from api.acting import acting, person
from api.models import PersonalToken
from api.pagination import Page, PageArguments, page_of
from api.policy import allows
from api.schemas.tokens import NewToken, TokenPage, TokenRequest
from api.strict import Resources
from workflow import journal
from workflow.errors import NotFound
from workflow.permissions import Operation

blueprint = Resources("tokens", "Personal tokens: for reading, nominating and subscribing only")


@blueprint.route("/tokens")
class TokensView(MethodView):
    """One's own tokens."""

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, TokenPage)
    def get(self, arguments: dict[str, Any]) -> Page:
        """List one's tokens"""
        own = select(PersonalToken).where(PersonalToken.person_id == person().id)
        return page_of(own, [PersonalToken.id], arguments)

    @allows(Operation.SECURE_OWN_ACCESS)
    @blueprint.arguments(TokenRequest)
    @blueprint.response(201, NewToken)
    def post(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Make a token; its secret is shown this once"""
        secret = "jst_" + secrets.token_urlsafe(32)
        with acting() as act:
            token = act.add(
                PersonalToken(
                    person_id=act.person.id,
                    name=wanted["name"],
                    digest=digest(secret),
                    created_at=act.now,
                    expires_at=act.now + timedelta(days=wanted["days"]),
                    scopes=sorted({scope.value for scope in wanted["scopes"]}),
                )
            )
            facts: dict[str, Any] = {"token": token.id, "scopes": token.scopes}
            journal.record(act, "token_made", chain="access", person=act.person.id, **facts)
        return {**{name: getattr(token, name) for name in _SHOWN}, "token": secret}


@blueprint.route("/tokens/<int:token_id>")
class TokenView(MethodView):
    """One of one's own tokens."""

    @allows(Operation.MANAGE_OWN_ACCESS)
    @blueprint.response(204)
    def delete(self, token_id: int) -> None:
        """Revoke a token"""
        with acting() as act:
            token = act.db.get(PersonalToken, token_id)
            if token is None or token.person_id != act.person.id:
                raise NotFound(kind="token")
            act.db.delete(token)
            journal.record(act, "token_revoked", chain="access", token=token_id)


_SHOWN = ("id", "name", "scopes", "created_at", "expires_at", "last_used_at")
