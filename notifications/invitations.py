"""Mails to customers, who have no account: an invitation to the one form each is asked for, one reminder."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, literal, select
from sqlalchemy.orm import Session

from notifications import dates, templates
from notifications.audience import CUSTOMER_ASKED, CUSTOMER_REMINDED
from notifications.letters import Dropped, Letter
from notifications.models import Channel, Delivery
from notifications.once import Rows, delivery_columns, insert_once
from notifications.reminders import moment
from notifications.texts import Wordings
from translations import LOCALES
from workflow.act import Act
from workflow.calendars import calendar_of
from workflow.models import (
    Employee,
    PromotionCase,
    ReviewContact,
    ReviewOutcome,
    ReviewRequest,
    Site,
    StageRound,
    aliased,
)
from workflow.rules.deadlines import add_working_days, local_day, local_midnight
from workflow.vocabulary import RequestState, Stage
from workflow.zones import lived_in

INVITATION = CUSTOMER_ASKED
REMINDER = CUSTOMER_REMINDED
_REMINDED_BEFORE = 2  # working days
_NOT_SO_SOON_AFTER = timedelta(days=1)


def sweep(act: Act) -> int:
    """Queue an invitation for every customer who is newly asked, and one reminder before his time is over.

    Sweeping again, or twice at the same time, queues nothing twice. Gives how many mails are new.
    """
    act.db.flush()
    sites = act.db.scalars(select(Site)).all()
    new = [_invitations(act.now), *([_reminders(act.now, sites)] if sites else [])]
    return sum(insert_once(act.db, Delivery, rows) for rows in new)


def coming(db: Session, now: datetime, *which: ColumnElement[bool]) -> list[date]:
    """The days on which customers will be reminded of `which` cases, one for each, if they do not answer."""
    told = (StageRound.due_at, Employee.own_time_zone, Site)
    asked = _of_candidates(_asked(now, REMINDER)).where(*which).with_only_columns(*told)
    return [_reminded_on(due_at, zone, site, now) for due_at, zone, site in db.execute(asked) if due_at]


def _reminded_on(due_at: datetime, own_zone: str, site: Site, now: datetime) -> date:
    calendar = calendar_of(site)
    first = add_working_days(local_day(due_at, site.time_zone), -_REMINDED_BEFORE, calendar)
    at = max(local_midnight(first, site.time_zone), now)
    return moment(at, lived_in(own_zone, site.time_zone), calendar).date()


def quiet(db: Session, delivery: Delivery, now: datetime) -> timedelta:
    """How long until a customer may be written to: reminded in working hours, where the candidate is.

    His own are not known. An invitation does not wait, for the time to answer runs.
    """
    if delivery.kind != REMINDER:
        return timedelta()
    candidate = db.scalars(
        select(Employee)
        .join(PromotionCase, PromotionCase.candidate_id == Employee.id)
        .join(StageRound, StageRound.case_id == PromotionCase.id)
        .join(ReviewRequest, ReviewRequest.round_id == StageRound.id)
        .where(ReviewRequest.id == delivery.request_id)
    ).one()
    return moment(now, candidate.time_zone, calendar_of(candidate.site)) - now


def write(db: Session, delivery: Delivery, *, review_link: Callable[[str], str], now: datetime) -> Letter:
    """The letter to a customer, with the link that opens his form.

    Raises Dropped if he has answered or declined, or if somebody else or nobody is asked any more.
    """
    found = db.execute(
        select(ReviewRequest, ReviewContact, PromotionCase, StageRound.due_at)
        .select_from(ReviewRequest)
        .join(ReviewContact, ReviewContact.id == ReviewRequest.contact_id)
        .join(StageRound, StageRound.id == ReviewRequest.round_id)
        .join(PromotionCase, PromotionCase.id == StageRound.case_id)
        .where(ReviewRequest.id == delivery.request_id, _is_open(now))
    ).first()
    if found is None:
        raise Dropped("nothing_open")
    request, contact, reviewed, due_at = found
    if contact.refused_at is not None:
        raise Dropped("address_refused")
    # The database sees to it that customers have all of these.
    assert contact.name
    assert contact.email
    assert request.link
    assert due_at
    locale = contact.locale if contact.locale in LOCALES else LOCALES[0]
    day = dates.day(due_at, reviewed.candidate.time_zone, locale)
    facts: dict[str, Any] = {"candidate": reviewed.candidate.name, "day": day}
    words = Wordings(db, delivery.kind, locale)
    subject, sentence = (words.say(part, **facts) for part in ("subject", "sentence"))
    filled = {"name": contact.name, "sentence": sentence, "link": review_link(request.link)}
    text, html = templates.fill("review", locale, filled)
    return Letter(contact.email, locale, subject, text, html, words.is_unfilled)


def _invitations(now: datetime) -> Rows:
    return _asked(now, INVITATION)


def _reminders(now: datetime, sites: Sequence[Site]) -> Rows:
    over = case({one.id: literal(_soon(now, one), StageRound.due_at.type) for one in sites}, value=Site.id)
    invited = aliased(Delivery)
    is_known = and_(
        invited.request_id == ReviewRequest.id,
        invited.kind == INVITATION,
        invited.created_at <= now - _NOT_SO_SOON_AFTER,
    )
    known = _of_candidates(_asked(now, REMINDER)).where(exists().where(is_known))
    return known.where(StageRound.due_at < over)


def _of_candidates(query: Rows) -> Rows:
    of_case = Employee.id == PromotionCase.candidate_id
    return query.join(Employee, of_case).join(Site, Site.id == Employee.site_id)


def _soon(now: datetime, site: Site) -> datetime:
    """The end of the day by which time is over for those who are reminded now."""
    today = local_day(now, site.time_zone)
    last = add_working_days(today, _REMINDED_BEFORE, calendar_of(site))
    return local_midnight(last + timedelta(days=1), site.time_zone)


def _asked(now: datetime, kind: str) -> Rows:
    """A mail of a kind to every customer who is asked and has not been sent one."""
    sent = aliased(Delivery)
    key = literal("review/") + cast(ReviewRequest.id, String) + literal(f"/{kind}")
    columns = delivery_columns(now, key=key, channel=Channel.MAIL, kind=kind, request_id=ReviewRequest.id)
    return (
        select(*columns)
        .select_from(ReviewRequest)
        .join(StageRound, StageRound.id == ReviewRequest.round_id)
        .join(PromotionCase, PromotionCase.id == StageRound.case_id)
        .where(ReviewRequest.contact_id.is_not(None), _is_open(now))
        .where(~exists().where(sent.request_id == ReviewRequest.id, sent.kind == kind))
        # The order keeps two sweeps at once from waiting for each other's keys crosswise.
        .order_by(ReviewRequest.id)
    )


def _is_open(now: datetime) -> Any:
    published = exists().where(ReviewOutcome.round_id == StageRound.id)
    return and_(
        ReviewRequest.state == RequestState.ASKED,
        PromotionCase.round_id == StageRound.id,
        PromotionCase.stage == Stage.REVIEW,
        StageRound.due_at > now,
        ~published,
    )
