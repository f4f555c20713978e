"""How what is due is done: each case, competition or cycle through the door, in a transaction of its own."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps

from workflow import cases, letters, mentoring, nominations, objections, tasks
from workflow.act import Act
from workflow.models import Competition, Cycle, PromotionCase
from workflow.store import Door
from workflow.vocabulary import CONFIDENTIAL_TASKS, Stage, TaskKind

# Does what is due to the case, the competition or the cycle of that key.
Deed = Callable[[Door, int, datetime], None]

# Who hands a task on whose holder has left; a case with a task of another kind is stuck until HR acts.
HAND_ON: dict[TaskKind, Callable[[Act, PromotionCase], None]] = {
    TaskKind.SUBMIT_NOMINATION: nominations.replace_author,
    TaskKind.REVISE_NOMINATION: nominations.replace_author,
    TaskKind.APPROVE: nominations.resume,
    TaskKind.ACKNOWLEDGE_LETTER: letters.give_up,
    TaskKind.AGREE_PLAN: mentoring.replace_mentor,
    TaskKind.CHECK_IN: mentoring.replace_mentor,
    TaskKind.PERFORMANCE_CHECK: mentoring.pass_performance_checks_on,
    TaskKind.CONFIRM: mentoring.pass_decision_on,
}


def to_case(verb: Callable[[Act, PromotionCase], object]) -> Deed:
    """A verb on a case as a deed."""

    @wraps(verb)
    def deed(door: Door, key: int, now: datetime) -> None:
        with door.changing(key, now=now) as (act, case):
            verb(act, case)

    return deed


def to_contender(verb: Callable[[Act, PromotionCase], None]) -> Deed:
    """A verb on a case that asks for a place of its cycle or competition, or for its release, as a deed."""

    @wraps(verb)
    def deed(door: Door, key: int, now: datetime) -> None:
        with door.contending(key, now=now) as (act, case):
            verb(act, case)

    return deed


def to_competition(verb: Callable[[Act, Competition, dict[int, PromotionCase]], None]) -> Deed:
    """A verb on a competition and its cases as a deed."""

    @wraps(verb)
    def deed(door: Door, key: int, now: datetime) -> None:
        with door.competing(key, now=now) as (act, competition, field):
            verb(act, competition, field)

    return deed


def to_cycle(verb: Callable[[Act, Cycle], None]) -> Deed:
    """A verb on a cycle as a deed."""

    @wraps(verb)
    def deed(door: Door, key: int, now: datetime) -> None:
        with door.in_cycle(key, now=now) as (act, cycle):
            verb(act, cycle)

    return deed


def in_chunks(verb: Callable[[Act, Cycle], bool]) -> Deed:
    """A verb that does a part each time, in a transaction of its own, so that nobody waits long."""

    @wraps(verb)
    def deed(door: Door, key: int, now: datetime) -> None:
        is_more = True
        while is_more:
            with door.in_cycle(key, now=now) as (act, cycle):
                is_more = verb(act, cycle)

    return deed


def hand_on(act: Act, case: PromotionCase) -> None:
    """Pass on what waits for somebody who has left; what cannot be passed on makes the case stuck."""
    held = tasks.held_by_the_gone(act, case)
    # One verb may hand several kinds on.
    for verb in dict.fromkeys(HAND_ON[kind] for kind in sorted(held) if kind in HAND_ON):
        verb(act, case)
    if tasks.held_by_the_gone(act, case) - CONFIDENTIAL_TASKS:
        cases.mark_stuck(act, case, "somebody_has_left")


def ask_others(act: Act, case: PromotionCase) -> None:
    """Ask somebody else where nobody is left who holds the role a task was given to."""
    if case.stage is Stage.NOTICE:
        objections.resume(act, case)
    elif case.pending is not None:
        cases.mark_stuck(act, case, "nobody_to_release")
    else:
        cases.mark_stuck(act, case, "nobody_in_role")
