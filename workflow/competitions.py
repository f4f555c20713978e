"""The internal competition until its entries are closed: announce, enter, close, extend, cancel."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from workflow import cases, contest_tasks, contests, entrants, journal
from workflow.act import Act
from workflow.calendars import calendar_of
from workflow.contests import Field
from workflow.editions.library import edition_of
from workflow.errors import Invalid
from workflow.models import Competition, Department, Employee, Entry, PromotionCase
from workflow.rules import deadlines
from workflow.rules.edition import CompetitionRules
from workflow.vocabulary import CompetitionState, Level, TaskKind, Track


@dataclass(frozen=True, slots=True)
class Announcement:
    """What HR announces: seats in a post, open to a department and all below it or to the whole company.

    The days are those of the announcer's site; without a last day the edition's working days run.
    """

    name: str
    track: Track
    level: Level
    post: str
    seats: int
    opens_on: date
    closes_on: date | None = None
    department_id: int | None = None


def announce(act: Act, wanted: Announcement, *, edition_id: int, cycle_id: int | None = None) -> Competition:
    """Announce a competition for a post; cases that already wait for one enter it at once if it is open.

    Raises Invalid where the edition holds none for this post, and for days in the past or out of order.
    """
    step = edition_of(act.db, edition_id).step(wanted.track, wanted.level)
    if step is None or step.competition is None or wanted.post not in step.posts:
        raise Invalid(reason="no_competition_for_this_post", post=wanted.post)
    closes_on = wanted.closes_on or _default_close(act, step.competition, wanted.opens_on)
    _check(act, wanted, closes_on)
    zone = act.person.site.time_zone
    competition = act.add(
        Competition(
            name=wanted.name,
            target_track=wanted.track,
            target_level=wanted.level,
            target_post=wanted.post,
            seats=wanted.seats,
            opens_on=wanted.opens_on,
            closes_on=closes_on,
            opens_at=deadlines.local_midnight(wanted.opens_on, zone),
            closes_at=_last_instant(closes_on, zone),
            opened_by_id=act.person.id,
            edition_id=edition_id,
            department_id=wanted.department_id,
            cycle_id=cycle_id,
        )
    )
    contests.refuse_entrant(act, competition)
    contests.record(act, "competition_announced", competition, post=wanted.post, seats=wanted.seats)
    take_in(act, competition, {})
    return competition


def enter(act: Act, case: PromotionCase) -> None:
    """Enter a case that comes into this stage in the competition that is open for it.

    It waits for one that is announced and opens later; where none is announced it is stuck.
    """
    competition = entrants.competition_for(act, case)
    if competition is None:
        cases.mark_stuck(act, case, "no_competition_announced")
    elif competition.opens_at > act.now:
        _set_due(case, competition.opens_at)
    else:
        _enter(act, competition, case)


def resume(act: Act, case: PromotionCase) -> None:
    """Enter a case that still waits outside; one that has entered goes on with its competition."""
    if act.first(select(Entry.id).where(Entry.round_id == case.round_id)) is None:
        enter(act, case)


def take_in(act: Act, competition: Competition, _field: Field) -> None:
    """Let every case enter that waits for this competition, once it is open and as long as it is."""
    for case in entrants.waiting_for(act, competition):
        _enter(act, competition, case)


def close_entries(act: Act, competition: Competition, field: Field) -> None:
    """Close the entries when their time is over: HR seats the panel, or decides where there are too few."""
    if competition.state is not CompetitionState.ANNOUNCED or competition.closes_at > act.now:
        return
    entries = len(contests.running_in(field))
    competition.state = CompetitionState.CLOSED
    contests.record(act, "entries_closed", competition, entries=entries)
    is_enough = entries >= contests.rules_of(act, competition).minimum_entries
    contests.ask_hr(act, TaskKind.SEAT_PANEL if is_enough else TaskKind.DECIDE_ENTRIES, competition)


def extend(act: Act, competition: Competition, field: Field, *, closes_on: date) -> None:
    """Keep the competition open, or open it again, until a later day; cases that wait enter at once.

    Raises StageMoved once judges score, OwnCase to an entrant, Invalid unless the day is later and to come.
    """
    _require_before_panel(act, competition)
    today = _today(act, competition)
    if closes_on <= competition.closes_on or closes_on < today:
        earliest = max(competition.closes_on + timedelta(days=1), today)
        raise Invalid(reason="not_a_later_day", earliest=earliest)
    contest_tasks.complete(act, TaskKind.DECIDE_ENTRIES, competition)
    contest_tasks.close(act, competition, TaskKind.SEAT_PANEL)
    competition.state = CompetitionState.ANNOUNCED
    competition.closes_on = closes_on
    competition.closes_at = _last_instant(closes_on, _zone(act, competition))
    for case in contests.running_in(field):
        _set_due(case, competition.closes_at)
    contests.record(act, "competition_extended", competition, closes_on=closes_on.isoformat())
    act.db.flush()
    take_in(act, competition, field)


def cancel(act: Act, competition: Competition, field: Field, *, reason: str) -> None:
    """Call the competition off with a reason; its cases wait for the next one.

    Raises StageMoved once judges score, OwnCase to an entrant, ReasonMissing.
    """
    _require_before_panel(act, competition)
    cases.require_reason(reason)
    contest_tasks.complete(act, TaskKind.DECIDE_ENTRIES, competition)
    _call_off(act, competition, reason)
    running = contests.running_in(field)
    for entry in contests.entries_of(act, competition, running):
        act.db.delete(entry)
    act.db.flush()
    for case in running:
        journal.record(act, "competition_cancelled", case=case, competition=competition.id, text=reason)
        enter(act, case)


def end_deserted(act: Act, competition: Competition, field: Field) -> None:
    """Call off a competition whose entrants have all left it; nobody is asked anything about it any more."""
    if competition.state in contests.UNDER_WAY and field and not contests.running_in(field):
        _call_off(act, competition)


def _call_off(act: Act, competition: Competition, reason: str | None = None) -> None:
    contest_tasks.close(act, competition)
    competition.state = CompetitionState.CANCELLED
    contests.record(act, "competition_cancelled", competition, text=reason)


def _require_before_panel(act: Act, competition: Competition) -> None:
    contests.refuse_entrant(act, competition)
    contests.require_state(competition, CompetitionState.ANNOUNCED, CompetitionState.CLOSED)


def _check(act: Act, wanted: Announcement, closes_on: date) -> None:
    today = deadlines.local_day(act.now, act.person.site.time_zone)
    if wanted.opens_on < today:
        raise Invalid(reason="opens_in_the_past", earliest=today)
    if closes_on < wanted.opens_on or wanted.seats < 1:
        raise Invalid(reason="competition_dates_or_seats")
    if wanted.department_id is not None and act.db.get(Department, wanted.department_id) is None:
        raise Invalid(reason="no_such_department")


def _default_close(act: Act, rules: CompetitionRules, opens_on: date) -> date:
    return deadlines.add_working_days(opens_on, rules.announcement_days, calendar_of(act.person.site))


def _last_instant(closes_on: date, zone: str) -> datetime:
    return deadlines.local_midnight(closes_on + timedelta(days=1), zone)


def _zone(act: Act, competition: Competition) -> str:
    return act.db.get_one(Employee, competition.opened_by_id).site.time_zone


def _today(act: Act, competition: Competition) -> date:
    return deadlines.local_day(act.now, _zone(act, competition))


def _enter(act: Act, competition: Competition, case: PromotionCase) -> None:
    assert case.round_id is not None
    cases.free(act, case)
    act.add(Entry(competition_id=competition.id, case_id=case.id, round_id=case.round_id))
    _set_due(case, competition.closes_at)
    journal.record(act, "competition_entered", case=case, competition=competition.id)


def _set_due(case: PromotionCase, due_at: datetime) -> None:
    assert case.round is not None
    case.round.due_at = due_at
