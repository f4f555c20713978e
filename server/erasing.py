"""One run of erasure through all that is kept, in one transaction: words, people, mails, access."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Engine, event, select

from api.erasure import erase_access
from notifications.erasure import erase_mails, forget_people
from workflow import erasure
from workflow.act import Act
from workflow.erasure import Counts
from workflow.errors import NotFound
from workflow.models import Employee
from workflow.retention import DataClass

_CHUNK = 500


class WordsRemain(Exception):
    """All is erased, but somebody was reading the file, so that old words still stand in its log."""


def erase(act: Act, number: str | None = None) -> Counts:
    """Erase whatever is due, or everything of the person with a number; how much of each kind.

    Raises NotFound, NotErasable.
    """
    return _what_is_due(act) if number is None else _all_of(act, number)


@contextmanager
def overwriting(engine: Engine) -> Iterator[None]:
    """Let nothing of what is erased remain in the file: SQLite would leave old words in pages it frees.

    Raises WordsRemain where the log cannot be cleared within the time a lock is waited for.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA secure_delete=ON"))
    yield
    with engine.connect() as connection:
        sqlite = connection.connection.dbapi_connection
        assert sqlite is not None
        [(is_busy, *_pages)] = sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if is_busy:
        raise WordsRemain


def _what_is_due(act: Act) -> Counts:
    people = erasure.due_people(act)
    counts = erasure.erase_words(act)
    for start in range(0, len(people), _CHUNK):
        counts += _people(act, people[start : start + _CHUNK])
    counts[DataClass.ACCESS] += erase_access(act)
    counts[DataClass.MAILS] = erase_mails(act)
    erasure.record(act, counts, people)
    return counts


def _all_of(act: Act, number: str) -> Counts:
    person = person_of(act, number)
    erasure.require_erasable(act, person)
    counts = erasure.erase_words(act, of=person)
    counts[DataClass.MAILS] = erase_mails(act, of=person.id)
    counts += _people(act, [person.id])
    erasure.record(act, counts, [person.id])
    return counts


def _people(act: Act, people: Sequence[int]) -> Counts:
    access = erase_access(act, people)
    forget_people(act, people)
    return Counter({DataClass.ACCESS: access, DataClass.PERSON: erasure.erase_people(act, people)})


def person_of(act: Act, number: str) -> Employee:
    """The person with an employee number, whose row is locked; raises NotFound."""
    query = select(Employee).where(Employee.number == number)
    person = act.first(query.with_for_update(key_share=True, of=Employee))
    if person is None:
        raise NotFound(kind="person", number=number)
    return person
