"""Companies driven to a point of the road once and then copied for every test that starts there."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.company import Company, a_company
from tests.databases import compiling_once, fresh_sqlite
from workflow.database import connect
from workflow.store import Door

# What drives a new company somewhere and gives the keys of what it made.
Beginning = Callable[[Company], tuple[int, ...]]


@contextmanager
def begun(folder: Path, beginning: Beginning) -> Iterator[tuple[Company, tuple[int, ...]]]:
    """A company of one's own on SQLite, as it was when the beginning was over."""
    template, company, made = kept(beginning)
    file = shutil.copy(template, folder / "begun.db")
    engine = compiling_once(connect(f"sqlite:///{file}"))
    yield Company(Door(engine), company.edition_id, company.now, dict(company.ids)), made
    engine.dispose()


def moved_into(door: Door, beginning: Beginning) -> Company:
    """The company as it was when the beginning was over, in the place of an empty SQLite database."""
    template, company, _ = kept(beginning)
    door.engine.dispose()
    shutil.copy(template, str(door.engine.url.database))
    return Company(door, company.edition_id, company.now, dict(company.ids))


def nothing(_company: Company) -> tuple[int, ...]:
    """No more than the company itself."""
    return ()


@cache
def kept(beginning: Beginning) -> tuple[Path, Company, tuple[int, ...]]:
    """The file that is copied, the company in it, and the keys of what the beginning made."""
    folder = Path(mkdtemp(prefix="jinsheng-begun-"))
    engine = fresh_sqlite(folder)
    door = Door(engine)
    company = a_company(door) if beginning is nothing else moved_into(door, nothing)
    made = beginning(company)
    # Closing the last connection writes everything into the one file that is copied.
    engine.dispose()
    return folder / "jinsheng.db", company, made
