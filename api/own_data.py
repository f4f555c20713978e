"""My data: everything on file about the caller, to take along."""

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from api.acting import now, person
from api.database import db
from api.models import (
    AccessSession,
    Account,
    CalendarFeed,
    ExternalIdentity,
    Passkey,
    PersonalToken,
    SecondFactor,
)
from api.plain import plain
from api.policy import allows
from api.schemas.own_data import OwnData
from api.strict import Resources
from notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    RefusedAddress,
    UnwantedMail,
    WebhookSubscription,
)
from workflow.permissions import Operation
from workflow.queries import own_data
from workflow.queries.own_cases import Query

blueprint = Resources("own data", "Everything on file about oneself")


@blueprint.route("/me/data")
class OwnDataView(MethodView):
    """Everything on file about the caller."""

    @allows(Operation.EXPORT_OWN_DATA)
    @blueprint.response(200, OwnData)
    def get(self) -> dict[str, Any]:
        """Take along everything that is on file about me

        Other people are not named. What is not told yet, such as a decision before its release, is left out;
        ballots, sheets and forms are without time and content.
        """
        me = person().id
        access = {name: _records(query) for name, query in _of_access(me).items()}
        found = own_data.own_data(db.session(), me) | access
        return {"as_of": now(), **{name: plain(records) for name, records in found.items()}}


def _of_access(me: int) -> dict[str, Query]:
    token, hook, session = PersonalToken, WebhookSubscription, AccessSession
    identity, key, refused = ExternalIdentity, Passkey, RefusedAddress
    return {
        "mails": _mails(me),
        "refused_addresses": select(refused.address, refused.since, refused.reason).where(
            refused.employee_id == me
        ),
        "unwanted_mails": select(UnwantedMail.topic, UnwantedMail.since)
        .where(UnwantedMail.employee_id == me)
        .order_by(UnwantedMail.topic),
        "access": select(Account.password_set_at, SecondFactor.confirmed_at.label("second_factor_since"))
        .outerjoin(SecondFactor, SecondFactor.person_id == Account.employee_id)
        .where(Account.employee_id == me),
        "identities": select(identity.issuer, identity.subject, identity.linked_at)
        .where(identity.person_id == me)
        .order_by(identity.linked_at),
        "passkeys": select(key.name, key.created_at, key.last_used_at)
        .where(key.person_id == me)
        .order_by(key.id),
        "sessions": select(session.browser, session.begun_at, session.seen_at)
        .where(session.person_id == me)
        .order_by(session.id),
        "tokens": select(token.name, token.scopes, token.created_at, token.expires_at, token.last_used_at)
        .where(token.person_id == me)
        .order_by(token.id),
        "calendar_feed": select(CalendarFeed.created_at).where(CalendarFeed.person_id == me),
        "webhooks": select(hook.receiver, hook.name, hook.url, hook.events, hook.created_at, hook.is_active)
        .where(hook.owner_id == me)
        .order_by(hook.id),
    }


def _mails(me: int) -> Query:
    """Those that have reached him; what waits to be sent would tell of what comes."""
    mail = Delivery
    is_mine = (mail.person_id == me, mail.channel == Channel.MAIL, mail.state == DeliveryState.SENT)
    return select(mail.kind, mail.sent_at).where(*is_mine).order_by(mail.sent_at, mail.id)


def _records(query: Query) -> list[dict[str, Any]]:
    return [dict(row) for row in db.session.execute(query).mappings()]
