"""What has happened to a case, from the journal, as far as the reader may know it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, case, false, func, literal, literal_column, null, or_, select

from workflow import journal
from workflow.models import Employee, JournalEntry, JournalText
from workflow.permissions import Part, Relation
from workflow.queries import stuck
from workflow.queries.shaping import Person, Shaped, person_of

# The actions that tell of a part of the case; all others may be known by whoever sees the timeline.
_TELLS_OF = {Part.REVIEW_OUTCOME: journal.OF_REVIEW, Part.TALLY: journal.OF_VOTE}
# Acts by which a person is named. The last rater or voter also moves the case on, and must not be.
_SIGNED = frozenset(
    {
        "case_opened",
        "nomination_written",
        "nomination_submitted",
        "nomination_resubmitted",
        "nomination_returned",
        "approval_signed",
        "approval_refused",
        "rule_waived",
        "review_score_waived",
        "not_shortlisted",
        "reserve_expired",
        "decision_recorded",
        "mentor_named",
        "plan_proposed",
        "plan_agreed",
        "checked_in",
        "mentoring_confirmed",
        "mentoring_extended",
        "mentoring_reverted",
        "case_declined",
        "case_withdrawn",
    }
)
_FACTS: dict[str, tuple[str, ...]] = {
    "case_opened": ("nominated_as", "track", "level", "post"),
    "stage_entered": ("from", "to", "trigger"),
    "approval_signed": ("seat", "position"),
    "approval_refused": ("seat", "is_advice"),
    "approval_skipped": ("seat", "reason"),
    "rule_waived": ("rule",),
    "eligibility_examined": ("findings",),
    "review_closed": ("stands",),
    "competition_entered": ("competition",),
    "competition_cancelled": ("competition",),
    "not_shortlisted": ("competition", "round"),
    "competition_placed": ("place", "seats"),
    "called_up": ("competition",),
    "committee_convened": ("committee", "seats"),
    "member_recused": ("conflict",),
    "ballot_opened": ("number", "entitled"),
    "vote_extended": ("until",),
    "vote_closed": ("number",),
    "decision_recorded": ("result",),
    "notice_posted": ("days", "effective_on"),
    "effect_taken": ("on", "level"),
    "checked_in": ("day",),
    "mentoring_extended": ("until",),
    "mentoring_reverted": ("level",),
    "case_stuck": ("reason",),
}
# The place among the lines the reader sees: gaps in the journal's own count would tell of the others.
NUMBER = literal_column("seen.number", Integer)
_FOR_AUDITORS = {"review_opened": ("seed", "pool", "drawn"), "committee_convened": ("recused",)}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline, counted from 1 for its reader."""

    number: int
    at: datetime
    action: str
    actor: Person | None
    facts: dict[str, Any]
    text: str | None


def of_case(case_id: int, mine: frozenset[Relation], parts: frozenset[Part]) -> Select[Any]:
    """Query for the Happenings of a case that the reader may see, ordered by `NUMBER`."""
    is_auditor = Relation.AUDITOR in mine
    unseen = {action for part, told in _TELLS_OF.items() if part not in parts for action in told}
    unseen |= frozenset() if is_auditor else journal.SECRET
    number = func.row_number().over(order_by=JournalEntry.sequence).label("number")
    seen = (
        select(JournalEntry.id, number)
        .where(JournalEntry.case_id == case_id, JournalEntry.action.not_in(sorted(unseen)))
        .subquery("seen")
    )
    shape = Shaped(
        "happening",
        _happening,
        literal(is_auditor).label("is_auditor"),
        literal(Part.TALLY in parts).label("knows_tally"),
        seen.c.number,
        JournalEntry.at,
        JournalEntry.action,
        person_of("actor", Employee),
        JournalEntry.facts,
        case((_is_readable(parts), JournalText.text), else_=null()).label("text"),
    )
    return (
        select(shape)
        .select_from(JournalEntry)
        .join(seen, seen.c.id == JournalEntry.id)
        .outerjoin(
            Employee, and_(Employee.id == JournalEntry.actor_id, JournalEntry.action.in_(sorted(_SIGNED)))
        )
        .outerjoin(JournalText, JournalText.entry_id == JournalEntry.id)
    )


def _is_readable(parts: frozenset[Part]) -> Any:
    """Whoever may read the nomination may read reasons; why somebody is recused, only HR and auditors."""
    if Part.NOMINATION not in parts:
        return false()
    open_words = JournalEntry.action.not_in(sorted(journal.SECRET | {"member_recused"}))
    if Part.INTERNAL_REASON not in parts:
        return open_words
    return or_(open_words, JournalEntry.action == "member_recused")


def _happening(
    is_auditor: bool,
    knows_tally: bool,
    number: int,
    at: datetime,
    action: str,
    actor: Person | None,
    facts: dict[str, Any],
    text: str | None,
) -> Happening:
    shown = _FACTS.get(action, ()) + (_FOR_AUDITORS.get(action, ()) if is_auditor else ())
    if action == "case_stuck" and not knows_tally and facts["reason"] in stuck.OF_VOTE:
        shown = ()
    told = {name: facts[name] for name in shown if name in facts}
    return Happening(number, at, action, actor, told, text)
