"""Reminders to come, as HR looks at them beforehand."""

from marshmallow import Schema, fields

from api.schemas.people import PersonLine
from notifications.audience import CUSTOMER_REMINDED
from workflow.vocabulary import PRIVATE_TASKS, ReminderTarget, TaskKind


class ReminderQuery(Schema):
    """Which of the days to come to look at; without it the first on which something is sent."""

    on = fields.Date()


class ComingDay(Schema):
    """How many people get a digest on a day, and how many reminders it holds; confidential ones aside."""

    on = fields.Date(required=True)
    people = fields.Integer(required=True)
    reminders = fields.Integer(required=True)


class ComingReminder(Schema):
    """Who will be reminded of what; `target` says why him: it is his, or he is told that it is overdue."""

    person = fields.Nested(PersonLine, required=True)
    target = fields.Enum(ReminderTarget, by_value=True, required=True)
    kind = fields.Enum(TaskKind, by_value=True, required=True)
    case = fields.Integer(required=True, allow_none=True, attribute="case_id")
    candidate = fields.Nested(PersonLine, required=True, allow_none=True)
    due_at = fields.AwareDateTime(required=True)


class CountedReminders(Schema):
    """How many reminders of a confidential kind of tasks, or to customers (`review_reminder`).

    Null where so few would point at people.
    """

    kind = fields.String(required=True, metadata={"enum": [*sorted(PRIVATE_TASKS), CUSTOMER_REMINDED]})
    reminders = fields.Integer(required=True, allow_none=True)


class ReminderWeek(Schema):
    """The seven days to come, and one of them with its reminders; `more` are not listed."""

    on = fields.Date(required=True)
    days = fields.List(fields.Nested(ComingDay), required=True)
    items = fields.List(fields.Nested(ComingReminder), required=True)
    confidential = fields.List(fields.Nested(CountedReminders), required=True)
    more = fields.Integer(required=True)
