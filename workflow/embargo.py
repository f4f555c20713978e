"""Decisions of a cycle wait for their release together: until then only the committee and HR know them."""

from sqlalchemy import select

from workflow import cases, journal, tasks
from workflow.act import Act
from workflow.models import Cycle, PromotionCase, RoleHolding
from workflow.process import Trigger
from workflow.relations import is_running
from workflow.vocabulary import Role, TaskKind, TaskState

_DAYS = 5


def hold(act: Act, case: PromotionCase, trigger: Trigger) -> None:
    """Keep what follows for the case until the cycle's decisions are released, and ask HR for that."""
    assert case.cycle_id is not None
    case.pending = trigger.value
    act.db.flush()
    ask_for_release(act, act.db.get_one(Cycle, case.cycle_id))


def ask_for_release(act: Act, cycle: Cycle) -> None:
    """Give HR one task for the whole cycle while decisions wait, but never to a candidate of the cycle."""
    waiting = act.first(
        select(PromotionCase)
        .where(PromotionCase.cycle_id == cycle.id, PromotionCase.pending.is_not(None))
        .order_by(PromotionCase.id)
    )
    task = tasks.latest_about(act, TaskKind.RELEASE_DECISIONS, cycle.id)
    if waiting is None or (task is not None and task.state is TaskState.OPEN):
        return
    tasks.open_for_office(
        act,
        TaskKind.RELEASE_DECISIONS,
        near=waiting.candidate,
        edition_id=cycle.edition_id,
        due_at=cases.due_in(act, waiting, _DAYS),
        subject_id=cycle.id,
        excluding=_candidates_in_hr(act, cycle),
        waits=True,
    )


def spare_release(act: Act, cycle: Cycle) -> None:
    """Take the task to release decisions back from HR where every one of them has lapsed."""
    waiting = select(PromotionCase.id).where(
        PromotionCase.cycle_id == cycle.id, PromotionCase.pending.is_not(None)
    )
    task = tasks.latest_about(act, TaskKind.RELEASE_DECISIONS, cycle.id)
    if act.first(waiting) is None and task is not None and task.state is TaskState.OPEN:
        tasks.close(act, task)


def set_aside(act: Act, case: PromotionCase, reason: str) -> None:
    """Note that there is no place left for the case; it goes to the reserve with the release."""
    journal.record(act, "case_set_aside", case=case, reason=reason)
    hold(act, case, Trigger.PLACE_IN_RESERVE)


def _candidates_in_hr(act: Act, cycle: Cycle) -> list[int]:
    return list(
        act.all(
            select(PromotionCase.candidate_id)
            .join(RoleHolding, RoleHolding.employee_id == PromotionCase.candidate_id)
            .where(PromotionCase.cycle_id == cycle.id, is_running(PromotionCase), RoleHolding.role == Role.HR)
        )
    )
