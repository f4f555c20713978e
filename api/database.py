"""The session that reads; whatever writes goes through the door."""

from contextlib import suppress

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session
from sqlalchemy.exc import SQLAlchemyError

from workflow.models import Base


class Reading(Session):
    """A session that only reads, and ends what it has read by a COMMIT.

    After a ROLLBACK psycopg forgets every statement that it has prepared, and all are planned anew.
    """

    def close(self) -> None:
        """Let go of everything that was read."""
        if self.in_transaction():
            self.expunge_all()  # so that nothing is left to be written
            with suppress(SQLAlchemyError):
                self.commit()
        super().close()


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": Reading, "autoflush": False})
