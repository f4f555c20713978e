"""Of what chat robots are told: that something has happened, never what, for a whole group may read it."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, String, and_, cast, literal, or_, select

from notifications.models import Channel, Delivery, Receiver, WebhookSubscription
from notifications.once import Rows, delivery_columns, insert_once
from notifications.replays import PING
from workflow.act import Act
from workflow.calendars import calendar_of
from workflow.kept_apart import are_apart
from workflow.models import Employee, JournalEntry, PromotionCase, RoleHolding
from workflow.relations import is_open_to_others, is_rival
from workflow.rules.calendars import is_working_day
from workflow.rules.deadlines import zone_of
from workflow.vocabulary import Role


class Topic(StrEnum):
    """What a group can be told of; a case by its number alone, never what has become of it."""

    CASE_CHANGED = "case.changed"
    NOTICE_POSTED = "notice.posted"
    COMPETITION_ANNOUNCED = "competition.announced"
    TASKS_WAITING = "tasks.waiting"


_TOPICS = {
    "stage_entered": Topic.CASE_CHANGED,
    "notice_posted": Topic.NOTICE_POSTED,
    "competition_announced": Topic.COMPETITION_ANNOUNCED,
}
KINDS = (*Topic, PING)
_MORNING = time(9, 30)
_LATEST = timedelta(hours=1)


def told(act: Act) -> Iterator[Rows]:
    """One delivery per entry and robot whose maker works in HR and may know of the case."""
    robot, entry = WebhookSubscription, JournalEntry
    for one in act.entries:
        topic = _TOPICS.get(one.action)
        if topic is None:
            continue
        columns = delivery_columns(
            act.now,
            key=literal(f"entry/{one.id}/subscription/") + cast(robot.id, String),
            channel=Channel.CHAT,
            kind=topic.value,
            subscription_id=robot.id,
            entry_id=entry.id,
        )
        case = PromotionCase.id == entry.case_id
        query = select(*columns).select_from(entry).outerjoin(PromotionCase, case)
        owned = query.join(robot, _listens_to(topic)).join(Employee, Employee.id == robot.owner_id)
        yield owned.where(entry.id == one.id, _serves(), or_(PromotionCase.id.is_(None), _may_know()))


def sweep(act: Act) -> int:
    """Queue the count of open tasks once a day, at half past nine where its maker is, on working days."""
    robot = WebhookSubscription
    wanted = select(robot.id, Employee).join(Employee, Employee.id == robot.owner_id)
    found = act.db.execute(wanted.where(_listens_to(Topic.TASKS_WAITING), _serves())).all()
    return sum(_count_of_tasks(act, key, maker) for key, maker in found)


def _listens_to(topic: Topic) -> ColumnElement[bool]:
    robot = WebhookSubscription
    topics = cast(robot.events, String)
    wants = or_(topics == "[]", topics.contains(f'"{topic}"', autoescape=True))
    return and_(robot.receiver != Receiver.PROGRAM, robot.is_active, wants)


def _serves() -> ColumnElement[bool]:
    """Whether whoever has made a robot still works here, in HR."""
    in_hr = select(RoleHolding.employee_id).where(RoleHolding.role == Role.HR)
    return and_(Employee.is_active, Employee.id.in_(in_hr))


def _may_know() -> ColumnElement[bool]:
    candidate = PromotionCase.candidate_id
    has_stake = or_(
        candidate == Employee.id, is_rival(Employee.id, PromotionCase), are_apart(candidate, Employee.id)
    )
    return and_(is_open_to_others(), ~has_stake)


def _count_of_tasks(act: Act, robot: int, maker: Employee) -> int:
    local = act.now.astimezone(zone_of(maker.time_zone))
    begins = datetime.combine(local.date(), _MORNING, local.tzinfo)
    is_time = begins <= local < begins + _LATEST
    if not is_time or not is_working_day(local.date(), calendar_of(maker.site)):
        return 0
    columns = delivery_columns(
        act.now,
        key=f"subscription/{robot}/tasks/{local:%Y-%m-%d}",
        channel=Channel.CHAT,
        kind=Topic.TASKS_WAITING.value,
        subscription_id=robot,
    )
    return insert_once(act.db, Delivery, select(*columns).where(WebhookSubscription.id == robot))
