"""The internal competition: announce, enter, seat the panel, score under seal, decide by merit."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from workflow import cases, journal, panels, scoring, sealing, tasks
from workflow.act import Act
from workflow.editions.library import edition_of
from workflow.errors import (
    Invalid,
    NotFound,
    ScoringClosed,
    StageMoved,
    TooFewJudges,
)
from workflow.models import Competition, Employee, Entry, Judge, PromotionCase, SealedScore
from workflow.process import Trigger
from workflow.rules.sheets import faults_of
from workflow.vocabulary import CompetitionState, Level, Stage, TaskKind, TaskState, Track


def announce(
    act: Act,
    *,
    name: str,
    edition_id: int,
    track: Track,
    level: Level,
    post: str,
    seats: int,
    opens_on: date,
    closes_on: date,
    cycle_id: int | None = None,
) -> Competition:
    """Announce a competition for a post; cases that already wait for one enter it at once."""
    step = edition_of(act.db, edition_id).step(track, level)
    if step is None or step.competition is None or post not in step.posts:
        raise Invalid(reason="no_competition_for_this_post", post=post)
    if closes_on < opens_on or seats < 1:
        raise Invalid(reason="competition_dates_or_seats")
    competition = act.add(
        Competition(
            name=name,
            target_track=track,
            target_level=level,
            target_post=post,
            seats=seats,
            opens_on=opens_on,
            closes_on=closes_on,
            opened_by_id=act.person.id,
            cycle_id=cycle_id,
        )
    )
    journal.record(act, "competition_announced", chain=_chain(competition), post=post, seats=seats)
    for case in _waiting_for(act, competition):
        _enter(act, competition, case)
    return competition


def enter(act: Act, case: PromotionCase) -> None:
    """Enter a case that comes into this stage; without an announced competition it is stuck."""
    same_post = select(Competition).where(
        Competition.target_post == case.target_post,
        Competition.target_level == case.target_level,
        Competition.target_track == case.target_track,
        Competition.state == CompetitionState.ANNOUNCED,
    )
    # Locked, so that no panel is seated for the others alone in the meantime.
    competition = act.first(same_post.order_by(Competition.id).with_for_update())
    if competition is None:
        cases.mark_stuck(act, case, "no_competition_announced")
        return
    _enter(act, competition, case)


def resume(act: Act, case: PromotionCase) -> None:
    """Enter a case that still waits outside; for one that has entered, ask HR again for what is next."""
    entered = select(Competition).join(Entry, Entry.competition_id == Competition.id)
    competition = act.first(entered.where(Entry.round_id == case.round_id))
    if competition is None:
        enter(act, case)
    elif competition.state is CompetitionState.ANNOUNCED:
        _ask_for_panel(act, competition, case)
    elif scoring.are_open(act, competition):
        _ask_for_decision(act, competition, case)


def seat_panel(
    act: Act, competition: Competition, field: Mapping[int, PromotionCase], judges: Sequence[Employee]
) -> None:
    """Seat the judges and ask each for a sheet per entry.

    Raises TooFewJudges, Conflicted (who and why), StageMoved once scoring has begun, OwnCase to an entrant.
    """
    panels.refuse_entrant(act, field)
    if competition.state is not CompetitionState.ANNOUNCED:
        raise StageMoved(stage=competition.state, expected=[CompetitionState.ANNOUNCED])
    running = panels.running_in(field)
    if not running:
        raise Invalid(reason="no_entries")
    judges = list({judge.id: judge for judge in judges}.values())
    rules = scoring.rules_of(act, running[0])
    if not rules.minimum_judges <= len(judges) <= rules.maximum_judges:
        raise TooFewJudges(minimum=rules.minimum_judges, maximum=rules.maximum_judges, given=len(judges))
    panels.require_fit(act, running, judges)
    tasks.complete_for_subject(act, TaskKind.SEAT_PANEL, competition.id)
    competition.state = CompetitionState.SCORING
    panels.seat(act, competition, running, judges)
    journal.record(act, "panel_seated", chain=_chain(competition), judges=[judge.number for judge in judges])


def score(
    act: Act,
    competition: Competition,
    field: Mapping[int, PromotionCase],
    case: PromotionCase,
    *,
    sheet: dict[str, float],
) -> None:
    """Hand in one's sheet for an entry, or replace it while any sheet is missing.

    Raises ScoringClosed, NotFound to whoever is no judge, Invalid with every fault of the sheet.
    """
    judge, entry = _judge(act, competition), scoring.require_entry(act, competition, case)
    if competition.state is not CompetitionState.SCORING or scoring.are_open(act, competition):
        raise ScoringClosed(state=competition.state)
    faults = faults_of(sheet, scoring.rules_of(act, case).criteria)
    if faults:
        raise Invalid(reason="sheet_incomplete", faults=faults)
    key = sealing.new_key(act, entry.round_id)
    act.db.merge(
        SealedScore(entry_id=entry.id, judge_id=judge.id, sealed=sealing.seal(key, {"sheet": sheet}))
    )
    task = tasks.latest(act, case, TaskKind.SCORE, assignee_id=act.person.id)
    if task is not None and task.state is TaskState.OPEN:
        tasks.complete(act, task)
        journal.record(act, "score_entered", case=case)
    act.db.flush()
    open_if_all_in(act, competition, field)


def go_on_without_missing(act: Act, competition: Competition, field: Mapping[int, PromotionCase]) -> None:
    """Go on without judges who have left or are late; with too few others, every entry is stuck."""
    running = panels.running_in(field)
    is_judged = competition.state is CompetitionState.SCORING and not scoring.are_open(act, competition)
    if is_judged and running and not panels.drop_missing(act, competition, running):
        for case in running:
            cases.mark_stuck(act, case, "judge_missing")
        return
    open_if_all_in(act, competition, field)


def open_if_all_in(act: Act, competition: Competition, field: Mapping[int, PromotionCase]) -> None:
    """Open all sheets at once when none is missing, work out the order of merit, ask HR to decide.

    A competition whose entrants have all withdrawn is cancelled.
    """
    running = panels.running_in(field)
    if competition.state is not CompetitionState.SCORING:
        return
    if not running:
        competition.state = CompetitionState.CANCELLED
        journal.record(act, "competition_cancelled", chain=_chain(competition))
        return
    if scoring.missing_sheets(act, competition, running):
        return
    act.hand_over()
    scoring.open_sheets(act, competition, running)
    for case in running:
        cases.free(act, case)
    _ask_for_decision(act, competition, running[0])
    journal.record(act, "scores_opened", chain=_chain(competition), entries=len(running))


def decide(act: Act, competition: Competition, field: Mapping[int, PromotionCase], *, reason: str) -> None:
    """Send the first places to the committee, the others above the floor to the reserve, signed by HR.

    Equal composites at the cut go on together. Raises StageMoved while sheets are sealed, and OwnCase
    to an entrant.
    """
    panels.refuse_entrant(act, field)
    cases.require_reason(reason)
    if competition.state is not CompetitionState.SCORING or not scoring.are_open(act, competition):
        raise StageMoved(stage=competition.state, expected=["scores_open"])
    tasks.complete_for_subject(act, TaskKind.WRITE_DECISION, competition.id)
    competition.state = CompetitionState.DECIDED
    competition.decided_at = act.now
    act.db.flush()
    running = [
        entry
        for entry in scoring.entries(act, competition)
        if field[entry.case_id].stage is Stage.COMPETITION
    ]
    # Whoever has withdrawn since the opening leaves the place to the next.
    scoring.rank(running)
    for entry in running:
        _place(act, competition, entry, field[entry.case_id], reason)
    journal.record(act, "competition_decided", chain=_chain(competition), text=reason)


def _place(act: Act, competition: Competition, entry: Entry, case: PromotionCase, reason: str) -> None:
    floor = scoring.rules_of(act, case).floor
    journal.record(act, "competition_placed", case=case, place=entry.place, seats=competition.seats)
    if entry.score is None or entry.place is None or entry.score < floor:
        cases.decide(act, case, text=reason, internal_reason="")
        cases.advance(act, case, Trigger.PASS_OVER, reason=reason)
    elif entry.place <= competition.seats:
        cases.advance(act, case, Trigger.CONVENE, reason=reason)
    else:
        cases.advance(act, case, Trigger.PLACE_IN_RESERVE, reason=reason)


def _enter(act: Act, competition: Competition, case: PromotionCase) -> None:
    assert case.round is not None
    cases.free(act, case)
    act.add(Entry(competition_id=competition.id, case_id=case.id, round_id=case.round.id))
    case.round.due_at = cases.due_in(act, case, scoring.rules_of(act, case).announcement_days)
    journal.record(act, "competition_entered", case=case, competition=competition.id)
    _ask_for_panel(act, competition, case)


def _ask_for_panel(act: Act, competition: Competition, case: PromotionCase) -> None:
    assert case.round is not None
    assert case.round.due_at is not None
    if not _is_asked(act, TaskKind.SEAT_PANEL, competition):
        cases.ask_hr(
            act,
            case,
            TaskKind.SEAT_PANEL,
            due_at=case.round.due_at,
            subject_id=competition.id,
            outlives_case=True,
        )


def _ask_for_decision(act: Act, competition: Competition, case: PromotionCase) -> None:
    if not _is_asked(act, TaskKind.WRITE_DECISION, competition):
        cases.ask_hr(
            act,
            case,
            TaskKind.WRITE_DECISION,
            due_at=cases.due_in(act, case, 3),
            subject_id=competition.id,
            detail="order_of_merit",
            outlives_case=True,
        )


def _is_asked(act: Act, kind: TaskKind, competition: Competition) -> bool:
    task = tasks.latest_for_subject(act, kind, competition.id)
    return task is not None and task.state is TaskState.OPEN


def _waiting_for(act: Act, competition: Competition) -> Sequence[PromotionCase]:
    return act.all(
        select(PromotionCase)
        .where(
            PromotionCase.stage == Stage.COMPETITION,
            PromotionCase.target_post == competition.target_post,
            PromotionCase.target_level == competition.target_level,
            PromotionCase.target_track == competition.target_track,
            PromotionCase.stuck_reason == "no_competition_announced",
        )
        .order_by(PromotionCase.id)
        .with_for_update(of=PromotionCase)
    )


def _judge(act: Act, competition: Competition) -> Judge:
    judge = act.first(
        select(Judge).where(Judge.competition_id == competition.id, Judge.employee_id == act.person.id)
    )
    if judge is None:
        raise NotFound(kind="competition", id=competition.id)
    return judge


def _chain(competition: Competition) -> str:
    return f"competition/{competition.id}"
