"""The order of merit of a competition: signed by HR, with a reason for each tie at the cut."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow import cases, contest_tasks, contests, journal, scoring
from workflow.act import Act
from workflow.contests import Field
from workflow.errors import Invalid
from workflow.models import Competition, Entry, PromotionCase
from workflow.process import Trigger
from workflow.vocabulary import CompetitionState, TaskKind, TieOrder


@dataclass(frozen=True, slots=True)
class Ties:
    """How HR settles the tie band at the cut: by which order, and why for each case in it."""

    order: TieOrder = TieOrder.MERIT
    reasons: Mapping[int, str] = field(default_factory=dict)


def decide(
    act: Act, competition: Competition, field: Field, *, reason: str, ties: Ties | None = None
) -> None:
    """Send the first places to the committee, the others above the floor to the reserve, signed by HR.

    Who shares the last place that gets in goes on together. Raises StageMoved before the last round is
    open, OwnCase to an entrant, ReasonMissing, Invalid where a tie in the band lacks its reason.
    """
    contests.refuse_entrant(act, competition)
    cases.require_reason(reason)
    contests.require_state(competition, CompetitionState.SCORED)
    if not contests.is_last_round(act, competition):
        raise Invalid(reason="shortlist_follows")
    entries = contests.entries_of(act, competition, contests.running_in(field))
    # Whoever has withdrawn since the opening leaves the place to the next.
    placed = scoring.rank(act, competition, entries)
    _settle(act, competition, placed, ties or Ties())
    contest_tasks.complete(act, TaskKind.WRITE_DECISION, competition)
    competition.state = CompetitionState.DECIDED
    competition.decided_at = act.now
    act.db.flush()
    below = [entry for entry in entries if entry.place is None]
    for entry in (*placed, *below):
        _place(act, competition, entry, field[entry.case_id], reason)
    contests.record(act, "competition_decided", competition, text=reason)


def _settle(act: Act, competition: Competition, placed: list[Entry], ties: Ties) -> None:
    tied = {entry.case_id: entry for entry in placed if entry.is_tied}
    missing = [case for case in tied if not ties.reasons.get(case, "").strip()]
    if missing:
        raise Invalid(reason="tie_reasons_missing", cases=missing)
    strangers = sorted(ties.reasons.keys() - tied.keys())
    if strangers:
        raise Invalid(reason="not_in_the_tie_band", cases=strangers)
    is_secondary = ties.order is TieOrder.SECONDARY
    if is_secondary and not contests.rules_of(act, competition).secondary:
        raise Invalid(reason="no_secondary_criteria")
    for case, entry in tied.items():
        entry.tie_reason = ties.reasons[case]
        entry.place = entry.proposed_place if is_secondary else entry.place


def _place(act: Act, competition: Competition, entry: Entry, case: PromotionCase, reason: str) -> None:
    journal.record(
        act,
        "competition_placed",
        case=case,
        place=entry.place,
        seats=competition.seats,
        text=entry.tie_reason,
    )
    if entry.place is None:
        cases.decide(act, case, text=reason, internal_reason="")
        cases.advance(act, case, Trigger.PASS_OVER, reason=reason)
    elif entry.place <= competition.seats:
        cases.advance(act, case, Trigger.CONVENE, reason=reason)
    else:
        cases.decide(act, case, text=reason, internal_reason="")
        cases.advance(act, case, Trigger.PLACE_IN_RESERVE, reason=reason)
