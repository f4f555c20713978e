"""What the verbs of a competition share: its rules, its entries, its chain, and what HR is asked about it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from workflow import cases, contest_tasks, journal
from workflow.act import Act
from workflow.calendars import calendar_of
from workflow.contest_stakes import is_apart_from_entrants_of, wants_a_seat_of
from workflow.editions.library import edition_of
from workflow.errors import Conflicted, NotFound, OwnCase, StageMoved
from workflow.models import Competition, Employee, Entry, PromotionCase, Task
from workflow.rules import deadlines
from workflow.rules.edition import CompetitionRules, RoundRules
from workflow.vocabulary import CompetitionState, Stage, TaskKind

Field = Mapping[int, PromotionCase]
"""The cases that have entered a competition, by key."""

UNDER_WAY = (CompetitionState.CLOSED, CompetitionState.SCORING, CompetitionState.SCORED)
"""Entries are closed and the order of merit is not signed."""

NOBODY_TO_RUN = "nobody_in_role"
"""Why the cases of a competition are stuck while everybody of HR has a stake in it."""

_ANSWER_DAYS = 3


def rules_of(act: Act, competition: Competition) -> CompetitionRules:
    """How the competition is judged, by the edition it was announced under; raises NotFound without rules."""
    edition = edition_of(act.db, competition.edition_id)
    step = edition.step(competition.target_track, competition.target_level)
    if step is None or step.competition is None:
        raise NotFound(kind="competition_rules")
    return step.competition


def round_of(act: Act, competition: Competition) -> RoundRules:
    """The round that is being judged, or was judged last."""
    return rules_of(act, competition).rounds[competition.round_number - 1]


def is_last_round(act: Act, competition: Competition) -> bool:
    """Whether the order of merit follows after this round."""
    return competition.round_number == len(rules_of(act, competition).rounds)


def running_in(field: Field) -> list[PromotionCase]:
    """The cases of the field that are still in the competition."""
    return [case for case in field.values() if case.stage is Stage.COMPETITION]


def entries_of(act: Act, competition: Competition, running: Sequence[PromotionCase]) -> list[Entry]:
    """The entries of cases that still run, in the running order."""
    query = select(Entry).where(
        Entry.competition_id == competition.id, Entry.round_id.in_([case.round_id for case in running])
    )
    return list(act.all(query.order_by(Entry.position, Entry.id)))


def require_state(competition: Competition, *states: CompetitionState) -> None:
    """Refuse what belongs to another moment of the competition (StageMoved)."""
    if competition.state not in states:
        raise StageMoved(stage=competition.state, expected=[state.value for state in states])


def refuse_entrant(act: Act, competition: Competition) -> None:
    """Refuse to let an entrant, or anybody else on the way to the post, run the competition (OwnCase).

    Nor whoever is kept apart from an entrant (Conflicted).
    """
    if act.first(select(wants_a_seat_of(competition.id, act.person.id))):
        raise OwnCase()
    if act.first(select(is_apart_from_entrants_of(competition.id, act.person.id))):
        raise Conflicted()


def note_who_may_run(act: Act, competition: Competition, field: Field) -> None:
    """Mark its cases stuck while it waits for HR and everybody there has a stake; free them after."""
    waiting = contest_tasks.held_by_nobody().where(Task.subject_id == competition.id)
    is_left_alone = act.first(waiting) is not None
    for case in running_in(field):
        if is_left_alone and case.stuck_reason is None:
            cases.mark_stuck(act, case, NOBODY_TO_RUN)
        elif not is_left_alone and case.stuck_reason == NOBODY_TO_RUN:
            cases.free(act, case)


def record(act: Act, action: str, competition: Competition, *, text: str | None = None, **facts: Any) -> None:
    """Write into the competition's own chain of the journal that something happened."""
    chain = f"competition/{competition.id}"
    journal.record(act, action, chain=chain, text=text, competition=competition.id, **facts)


def due_in(act: Act, competition: Competition, days: int) -> datetime:
    """The end of the n-th working day from now at the site of whoever announced the competition."""
    site = act.db.get_one(Employee, competition.opened_by_id).site
    return deadlines.due_at(act.now, days, calendar=calendar_of(site), zone=site.time_zone)


def answer_due(act: Act, competition: Competition) -> datetime:
    """Until when HR is to answer what it is asked about the competition now: three working days."""
    return due_in(act, competition, _ANSWER_DAYS)


def ask_hr(act: Act, kind: TaskKind, competition: Competition, *, detail: str | None = None) -> None:
    """Give HR a task about the competition, unless it is asked already."""
    if not contest_tasks.is_asked(act, kind, competition):
        due_at = answer_due(act, competition)
        contest_tasks.ask_hr(act, kind, competition, due_at=due_at, detail=detail)
