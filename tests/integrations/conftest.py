"""An empty organisation to import into."""

from collections.abc import Iterator

import pytest
from personnel_files import NOW
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from workflow.act import Act
from workflow.models import Base


@pytest.fixture
def act() -> Iterator[Act]:
    """An import that nobody has started by hand, on an empty SQLite database."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine, autoflush=False) as db:
        yield Act(db=db, by=None, now=NOW)
    engine.dispose()
