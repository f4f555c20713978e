"""The chain of signatures of a nomination as it stands: its seats, who sits in them, who has signed."""

from functools import cache
from typing import Any

from sqlalchemy import bindparam, inspect, select, update

from workflow.act import Act
from workflow.models import ApprovalStep, Employee, PromotionCase, as_value, bare_table, columns
from workflow.prepared import Prepared
from workflow.rules import approvals as rules
from workflow.signers import signers_for
from workflow.substitutes import namers_of
from workflow.vocabulary import StepState

# What becomes of a step in the course of its chain.
_CHANGING = ("state", "approver_id", "decided_at", "reason", "resolved", "on_behalf_of_id")


def steps(act: Act, case: PromotionCase) -> list[ApprovalStep]:
    """All steps of the round in order, those of chains that were returned included.

    They are values: `write_back` stores what has become of them in one statement.
    """
    return [as_value(ApprovalStep, row) for row in act.ask(_steps(), {"round": case.round_id})]


def running(act: Act, case: PromotionCase) -> list[ApprovalStep]:
    """The steps of the last chain of the round."""
    found = steps(act, case)
    return [step for step in found if step.attempt == found[-1].attempt]


def are_complete(act: Act, case: PromotionCase) -> bool:
    """Whether no signature of the running chain is missing."""
    chain = running(act, case)
    return bool(chain) and not any(step.state in rules.UNSIGNED for step in chain)


def signing(chain: list[ApprovalStep]) -> set[int]:
    """Whoever has signed in this chain, himself or by a substitute, or is asked to, be he added."""
    seated = [step for step in chain if step.decided_at is not None or step.state is StepState.OPEN]
    people = {person for step in seated for person in (step.approver_id, step.on_behalf_of_id)}
    return {person for person in people if person is not None}


def namers(act: Act, chain: list[ApprovalStep]) -> set[int]:
    """Whoever has chosen, for somebody else, a substitute who has signed in this chain."""
    signed = [step for step in chain if step.on_behalf_of_id is not None]
    queries = [namers_of(step.on_behalf_of_id, step.approver_id, step.decided_at) for step in signed]
    return {person for query in queries for person in act.all(query)}


def has_part_in(act: Act, case: PromotionCase, person: Employee, *, besides: int | None = None) -> bool:
    """Whether somebody signs in the chain, or would if no seat were given away; `besides` one seat."""
    others = [step for step in running(act, case) if step.id != besides]
    own, _ = signers_for(act, case, [step.seat for step in others if not step.is_added])
    named = {step.named_id for step in others if step.state in rules.UNSIGNED}
    return person.id in signing(others) | named | {one.person for one in own}


def name(act: Act, step_id: int | None, person: Employee) -> None:
    """Seat somebody by name in a step that waits for a signature."""
    seated = update(ApprovalStep).where(ApprovalStep.id == step_id)
    act.execute(seated.values(named_id=person.id, approver_id=person.id))


def write_back(act: Act, chain: list[ApprovalStep]) -> None:
    """Store what has become of the steps of a chain, where anything has."""
    changed = [step for step in chain if step not in act.db and inspect(step).modified]
    rows = [{"key": step.id} | {name: getattr(step, name) for name in _CHANGING} for step in changed]
    if rows:
        act.tell(_written_back(), *rows)


@cache
def _steps() -> Prepared:
    of_round = ApprovalStep.round_id == bindparam("round")
    found = select(*columns(ApprovalStep).values()).where(of_round)
    return Prepared(found.order_by(ApprovalStep.position))


@cache
def _written_back() -> Prepared:
    table = bare_table(ApprovalStep)
    values: dict[str, Any] = {name: bindparam(name) for name in _CHANGING}
    return Prepared(update(table).where(table.c.id == bindparam("key")).values(values))
