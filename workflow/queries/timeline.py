"""What has happened to a case, from the journal, as far as the reader may know it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, literal, null, or_, select

from workflow import journal
from workflow.models import Employee, JournalEntry, JournalText, aliased
from workflow.permissions import Part
from workflow.queries import stuck
from workflow.queries.shaping import Person, Shaped, person_of
from workflow.relations import Relation

# The actions that tell of a part of the case; all others may be known by whoever sees the timeline.
_TELLS_OF = {
    Part.REVIEW_OUTCOME: journal.OF_REVIEW,
    Part.TALLY: journal.OF_VOTE | journal.OF_TURNS,
    Part.OBJECTIONS: journal.OF_OBJECTIONS,
    Part.RATER_OBJECTIONS: journal.OF_RATER_OBJECTION,
    Part.INTERNAL_REASON: frozenset({"emergency_asked"}),
}
_ASKED, _ABSENT = aliased(Employee), aliased(Employee)  # an alias costs more to make than to use
# Acts by which a person is named. The last rater or voter also moves the case on, and must not be.
SIGNED = frozenset(
    {
        "case_opened",
        "opted_out",
        "consent_given",
        "consent_refused",
        "nomination_written",
        "nomination_submitted",
        "nomination_resubmitted",
        "nomination_returned",
        "approval_signed",
        "approval_refused",
        "task_handed_over",
        "signer_added",
        "case_copied",
        "copy_taken_back",
        "signer_spared",
        "case_nudged",
        "emergency_asked",
        "emergency_granted",
        "emergency_read",
        "rule_waived",
        "rater_objection_filed",
        "rater_objection_decided",
        "review_score_waived",
        "decision_signed",
        "review_widened",
        "not_shortlisted",
        "reserve_expired",
        "decision_recorded",
        "case_deferred",
        "objection_raised",
        "objection_upheld",
        "objection_dismissed",
        "letter_acknowledged",
        "mentor_named",
        "mentorship_refused",
        "duties_acknowledged",
        "plan_proposed",
        "plan_agreed",
        "progress_noted",
        "checked_in",
        "performance_checked",
        "mentoring_confirmed",
        "mentoring_extended",
        "mentoring_reverted",
        "case_declined",
        "case_withdrawn",
    }
)
_STEPPED_ASIDE = frozenset({"member_recused", "mentorship_refused", "task_handed_over"})
# Whom somebody has asked, or keeps informed, everybody may know who sees the timeline.
_OF_OTHERS = (
    *("task_handed_over", "seat_fell_back", "signer_added", "signer_spared"),
    *("case_copied", "copy_taken_back", "emergency_granted"),
)
_FACTS: dict[str, tuple[str, ...]] = {
    "case_opened": ("nominated_as", "track", "level", "post"),
    "draft_opened": ("nominated_as", "track", "level", "post"),
    "nomination_written": ("changed",),
    "stage_entered": ("from", "to", "trigger"),
    "approval_signed": ("seat", "position", "is_added"),
    "approval_refused": ("seat", "is_advice"),
    "task_handed_over": ("kind",),
    "signer_added": ("seat",),
    "signer_spared": ("seat",),
    "seat_fell_back": ("seat",),
    "case_nudged": ("kinds",),
    "approval_skipped": ("seat", "reason"),
    "rule_waived": ("rule",),
    "eligibility_examined": ("findings",),
    "review_extended": ("until",),
    "review_closed": ("stands",),
    "review_widened": ("reach",),
    "rater_objection_filed": ("number",),
    "rater_objection_decided": ("number", "upheld"),
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
    "decision_signed": ("result",),
    "decision_recorded": ("result",),
    "case_set_aside": ("reason",),
    "placed_in_reserve": ("reason",),
    "notice_posted": ("days", "effective_on", "is_contested"),
    "objection_raised": ("objection",),
    "objection_upheld": ("objection", "step"),
    "objection_dismissed": ("objection",),
    "objection_lapsed": ("objection",),
    "case_reopened": ("step",),
    "letter_written": ("letter", "kind"),
    "letter_acknowledged": ("letter",),
    "effect_taken": ("on", "level", "department", "manager", "reports", "heads"),
    "progress_noted": ("item",),
    "checked_in": ("day",),
    "performance_checked": ("week",),
    "mentoring_extended": ("until",),
    "mentoring_reverted": ("level",),
    "case_withdrawn": ("has_left",),
    "case_stuck": ("reason",),
}
_OF_APPROVERS = frozenset({"approval_signed", "approval_refused", "nomination_returned", "signer_added"})
# The place of a line, which stays when more is told; no reader is shown it: its gaps tell of hidden lines.
PLACE = JournalEntry.sequence
_FOR_AUDITORS = {
    "review_opened": ("seed", "pool", "drawn"),
    "committee_convened": ("recused",),
    "approval_signed": ("in_bulk",),
    "alternates_drawn": ("seed", "pool"),
}


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline, counted from 1 among those that its reader sees now."""

    number: int
    at: datetime
    action: str
    actor: Person | None
    person: Person | None
    on_behalf_of: Person | None
    facts: dict[str, Any]
    text: str | None


def of_case(case_id: int, mine: frozenset[Relation], parts: frozenset[Part]) -> Select[Any]:
    """Query for the Happenings of a case that the reader may see, to be ordered by `PLACE`."""
    number = func.row_number().over(order_by=JournalEntry.sequence).label("number")
    seen = (
        select(JournalEntry.id, number)
        .where(JournalEntry.case_id == case_id, is_told(mine, parts))
        .subquery("seen")
    )
    query = select(happening(seen.c.number, mine, parts)).select_from(JournalEntry)
    return with_people(query.join(seen, seen.c.id == JournalEntry.id))


def is_told(mine: frozenset[Relation], parts: frozenset[Part]) -> ColumnElement[bool]:
    """Condition on JournalEntry: whoever stands so to its case, and sees these parts, may know of it."""
    unseen = {action for part, told in _TELLS_OF.items() if part not in parts for action in told}
    unseen |= frozenset() if Relation.AUDITOR in mine else journal.SECRET
    return JournalEntry.action.not_in(sorted(unseen))


def happening(number: Any, mine: frozenset[Relation], parts: frozenset[Part]) -> Shaped:
    """The Happening of a JournalEntry and the people of `with_people`, as that reader may know it."""
    return Shaped(
        "happening",
        _happening,
        literal(Relation.AUDITOR in mine).label("is_auditor"),
        literal(Part.TALLY in parts).label("knows_tally"),
        number,
        JournalEntry.at,
        JournalEntry.action,
        person_of("actor", Employee),
        person_of("person", _ASKED),
        person_of("on_behalf_of", _ABSENT),
        JournalEntry.facts,
        case((_is_readable(mine, parts), JournalText.text), else_=null()).label("text"),
    )


def with_people(query: Select[Any]) -> Select[Any]:
    """A query for JournalEntries, with those joined whom it names, and its text."""
    is_of_no_case = JournalEntry.case_id.is_(None)
    is_signed = or_(JournalEntry.action.in_(sorted(SIGNED)), is_of_no_case)
    names_another = or_(JournalEntry.action.in_(_OF_OTHERS), is_of_no_case)
    return (
        query.outerjoin(Employee, and_(Employee.id == JournalEntry.actor_id, is_signed))
        .outerjoin(_ABSENT, and_(_ABSENT.id == JournalEntry.on_behalf_of_id, is_signed))
        .outerjoin(
            _ASKED,
            and_(names_another, _ASKED.id == JournalEntry.facts["person"].as_integer()),
        )
        .outerjoin(JournalText, JournalText.entry_id == JournalEntry.id)
    )


def _is_readable(mine: frozenset[Relation], parts: frozenset[Part]) -> Any:
    """Whoever may read the nomination may read reasons; why somebody stepped aside, only HR and auditors.

    What approvers write is told with the decision, a return at once to the author.
    """
    if Part.NOMINATION not in parts:
        return false()
    untold = journal.SECRET | journal.OF_RATER_OBJECTION | _STEPPED_ASIDE
    if Part.APPROVAL_REASONS not in parts:
        untold |= _OF_APPROVERS - ({"nomination_returned"} if Relation.NOMINATOR in mine else set())
    if Part.MENTORSHIP not in parts:
        untold |= {"progress_noted"}
    open_words = JournalEntry.action.not_in(sorted(untold))
    if Part.INTERNAL_REASON not in parts:
        return open_words
    return or_(open_words, JournalEntry.action.in_(sorted(_STEPPED_ASIDE)))


def _happening(
    is_auditor: bool,
    knows_tally: bool,
    number: int,
    at: datetime,
    action: str,
    actor: Person | None,
    person: Person | None,
    on_behalf_of: Person | None,
    facts: dict[str, Any],
    text: str | None,
) -> Happening:
    shown = _FACTS.get(action, ()) + (_FOR_AUDITORS.get(action, ()) if is_auditor else ())
    if action == "case_stuck" and not knows_tally and facts["reason"] in stuck.OF_VOTE:
        shown = ()
    told = {name: facts[name] for name in shown if name in facts}
    return Happening(number, at, action, actor, person, on_behalf_of, told, text)
