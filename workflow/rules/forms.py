"""Whether a review form may be handed in: known items, 1 to 5, enough answers, evidence at the ends."""

from collections.abc import Mapping, Sequence

from workflow.rules.edition import FormItem
from workflow.vocabulary import Source

_NEEDS_EVIDENCE = (1, 5)


def faults_of(
    answers: Mapping[str, int | None],
    evidence: Mapping[str, str],
    *,
    items: Sequence[FormItem],
    source: Source,
    share: float,
) -> list[dict[str, str]]:
    """Every fault as item and reason; an answer of None says "cannot judge".

    `share` (0 to 1) of the items must be answered. Customers need not give evidence.
    """
    asked = [item.key for item in items if source is not Source.CUSTOMER or item.for_customers]
    faults = [_fault(item, "unknown_item") for item in (*answers, *evidence) if item not in asked]
    faults += [_fault(item, "not_one_to_five") for item, value in answers.items() if not _is_in_range(value)]
    if source is not Source.CUSTOMER:
        faults += [
            _fault(item, "evidence_missing")
            for item, value in answers.items()
            if value in _NEEDS_EVIDENCE and not evidence.get(item, "").strip()
        ]
    answered = sum(answers.get(item) is not None for item in asked)
    if answered < share * len(asked):
        faults.append({"item": "", "reason": "too_few_answers"})
    return faults


def _is_in_range(value: int | None) -> bool:
    return value is None or 1 <= value <= 5


def _fault(item: str, reason: str) -> dict[str, str]:
    return {"item": item, "reason": reason}
