"""`python -m benchmarks.history`: an act in a case with 1,000 rows of history, beside one with 10."""

import argparse
from typing import Any

from sqlalchemy import Engine, String, cast, update

from benchmarks import past, rows
from benchmarks.approvals import nominate
from benchmarks.drafts import fresh
from benchmarks.growth import in_turns, tell
from benchmarks.signing import prepared, product, served, sign
from notifications.messages import announce
from workflow.models import JournalEntry, PromotionCase, Task
from workflow.store import Door
from workflow.vocabulary import TaskState

_SHORT, _LONG = 10, 1000
_FIRST = 100  # place in the chain: the case has been through something itself


def main() -> None:
    """Let every other case have been through much, then sign in turns in the ones and the others."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.history", description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--acts", type=int, default=600)
    given = parser.parse_args()
    engine = fresh(given.database)
    door = Door(engine, announce=announce)
    waiting = nominate(door, people=1470 * 2, cases=given.acts)
    last = max(one.case_id for one in waiting)
    for odd, length in enumerate((_SHORT, _LONG)):
        _lengthen(engine, odd, last, length)
    with served(product, engine.url.render_as_string(hide_password=False)) as port:
        acts = list(prepared(door, port, waiting))
        halves = [(port, [one for one in acts if one.case_id % 2 == odd]) for odd in (0, 1)]
        times = in_turns({"short": halves[0], "long": halves[1]}, sign)
    tell(1.2, f"an act with {_LONG:,} rows of history, of {_SHORT}, {given.database}", times)


def _lengthen(engine: Engine, odd: int, last: int, length: int) -> None:
    """As many entries in the journal, and tasks done long ago, for every case with an odd or even number."""
    count = (last + 1) // 2 * length

    def case_id(number: Any, _person: Any) -> Any:
        return number // length * 2 + odd

    def chain(number: Any, person: Any) -> Any:
        return "case/" + cast(case_id(number, person), String)

    def sequence(number: Any, _person: Any) -> Any:
        return number % length + _FIRST

    with rows.filling(engine) as connection:
        done = past.task(TaskState.DONE) | {"case_id": case_id}
        rows.write(connection, Task, count, **done)
        rows.write(connection, JournalEntry, count, case_id=case_id, **past.entry(chain, sequence))
        of_these = update(PromotionCase).where(PromotionCase.id % 2 == odd)
        connection.execute(of_these.values(journal_sequence=_FIRST + length))


if __name__ == "__main__":
    main()
