"""The session that reads; whatever writes goes through the door."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy import Connection, Engine

from workflow.models import Base


class Reading(Session):
    """A session that only reads; on PostgreSQL each question is a transaction by itself.

    A transaction around them would show no less of what others do meanwhile, and cost a journey to begin it
    and one to end it; and after a ROLLBACK psycopg forgets every statement that it has prepared.
    """

    def get_bind(self, *args: Any, **options: Any) -> Engine | Connection:
        """The database, as it is read."""
        found = super().get_bind(*args, **options)
        return _by_itself(found) if isinstance(found, Engine) else found


@contextmanager
def asking() -> Iterator[Connection]:
    """A connection for a single question: a session around it costs as much again."""
    with _by_itself(db.engine).connect() as connection:
        yield connection


@lru_cache(maxsize=1)
def _by_itself(engine: Engine) -> Engine:
    return engine if engine.name == "sqlite" else engine.execution_options(isolation_level="AUTOCOMMIT")


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": Reading, "autoflush": False})
