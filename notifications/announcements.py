"""What those who may enter a competition are told: that there is one, until when, and that it is off."""

from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, literal, select
from sqlalchemy.orm import Session

from notifications import dates
from notifications.models import Delivery
from notifications.once import Rows, mail_columns
from workflow.act import Act
from workflow.departments import lies_in
from workflow.models import Competition, Employee, JournalEntry, PromotionCase
from workflow.vocabulary import Level

ANNOUNCED, EXTENDED, CALLED_OFF = "competition_announced", "competition_extended", "competition_called_off"
KINDS = frozenset({ANNOUNCED, EXTENDED, CALLED_OFF})
# An entry of a competition's own chain, by what is told of it.
_TOLD = {ANNOUNCED: ANNOUNCED, EXTENDED: EXTENDED, "competition_cancelled": CALLED_OFF}


def told(act: Act) -> list[Rows]:
    """One delivery to everybody who may enter a competition, but for whoever has acted."""
    entries = [entry for entry in act.entries if entry.case_id is None and entry.action in _TOLD]
    rows = (_rows(act, entry, act.db.get_one(Competition, entry.facts["competition"])) for entry in entries)
    return [found for found in rows if found is not None]


def facts(db: Session, delivery: Delivery, locale: str, base_url: str) -> tuple[dict[str, Any], str]:
    """Which competition, its days and where to look."""
    entry = db.get_one(JournalEntry, delivery.entry_id)
    competition = db.get_one(Competition, entry.facts["competition"])
    opens, closes = (dates.written(day, locale) for day in (competition.opens_on, competition.closes_on))
    told = {"competition": competition.name, "seats": competition.seats, "opens": opens, "closes": closes}
    return told, f"{base_url}/competitions/{competition.id}"


def may_enter(person: Employee) -> ColumnElement[bool]:
    """Condition on Competition: it is for people of the level and the department somebody has."""
    above = [level for level in Level if level.rank == person.level.rank + 1]
    reached = lies_in(literal(person.department_id, Integer), Competition.department_id)
    return and_(Competition.target_level.in_(above), reached)


def _rows(act: Act, entry: JournalEntry, competition: Competition) -> Rows | None:
    kind = _TOLD[entry.action]
    if kind == CALLED_OFF and competition.closes_at <= act.now:
        return None  # nobody could enter any more; those who had are told by their cases
    person = Employee.id.expression
    below = [level for level in Level if level.rank == competition.target_level.rank - 1]
    reached = lies_in(Employee.department_id.expression, literal(competition.department_id, Integer))
    return (
        select(*mail_columns(act.now, kind, person))
        .select_from(JournalEntry)
        .join(Employee, and_(Employee.is_active, Employee.level.in_(below), reached))
        .where(JournalEntry.id == entry.id, person != entry.actor_id, person.not_in(_by_their_cases(act)))
    )


def _by_their_cases(act: Act) -> Rows:
    """Whose case the act tells of besides: his mail says what becomes of it."""
    of_cases = [entry.case_id for entry in act.entries if entry.case_id is not None and entry.action in _TOLD]
    return select(PromotionCase.candidate_id).where(PromotionCase.id.in_(of_cases))
