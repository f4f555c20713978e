"""What a database does for the statements of a piece of work."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event


@dataclass(frozen=True, slots=True)
class Watched:
    """The statements that were run, and what each was given."""

    engine: Engine
    statements: list[tuple[str, Any]] = field(default_factory=list)

    def plan(self, number: int, how: str = "") -> str:
        """How the database goes about one of them."""
        word = "EXPLAIN QUERY PLAN" if self.engine.dialect.name == "sqlite" else f"EXPLAIN {how}"
        statement, given = self.statements[number]
        with self.engine.connect() as connection:
            lines = connection.exec_driver_sql(f"{word} {statement}", given).all()
        return "\n".join(str(line[-1]) for line in lines)


@contextmanager
def watched(engine: Engine) -> Iterator[Watched]:
    """What is done to the rows of tables until the end of the block."""
    seen = Watched(engine)

    def note(_connection: object, _cursor: object, statement: str, given: Any, *_rest: object) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            # What is done to many rows is done to each alike.
            seen.statements.append((statement, given[0] if isinstance(given, list) else given))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)
