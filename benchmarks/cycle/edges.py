"""The edges a whole cycle must go by, each with how it is recognised in the database afterwards."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select
from sqlalchemy.orm import Session

from workflow.models import (
    ApprovalStep,
    CareerStep,
    Employee,
    Entry,
    JournalEntry,
    Judge,
    PassedOver,
    Recusal,
    ReviewRequest,
    Task,
    Vote,
)
from workflow.process import MOVES, Trigger
from workflow.vocabulary import Nominator, RequestState, TaskKind, TaskState, VoteResult


@dataclass(frozen=True, slots=True)
class Traces:
    """What a cycle has left behind: the database, and its journal by action."""

    db: Session
    journal: dict[str, list[JournalEntry]]


# Counts how often an edge was gone by.
Count = Callable[[Traces], int]


def rows(query: Select[Any]) -> Count:
    """As often as the query finds a row."""
    return lambda traces: traces.db.scalar(select(func.count()).select_from(query.subquery())) or 0


def noted(action: str, **facts: Any) -> Count:
    """As often as the journal has an entry of that action with these facts among its own."""
    return lambda traces: sum(
        facts.items() <= {**entry.facts, "actor": entry.actor_id}.items()
        for entry in traces.journal.get(action, ())
    )


def moved(trigger: Trigger, source: str) -> Count:
    """As often as the trigger led a case out of a stage."""
    return noted("stage_entered", trigger=trigger, **{"from": source})


def _put_forward(nominator: Nominator) -> Count:
    return noted("case_opened", nominated_as=nominator)


def _requests(state: RequestState, condition: ColumnElement[bool]) -> Count:
    return rows(select(ReviewRequest.id).where(ReviewRequest.state == state, condition))


def _effects_put_off(traces: Traces) -> int:
    posted = [entry for entry in traces.journal["notice_posted"] if not entry.facts["is_contested"]]
    return sum(date.fromisoformat(entry.facts["effective_on"]) - entry.at.date() > _LATER for entry in posted)


def _mentors_replaced(traces: Traces) -> int:
    return sum(times > 1 for times in Counter(e.case_id for e in traces.journal["mentor_named"]).values())


_LATER = timedelta(days=30)  # longer than any notice
_BY_CUSTOMER = ReviewRequest.contact_id.is_not(None)
_IN_PANELS = select(Judge.competition_id).where(Judge.panel > 1)

_MOVES = {
    f"{source} ─ {move.trigger} → {move.to}": moved(move.trigger, source)
    for move in MOVES
    for source in move.sources
}

_NOMINATION = {
    "draft opened by the cycle": noted("draft_opened"),
    "opted out": noted("opted_out"),
    "went on when the days to opt out were over": noted("nomination_submitted", actor=None),
    "put forward by the manager": _put_forward(Nominator.MANAGER),
    "put forward by oneself": _put_forward(Nominator.SELF),
    "put forward by HR": _put_forward(Nominator.HR),
    "put forward by a peer": _put_forward(Nominator.PEER),
    "peer's candidate agreed": noted("consent_given"),
    "peer's candidate refused": noted("consent_refused"),
    "peer's candidate never answered": noted("consent_lapsed"),
    "author left before submitting": noted("author_replaced"),
    "returned to its author": noted("nomination_returned"),
    "resubmitted": noted("nomination_resubmitted"),
    "rule waived": noted("rule_waived"),
    "advised against by the line manager": noted("approval_refused", is_advice=True),
    "signed once for two seats, or by nominating": noted("approval_skipped"),
    "signed above somebody who has left": rows(
        select(ApprovalStep.id).where(ApprovalStep.resolved.contains(":left"))
    ),
    "approver left before signing": rows(
        select(Task.id)
        .join(Employee, Employee.id == Task.assignee_id)
        .where(Task.kind == TaskKind.APPROVE, Task.state == TaskState.CLOSED, ~Employee.is_active)
    ),
    "moved aside": rows(select(CareerStep.id).where(CareerStep.from_level == CareerStep.to_level)),
    "moved to another department": rows(
        select(CareerStep.id).where(CareerStep.from_department_id != CareerStep.to_department_id)
    ),
}

_REVIEW = {
    "candidate objected to a rater, dismissed": noted("rater_objection_decided", upheld=False),
    "candidate objected to a rater, upheld": noted("rater_objection_decided", upheld=True),
    "rater declined": _requests(RequestState.DECLINED, ~_BY_CUSTOMER),
    "rater left and was replaced": rows(
        select(ReviewRequest.id)
        .join(Employee, Employee.id == ReviewRequest.rater_id)
        .where(ReviewRequest.state == RequestState.REPLACED, ~Employee.is_active)
    ),
    "late raters replaced, more time": noted("review_extended"),
    "customer answered by link": _requests(RequestState.SUBMITTED, _BY_CUSTOMER),
    "customer declined by link": _requests(RequestState.DECLINED, _BY_CUSTOMER),
    "score waived": noted("review_score_waived"),
}

_COMPETITION = {
    "competition decided": noted("competition_decided"),
    "extended for want of entries": noted("competition_extended"),
    "competition with several panels": rows(_IN_PANELS.distinct()),
    "entry scored by one of several panels": rows(
        select(Entry.id).where(Entry.competition_id.in_(_IN_PANELS))
    ),
    "judge replaced": noted("judge_replaced"),
    "late judge dropped": noted("judges_dropped"),
    "outlying sheet confirmed": noted("score_confirmed"),
    "shortlist signed": noted("shortlist_signed"),
    "not shortlisted": noted("not_shortlisted"),
    "tied at the cut": rows(select(Entry.id).where(Entry.is_tied)),
}

_COMMITTEE = {
    "member recused by record": rows(select(Recusal.id).where(~Recusal.is_declared)),
    "member declared an interest": rows(select(Recusal.id).where(Recusal.is_declared)),
    "extended for want of a quorum": noted("vote_extended"),
    "alternates drawn": noted("alternates_drawn"),
    "stuck for want of a quorum": noted("case_stuck", reason="quorum_missing"),
    "tied, one more ballot": rows(select(Vote.id).where(Vote.result == VoteResult.REPEAT)),
    "passed over with a reason": rows(select(PassedOver.case_id)),
    "decision held for the release": noted("decision_signed"),
    "decisions released together": noted("decisions_released"),
}

_NOTICE = {
    "objection upheld": noted("objection_upheld"),
    "objection dismissed": noted("objection_dismissed"),
    "letter acknowledged": noted("letter_acknowledged"),
    "effect on a later day": _effects_put_off,
}

_MENTORING = {
    "duties acknowledged": noted("duties_acknowledged"),
    "mentor declined": noted("mentorship_refused"),
    "mentor replaced": _mentors_replaced,
    "performance checked": noted("performance_checked"),
}

_LEAVING = {
    "withdrawn because the candidate has left": noted("case_withdrawn", actor=None),
    "stuck, then set up again": noted("case_retried"),
}

EDGES: dict[str, dict[str, Count]] = {
    "moves": _MOVES,
    "nomination": _NOMINATION,
    "review": _REVIEW,
    "competition": _COMPETITION,
    "committee": _COMMITTEE,
    "notice": _NOTICE,
    "mentoring": _MENTORING,
    "people who leave": _LEAVING,
}
"""Section by section, what each edge is called and how it is counted."""


def gone_by(engine: Engine) -> dict[str, dict[str, int]]:
    """Section by section, how often the cycle in a database has gone by each edge."""
    with Session(engine) as db:
        journal: dict[str, list[JournalEntry]] = {}
        for entry in db.scalars(select(JournalEntry)):
            journal.setdefault(entry.action, []).append(entry)
        traces = Traces(db, journal)
        return {
            section: {name: count(traces) for name, count in edges.items()}
            for section, edges in EDGES.items()
        }


def not_driven(counts: dict[str, dict[str, int]]) -> list[str]:
    """The edges nobody has gone by, one sentence each."""
    every = chain.from_iterable(edges.items() for edges in counts.values())
    return [f"no case went by “{name}”" for name, count in every if not count]
