"""The edges a whole cycle must go by, each with how it is recognised in the database afterwards."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from workflow.models import ApprovalStep, JournalEntry, Recusal, ReviewRequest, Vote
from workflow.process import MOVES, Trigger
from workflow.vocabulary import Nominator, RequestState, VoteResult


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


# What nothing in the product does yet.
_TO_COME = frozenset(
    {
        Trigger.CALL_UP,
        Trigger.EXPIRE,
        Trigger.REOPEN_REVIEW,
        Trigger.REOPEN_COMPETITION,
        Trigger.REOPEN_COMMITTEE,
    }
)

_MOVES = {
    f"{source} ─ {move.trigger} → {move.to}": moved(move.trigger, source)
    for move in MOVES
    for source in move.sources
    if move.trigger not in _TO_COME
}

_NOMINATION = {
    **{
        f"put forward by {nominator}": noted("case_opened", nominated_as=nominator)
        for nominator in (Nominator.MANAGER, Nominator.SELF, Nominator.HR)
    },
    "returned to its author": noted("nomination_returned"),
    "resubmitted": noted("nomination_resubmitted"),
    "rule waived": noted("rule_waived"),
    "advised against by the line manager": noted("approval_refused", is_advice=True),
    "signed once for two seats, or by nominating": noted("approval_skipped"),
    "signed above a manager who has left": rows(
        select(ApprovalStep.id).where(ApprovalStep.resolved.contains(":left"))
    ),
}

_REVIEW = {
    "rater declined": rows(
        select(ReviewRequest.id).where(
            ReviewRequest.state.in_([RequestState.DECLINED, RequestState.REPLACED])
        )
    ),
}

_COMPETITION = {
    "competition decided": noted("competition_decided"),
    "late judge dropped": noted("judges_dropped"),
}

_COMMITTEE = {
    "member declared an interest": rows(select(Recusal.id).where(Recusal.is_declared)),
    "extended for want of a quorum": noted("vote_extended"),
    "tied, one more ballot": rows(select(Vote.id).where(Vote.result == VoteResult.REPEAT)),
}

_MENTORING = {
    "mentor replaced": lambda traces: sum(
        times > 1 for times in Counter(entry.case_id for entry in traces.journal["mentor_named"]).values()
    ),
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
