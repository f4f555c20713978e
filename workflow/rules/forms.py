"""Whether a review form may be handed in: known items, 1 to 5, enough answers, evidence at the ends."""

from collections.abc import Mapping, Sequence
from math import ceil

from workflow.rules.edition import FormItem
from workflow.vocabulary import Source

# What a customer says of the whole; no item of an edition can have this key.
OVERALL = "_overall"
_NEEDS_EVIDENCE = (1, 5)

Faults = list[dict[str, str | int]]


def items_for(source: Source, items: Sequence[FormItem]) -> tuple[FormItem, ...]:
    """The questions a rater of this source is asked: customers only those that are meant for them."""
    return tuple(item for item in items if item.for_customers or source is not Source.CUSTOMER)


def faults_of(
    answers: Mapping[str, int | None],
    evidence: Mapping[str, str],
    *,
    items: Sequence[FormItem],
    source: Source,
    share: float,
) -> Faults:
    """Every fault as item and reason; an answer of None says "cannot judge".

    `share` (0 to 1) of the items must be answered. Customers need not give evidence.
    """
    faults = faults_of_draft(answers, evidence, items=items, source=source)
    if source is not Source.CUSTOMER:
        faults += [
            _fault(item, "evidence_missing")
            for item, value in answers.items()
            if value in _NEEDS_EVIDENCE and not evidence.get(item, "").strip()
        ]
    asked = items_for(source, items)
    answered, needed = sum(answers.get(item.key) is not None for item in asked), ceil(share * len(asked))
    if answered < needed:
        counts = {"answered": answered, "needed": needed, "total": len(asked)}
        faults.append({"item": "", "reason": "too_few_answers", **counts})
    return faults


def faults_of_draft(
    answers: Mapping[str, int | None],
    evidence: Mapping[str, str],
    *,
    items: Sequence[FormItem],
    source: Source,
) -> Faults:
    """What is wrong even with a form that is still being written: unknown items, values off the scale."""
    asked = {item.key for item in items_for(source, items)}
    said = asked | {OVERALL} if source is Source.CUSTOMER else asked
    unknown = [item for item in answers if item not in asked] + [
        item for item in evidence if item not in said
    ]
    faults = [_fault(item, "unknown_item") for item in unknown]
    return faults + [
        _fault(item, "not_one_to_five") for item, value in answers.items() if not _is_in_range(value)
    ]


def _is_in_range(value: int | None) -> bool:
    return value is None or 1 <= value <= 5


def _fault(item: str, reason: str) -> dict[str, str | int]:
    return {"item": item, "reason": reason}
