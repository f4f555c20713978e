"""What has a day in the product: in a mail for the calendar of its reader, and in the feed of a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from notifications.announcements import ANNOUNCED, CALLED_OFF, EXTENDED, may_enter
from notifications.audience import MENTORS_NO_MORE
from notifications.calendar import Dated
from notifications.models import Delivery
from notifications.once import Rows
from translations import say
from workflow.models import (
    CheckIn,
    Competition,
    Employee,
    JournalEntry,
    Mentorship,
    PlanItem,
    PromotionCase,
)
from workflow.vocabulary import CompetitionState, Stage


def of_mail(db: Session, delivery: Delivery, locale: str, base_url: str) -> Sequence[Dated]:
    """What a mail puts into the calendar of its reader, moves there or takes out, as things stand now."""
    if delivery.entry_id is None or delivery.kind not in _IN_MAILS:
        return ()
    entry = db.get_one(JournalEntry, delivery.entry_id)
    told = _IN_MAILS[delivery.kind](_Words(db, locale, base_url), delivery, entry)
    return [replace(one, sequence=entry.id, is_off=delivery.kind in _OFF) for one in told]


def of_person(db: Session, person: Employee, locale: str, base_url: str) -> list[Dated]:
    """What a person has before him on a day without being asked to do anything by it."""
    words = _Words(db, locale, base_url)
    mine = Mentorship.mentee_id == person.id, PromotionCase.stage == Stage.MENTORING
    items = (
        select(PlanItem, Mentorship.case_id)
        .join(Mentorship, Mentorship.id == PlanItem.mentorship_id)
        .join(PromotionCase, PromotionCase.id == Mentorship.case_id)
        .where(*mine, PlanItem.done_on.is_(None))
        .where(Mentorship.agreed_by_mentor_at.is_not(None), Mentorship.agreed_by_mentee_at.is_not(None))
    )
    effects = select(PromotionCase).where(
        PromotionCase.candidate_id == person.id, PromotionCase.stage == Stage.NOTICE
    )
    open_ones = select(Competition).where(Competition.state == CompetitionState.ANNOUNCED, may_enter(person))
    return [
        *words.talks(_talks().where(*mine).order_by(CheckIn.id)),
        *(words.item(*row) for row in db.execute(items.order_by(PlanItem.id))),
        *(words.effect(case.id, case.effective_on) for case in db.scalars(effects) if case.effective_on),
        *(words.last_day(one) for one in db.scalars(open_ones.order_by(Competition.id))),
    ]


@dataclass(frozen=True, slots=True)
class _Words:
    """How each is called and where it leads: kinds and numbers of cases, for calendars lie about."""

    db: Session
    locale: str
    base_url: str

    def last_day(self, one: Competition) -> Dated:
        title = say("dated.last_day", self.locale, competition=one.name)
        return Dated(f"competition-{one.id}", one.closes_on, title, f"{self.base_url}/competitions/{one.id}")

    def talks(self, found: Rows) -> list[Dated]:
        return [self._talk(*row) for row in self.db.execute(found)]

    def item(self, item: PlanItem, case: int) -> Dated:
        title = say(f"dated.{item.kind}", self.locale, case=case)
        return Dated(f"plan-item-{item.id}", item.due_on, title, f"{self.base_url}/cases/{case}/mentoring")

    def effect(self, case: int, on: date) -> Dated:
        title = say("dated.effect", self.locale, case=case)
        return Dated(f"effect-{case}", on, title, f"{self.base_url}/cases/{case}")

    def _talk(self, talk: CheckIn, case: int) -> Dated:
        title = say("dated.talk", self.locale, case=case, day=talk.day)
        return Dated(f"check-in-{talk.id}", talk.due_on, title, f"{self.base_url}/cases/{case}/mentoring")


def _talks() -> Rows:
    """Talks that have not been held, with their case."""
    return (
        select(CheckIn, Mentorship.case_id)
        .join(Mentorship, Mentorship.id == CheckIn.mentorship_id)
        .join(PromotionCase, PromotionCase.id == Mentorship.case_id)
        .where(CheckIn.held_on.is_(None))
    )


def _competition(words: _Words, _delivery: Delivery, entry: JournalEntry) -> list[Dated]:
    return [words.last_day(words.db.get_one(Competition, entry.facts["competition"]))]


def _own_competition(words: _Words, delivery: Delivery, entry: JournalEntry) -> list[Dated]:
    return _competition(words, delivery, entry) if _is_candidate(words, delivery, entry) else []


def _talks_of_both(words: _Words, delivery: Delivery, entry: JournalEntry) -> list[Dated]:
    either = (Mentorship.mentee_id == delivery.person_id) | (Mentorship.mentor_id == delivery.person_id)
    return words.talks(_talks().where(Mentorship.case_id == entry.case_id, either).order_by(CheckIn.id))


def _talks_no_more(words: _Words, delivery: Delivery, entry: JournalEntry) -> list[Dated]:
    mentors_no_more = Mentorship.mentor_id.is_distinct_from(delivery.person_id)
    return words.talks(
        _talks().where(Mentorship.case_id == entry.case_id, mentors_no_more).order_by(CheckIn.id)
    )


def _effect(words: _Words, delivery: Delivery, entry: JournalEntry) -> list[Dated]:
    case = words.db.get_one(PromotionCase, entry.case_id)
    has_day = case.stage is Stage.NOTICE or delivery.kind == "effect_taken"
    is_told = has_day and _is_candidate(words, delivery, entry)
    return [words.effect(case.id, case.effective_on)] if is_told and case.effective_on else []


def _no_effect(words: _Words, delivery: Delivery, entry: JournalEntry) -> list[Dated]:
    """The day that a decision on notice had, of which its candidate had been told."""
    posted = select(JournalEntry.facts).where(
        JournalEntry.case_id == entry.case_id, JournalEntry.action == "notice_posted"
    )
    facts = words.db.scalar(posted.order_by(JournalEntry.id.desc()).limit(1))
    if facts is None or entry.case_id is None or not _is_candidate(words, delivery, entry):
        return []
    return [words.effect(entry.case_id, date.fromisoformat(facts["effective_on"]))]


def _nothing_left(words: _Words, delivery: Delivery, entry: JournalEntry) -> list[Dated]:
    return [*_talks_of_both(words, delivery, entry), *_no_effect(words, delivery, entry)]


def _is_candidate(words: _Words, delivery: Delivery, entry: JournalEntry) -> bool:
    case = words.db.get_one(PromotionCase, entry.case_id)
    return case.candidate_id == delivery.person_id


_IN_MAILS: dict[str, Callable[[_Words, Delivery, JournalEntry], list[Dated]]] = {
    **dict.fromkeys((ANNOUNCED, EXTENDED, CALLED_OFF), _competition),
    "competition_cancelled": _own_competition,
    **dict.fromkeys(("plan_agreed", "mentoring_extended"), _talks_of_both),
    **dict.fromkeys(("mentoring_confirmed", "mentoring_reverted"), _talks_of_both),
    **dict.fromkeys(MENTORS_NO_MORE, _talks_no_more),
    **dict.fromkeys(("decision_recorded", "effect_taken"), _effect),
    "case_reopened": _no_effect,
    "case_withdrawn": _nothing_left,
}
# What they tell of is no more.
_OFF = frozenset(
    {
        *(CALLED_OFF, "competition_cancelled", "mentoring_confirmed", "mentoring_reverted"),
        *(*MENTORS_NO_MORE, "case_reopened", "case_withdrawn"),
    }
)
