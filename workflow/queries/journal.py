"""The whole journal, as auditors and HR search it: told as the timeline of each case tells it to them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, null, or_, select

from workflow.contest_stakes import has_stake_in
from workflow.journal import OF_RATER_OBJECTION
from workflow.models import Employee, JournalEntry, PromotionCase, RaterObjection, aliased
from workflow.permissions import Part
from workflow.queries import timeline
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.queries.timeline import Happening
from workflow.relations import Relation, seen_as_staff
from workflow.rules.deadlines import local_midnight

_CANDIDATE = aliased(Employee)  # an alias costs more to make than to use
# Newest first; no reader is shown it: its gaps tell of hidden entries.
PLACE = JournalEntry.id


@dataclass(frozen=True, slots=True)
class Search:
    """What to look for; a name that is not given leaves it open. Days are those of the reader's zone."""

    case_id: int | None = None
    actor: str | None = None
    action: str | None = None
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry: of a case with its candidate, or in a chain of its own."""

    chain: str
    case_id: int | None
    candidate: Person | None
    happening: Happening


def entries(reader: Employee, roles: frozenset[Relation], wanted: Search) -> Select[Any]:
    """Query for the Lines that somebody with these roles may read, ordered by `PLACE`.

    HR reads of the cases it is HR to; auditors of all but their own and their rivals', and of what
    belongs to no case, but for competitions they have a stake in. An actor is found where the reader may
    know of him, and nowhere else.
    """
    mine = roles & {Relation.AUDITOR} or frozenset({Relation.HR})
    parts = frozenset(Part)  # whoever sees a case as HR or as an auditor sees all of them
    shape = Shaped(
        "line",
        _line,
        JournalEntry.chain,
        JournalEntry.case_id,
        JournalEntry.facts,
        person_of("candidate", _CANDIDATE),
        timeline.happening(null().label("number"), mine, parts),
    )
    query = (
        select(shape)
        .select_from(JournalEntry)
        .outerjoin(PromotionCase, PromotionCase.id == JournalEntry.case_id)
        .outerjoin(_CANDIDATE, _CANDIDATE.id == PromotionCase.candidate_id)
        .where(_is_seen(reader.id, mine), timeline.is_told(mine, parts), *_found(reader, wanted))
    )
    return timeline.with_people(query)


def _is_seen(reader: int, mine: frozenset[Relation]) -> ColumnElement[bool]:
    is_unwanted = exists().where(
        RaterObjection.case_id == JournalEntry.case_id, RaterObjection.person_id == reader
    )
    is_hidden = and_(JournalEntry.action.in_(sorted(OF_RATER_OBJECTION)), is_unwanted)
    of_case = and_(JournalEntry.case_id.is_not(None), seen_as_staff(reader), ~is_hidden)
    return or_(of_case, _is_of_no_case(reader) if Relation.AUDITOR in mine else false())


def _is_of_no_case(reader: int) -> ColumnElement[bool]:
    """Of no case, nor of a competition in which the reader has a stake."""
    competition = JournalEntry.facts["competition"].as_integer()
    return and_(JournalEntry.case_id.is_(None), ~has_stake_in(competition, reader))


def _found(reader: Employee, wanted: Search) -> list[ColumnElement[bool]]:
    at, zone, day = JournalEntry.at, reader.time_zone, timedelta(days=1)
    tests = (
        (wanted.case_id, lambda case_id: JournalEntry.case_id == case_id),
        (wanted.actor, lambda number: Employee.number == number),
        (wanted.action, lambda action: JournalEntry.action == action),
        (wanted.first_day, lambda first: at >= local_midnight(first, zone)),
        (wanted.last_day, lambda last: at < local_midnight(last + day, zone)),
    )
    return [test(given) for given, test in tests if given is not None]


def _line(
    chain: str, case_id: int | None, facts: dict[str, Any], candidate: Person | None, happening: Happening
) -> Line:
    """What belongs to no case is told as it is written; facts name nobody."""
    shown = happening if case_id is not None else replace(happening, facts=facts, text=None)
    return Line(chain, case_id, candidate, shown)
