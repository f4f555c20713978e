"""What time itself does: closes what is over and lets decisions take effect, one case a transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Select
from sqlalchemy.orm import Session

from workflow import (
    absences,
    agenda,
    alternates,
    cases,
    chairs,
    committees,
    competitions,
    drafts,
    embargo,
    judging,
    mentoring,
    nominations,
    notices,
    recusals,
    reserve,
    reviews,
    role_tasks,
    substitutes,
)
from workflow.contests import note_who_may_run
from workflow.database import reading
from workflow.errors import Refusal
from workflow.moment import moment
from workflow.store import Door
from workflow.sweeps import contests, gone, over
from workflow.sweeps.deeds import (
    Deed,
    ask_others,
    hand_on,
    in_chunks,
    to_case,
    to_competition,
    to_contender,
    to_cycle,
)

_log = structlog.get_logger()

SWEEPS: dict[str, tuple[Callable[[], Select[Any]], Deed]] = {
    "drafts_opened": (over.cycles_begun, in_chunks(drafts.open_some)),
    "late_drafts_opened": (over.facts_supplied, in_chunks(drafts.open_late)),
    "raters_replaced": (gone.raters_gone, to_case(reviews.replace_gone)),
    "reviews_closed": (over.reviews_over, to_case(reviews.close_due)),
    "members_recused": (gone.members_with_a_stake, to_case(recusals.by_record)),
    "voters_replaced": (gone.voters_gone, to_case(alternates.replace_gone)),
    "votes_closed": (over.votes_over, to_case(committees.close_due)),
    "effects_taken": (over.effects_due, to_case(notices.take_effect)),
    "cases_withdrawn": (gone.candidates_gone, to_case(cases.withdraw_leaver)),
    "drafts_settled": (over.drafts_over, to_case(nominations.settle_draft)),
    "facts_looked_at": (over.facts_completed, to_case(nominations.look_again)),
    "cases_entered": (contests.to_open, to_competition(competitions.take_in)),
    "contests_missed": (contests.missed, to_case(competitions.resume)),
    "entries_closed": (contests.to_close, to_competition(competitions.close_entries)),
    "contests_deserted": (contests.deserted, to_competition(competitions.end_deserted)),
    "judges_missed": (contests.judges_missing, to_competition(judging.see_to_panels)),
    "judges_recused": (contests.judges_with_a_stake, to_competition(judging.see_to_panels)),
    "successors_missed": (contests.successors_missing, to_competition(judging.see_to_panels)),
    "successors_spared": (contests.successors_unneeded, to_competition(judging.see_to_panels)),
    "sheets_opened": (contests.sheets_complete, to_competition(judging.open_if_all_in)),
    "contests_left_alone": (contests.run_by_nobody, to_competition(note_who_may_run)),
    "called_up": (reserve.to_fill, to_competition(reserve.fill_free_seats)),
    "reserves_expired": (reserve.expired, to_case(reserve.note_expiry)),
    "chairs_replaced": (gone.chairs_gone, to_case(chairs.pass_on)),
    "cases_set_aside": (over.places_gone, to_contender(agenda.set_aside)),
    "releases_spared": (over.releases_spared, to_cycle(embargo.spare_release)),
    "releases_asked": (over.releases_unasked, to_cycle(embargo.ask_for_release)),
    "approvers_replaced": (gone.approvers_with_a_stake, to_case(nominations.resume)),
    "mentors_replaced": (gone.mentors_kept_apart, to_case(mentoring.replace_mentor_apart)),
    "assessors_replaced": (gone.assessors_with_a_stake, to_case(mentoring.pass_assessments_on)),
    "tasks_handed_on": (gone.people_gone, to_case(hand_on)),
    "roles_found_empty": (gone.roles_empty, to_case(ask_others)),
}


def run(door: Door, *, now: datetime) -> dict[str, int]:
    """Do everything whose time has come; safe with any number of clocks, since each act re-checks.

    Returns how many cases (or competitions) each kind of act touched. What refuses waits for the next sweep.
    """
    shared = _share_tasks(door, now)
    with reading(door.engine) as db:
        done = {
            name: sum(_does(deed, door, key, now) for key in _due(db, find(), now))
            for name, (find, deed) in SWEEPS.items()
        }
    return {**done, "tasks_shared": shared}


def _due(db: Session, query: Select[Any], now: datetime) -> Sequence[int]:
    keys = db.scalars(query.distinct(), moment(now)).all()
    if keys:
        # What is looked for next is looked for in what is made of these.
        db.commit()
    return keys


def _does(deed: Deed, door: Door, key: int, now: datetime) -> int:
    try:
        deed(door, key, now)
    except Refusal as refusal:
        _log.info("sweep_refused", deed=deed.__name__, key=key, code=refusal.code)
        return 0
    except Exception:  # one broken case must not stop the clock for all others
        _log.exception("sweep_failed", deed=deed.__name__, key=key)
        return 0
    return 1


def _share_tasks(door: Door, now: datetime) -> int:
    try:
        with door.acting(now=now) as act:
            absences.end_of_leavers(act)
            return role_tasks.share_role_tasks(act) + substitutes.share(act)
    except Refusal as refusal:  # another clock has just shared them, or the next one will
        _log.info("sweep_refused", deed="share_role_tasks", code=refusal.code)
        return 0
