"""What a rule answers: met, not met or unknown, with a stable reason and the facts it saw."""

from dataclasses import dataclass, field
from typing import Any

from workflow.vocabulary import Answer


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer, a stable reason code such as `approvals_missing`, and what the sentence about it needs."""

    answer: Answer
    reason: str
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def is_met(self) -> bool:
        """Whether the rule is met; unknown is not."""
        return self.answer is Answer.MET


def met(reason: str, /, **facts: Any) -> Verdict:
    """The rule is met."""
    return Verdict(Answer.MET, reason, facts)


def not_met(reason: str, /, **facts: Any) -> Verdict:
    """The rule is not met."""
    return Verdict(Answer.NOT_MET, reason, facts)


def unknown(reason: str, /, **facts: Any) -> Verdict:
    """It cannot be said whether the rule is met, because a fact is missing."""
    return Verdict(Answer.UNKNOWN, reason, facts)
