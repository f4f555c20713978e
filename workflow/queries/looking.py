"""An act that only looks: it lets verbs' checks be asked without asking the database twice."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select

from workflow.act import Act, T


@dataclass
class Looking(Act):
    """Answers a query that was asked before from memory; it must not outlive its request."""

    answers: dict[str, Any] = field(default_factory=dict)

    def first(self, query: Select[T]) -> T | None:
        """The first row the query finds, or None."""
        answer: T | None = self._remembered("first", query, lambda: Act.first(self, query))
        return answer

    def all(self, query: Select[T], known: Mapping[str, Any] | None = None) -> Sequence[T]:
        """Every row the query finds, first column; `known` is what it leaves open."""
        answer: Sequence[T] = self._remembered("all", query, lambda: Act.all(self, query, known), known)
        return answer

    def _remembered(
        self, wanted: str, query: Select[Any], ask: Callable[[], Any], known: Mapping[str, Any] | None = None
    ) -> Any:
        # SQLAlchemy's own comparison of two queries fails where their entities differ.
        compiled = query.compile()
        name = f"{wanted} {compiled} {compiled.params} {known}"
        if name not in self.answers:
            self.answers[name] = ask()
        return self.answers[name]
