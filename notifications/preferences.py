"""What people would rather not have by mail; what is a matter of their rights always comes."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from enum import StrEnum

from sqlalchemy import delete, literal, select
from sqlalchemy.orm import Session

from notifications import announcements
from notifications.audience import ABSENCE, AUDIENCE, COPY, MENTORS_NO_MORE, NUDGE, PERSONAL
from notifications.letters import Dropped
from notifications.models import Delivery, UnwantedMail
from notifications.once import insert_once
from notifications.overtaken import OVERTAKEN
from notifications.reminders import DIGEST
from workflow.act import Act
from workflow.errors import Invalid
from workflow.models import CaseCopy, Employee, JournalEntry, PromotionCase


class Topic(StrEnum):
    """What mails are about, as people choose among them."""

    DIGEST = "digest"
    OWN_CASE = "own_case"
    OTHER_CASES = "other_cases"
    COPIES = "copies"
    REQUESTS = "requests"
    OVERTAKEN = "overtaken"
    ABSENCES = "absences"
    COMPETITIONS = "competitions"
    RIGHTS = "rights"


# Decisions with their reasons and deadlines, answers one has a right to, and what is done with one's access.
FIXED = Topic.RIGHTS
# What of one's own case is mere news: no deadline runs from it.
_NEWS = frozenset({"author_replaced", "consent_given", "performance_checked", "opted_out", "plan_agreed"})
_BY_KIND = {
    DIGEST: Topic.DIGEST,
    COPY: Topic.COPIES,
    NUDGE: Topic.REQUESTS,
    OVERTAKEN: Topic.OVERTAKEN,
    **dict.fromkeys(MENTORS_NO_MORE, Topic.OTHER_CASES),
    **dict.fromkeys(announcements.KINDS, Topic.COMPETITIONS),
    **dict.fromkeys(PERSONAL - {COPY}, Topic.REQUESTS),
    **dict.fromkeys(ABSENCE, Topic.ABSENCES),
}


def wishes(db: Session, person_id: int) -> dict[Topic, bool]:
    """Whether somebody wants mails of a topic."""
    topics = unwanted(db, [person_id]).get(person_id, ())
    return {topic: topic not in topics for topic in Topic}


def wish(act: Act, person_id: int, wanted: Mapping[Topic, bool]) -> None:
    """Send somebody mails of a topic, or no more; raises Invalid for what always comes."""
    if wanted.get(FIXED) is False:
        raise Invalid(reason="always_sent")
    for topic, is_wanted in wanted.items():
        mine = UnwantedMail.employee_id == person_id, UnwantedMail.topic == topic
        if is_wanted:
            act.execute(delete(UnwantedMail).where(*mine))
        else:
            columns = (Employee.id.label("employee_id"), literal(topic.value).label("topic"))
            since = literal(act.now, UnwantedMail.since.type).label("since")
            insert_once(act.db, UnwantedMail, select(*columns, since).where(Employee.id == person_id))


def unwanted(db: Session, people: Collection[int]) -> dict[int, set[str]]:
    """The topics of which people would rather have no mails, of those who have said so."""
    found: dict[int, set[str]] = defaultdict(set)
    said = select(UnwantedMail.employee_id, UnwantedMail.topic).where(UnwantedMail.employee_id.in_(people))
    for person, topic in db.execute(said):
        found[person].add(topic)
    return dict(found)


def refuse_unwanted(db: Session, delivery: Delivery, topics: Collection[str]) -> None:
    """Raise Dropped for a mail of one of the topics that its reader would rather not have."""
    if topics and topic_of(db, delivery) in topics:
        raise Dropped("not_wanted")


def topic_of(db: Session, delivery: Delivery) -> Topic:
    """What a mail to a person is about, as he sees it."""
    if delivery.kind in _BY_KIND or delivery.kind not in AUDIENCE:
        return _BY_KIND.get(delivery.kind, FIXED)
    entry = db.get_one(JournalEntry, delivery.entry_id)
    case = db.get_one(PromotionCase, entry.case_id)
    if case.candidate_id == delivery.person_id:
        return Topic.OWN_CASE if delivery.kind in _NEWS else FIXED
    is_copied = db.get(CaseCopy, (case.id, delivery.person_id)) is not None
    return Topic.COPIES if is_copied else Topic.OTHER_CASES
