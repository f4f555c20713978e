"""Companies driven to a point of the road once and then copied for every test that starts there."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import Engine

from tests.company import Company, a_company
from tests.databases import compiling_once, emptied_postgresql, fresh_sqlite, keep, lay_down
from tests.remembering import Point, begin_at
from workflow.database import connect
from workflow.store import Door

# What drives a new company somewhere and gives the keys of what it made.
Beginning = Callable[[Company], tuple[int, ...]]
Made = tuple[int, ...]

_NUMBERS = count(1)


@contextmanager
def begun(folder: Path, beginning: Beginning) -> Iterator[tuple[Company, Made]]:
    """A company of one's own on SQLite, as it was when the beginning was over."""
    template, company, made = kept(beginning)
    file = shutil.copy(template, folder / "begun.db")
    engine = compiling_once(connect(f"sqlite:///{file}"))
    yield _copy_of(company, Door(engine), beginning), made
    engine.dispose()


def begun_on_postgresql(beginning: Beginning) -> tuple[Company, Made]:
    """The same in the PostgreSQL of this process, which holds nothing else then."""
    name, company, made = kept_on_postgresql(beginning)
    lay_down(company.door.engine, name)
    return _copy_of(company, company.door, beginning), made


def moved_into(door: Door, beginning: Beginning) -> Company:
    """The company as it was when the beginning was over, in the place of an empty database."""
    if door.engine.dialect.name == "postgresql":
        name, company, _ = kept_on_postgresql(beginning)
        lay_down(door.engine, name)
    else:
        template, company, _ = kept(beginning)
        door.engine.dispose()
        shutil.copy(template, str(door.engine.url.database))
    return _copy_of(company, door, beginning)


def nothing(_company: Company) -> Made:
    """No more than the company itself."""
    return ()


@cache
def kept(beginning: Beginning) -> tuple[Path, Company, Made]:
    """The file that is copied, the company in it, and the keys of what the beginning made."""
    folder = Path(mkdtemp(prefix="jinsheng-begun-"))
    engine = fresh_sqlite(folder)
    company, made = _driven(engine, beginning)
    # Closing the last connection writes everything into the one file that is copied.
    engine.dispose()
    return folder / "jinsheng.db", company, made


@cache
def kept_on_postgresql(beginning: Beginning) -> tuple[str, Company, Made]:
    """The same in the PostgreSQL of this process, under the name by which it is laid down again."""
    engine = emptied_postgresql()
    company, made = _driven(engine, beginning)
    name = f"begun_{next(_NUMBERS)}"
    keep(engine, name)
    return name, company, made


def _driven(engine: Engine, beginning: Beginning) -> tuple[Company, Made]:
    door = Door(engine)
    company = a_company(door) if beginning is nothing else moved_into(door, nothing)
    company.since = (
        None  # copied as a whole; of copies within it, lots drawn once more would give the same keys
    )
    return company, beginning(company)


def _copy_of(company: Company, door: Door, beginning: Beginning) -> Company:
    copy = Company(door, company.edition_id, company.now, dict(company.ids))
    begin_at(copy, _point(door.engine.dialect.name, beginning))
    return copy


@cache
def _point(_kind: str, _beginning: Beginning) -> Point:
    """Where companies stand after a beginning on one kind of database."""
    return Point()
