"""An act that only looks: it lets verbs' checks be asked without asking the database twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select

from workflow.act import Act, T


@dataclass
class Looking(Act):
    """Answers a query that was asked before from memory; it must not outlive its request."""

    firsts: list[tuple[Select[Any], Any]] = field(default_factory=list)
    alls: list[tuple[Select[Any], Any]] = field(default_factory=list)

    def first(self, query: Select[T]) -> T | None:
        """The first row the query finds, or None."""
        answer: T | None = _remembered(self.firsts, query, lambda: Act.first(self, query))
        return answer

    def all(self, query: Select[T]) -> Sequence[T]:
        """Every row the query finds, first column."""
        answer: Sequence[T] = _remembered(self.alls, query, lambda: Act.all(self, query))
        return answer


def _remembered(answers: list[tuple[Select[Any], Any]], query: Select[Any], ask: Callable[[], Any]) -> Any:
    for asked, answer in answers:
        if asked.compare(query):
            return answer
    answers.append((query, ask()))
    return answers[-1][1]
