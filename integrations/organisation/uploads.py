"""A file that HR sends over the API: read, checked and loaded, but it gives nobody a role."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from integrations.organisation.checking import check, unknown_column
from integrations.organisation.loading import Report, known_organisation, load
from integrations.organisation.mapping import renamed
from integrations.organisation.people import Problem
from integrations.organisation.reading import read_rows
from workflow.act import Act
from workflow.errors import BadImport, NotAllowed
from workflow.kept_apart import apart_from
from workflow.models import (
    AssignmentRecord,
    CertificateRecord,
    Demographics,
    Employee,
    PerformanceRecord,
    TrainingRecord,
)
from workflow.permissions import require_no_case_on_its_way
from workflow.vocabulary import ApartBecause

_PERSONAL_FILE = (PerformanceRecord, TrainingRecord, CertificateRecord, AssignmentRecord, Demographics)
# One person alone gives nobody a role: what a file says of them counts by command alone.
_LEFT_ALONE = frozenset({"roles", "hr_department"})


@dataclass(frozen=True, slots=True)
class Upload:
    """What has become of a file: lines below its header, columns that do not count here, bad lines.

    Columns that are not known are `ignored`; roles are `left_alone`.
    """

    lines: int
    ignored: tuple[str, ...]
    left_alone: tuple[str, ...]
    problems: tuple[Problem, ...]
    report: Report


def bring_in(act: Act, data: bytes, *, skip_bad: bool, names: str = "", skip_unknown: bool = False) -> Upload:
    """Load a file with the product's own columns, or with other `names` for some of them.

    A column that is not known is refused, or left out. Raises BadMapping as `renamed`, BadImport as
    `read_rows`, `check` and `load` do; OwnCase to whoever has a case on its way, and NotAllowed where it
    would change what is on file about himself or a relative: he would write on what cases are decided by.
    """
    require_no_case_on_its_way(act.db, act.by)
    relatives = act.all(apart_from({act.person.id}, because=ApartBecause.RELATIVE))
    own = {act.person.id, *relatives}
    before = _file_of(act, own)
    rows = read_rows(data)
    columns, unknown = renamed(rows.columns, names)
    if unknown and names and not skip_unknown:
        raise BadImport(lines=[unknown_column(column) for column in unknown])
    plan = check(rows, columns if names or skip_unknown else None, known_organisation(act))
    counted = replace(plan, given=plan.given - _LEFT_ALONE)
    report = load(act, counted, skip_bad=skip_bad)
    if _file_of(act, own) != before:
        raise NotAllowed(reason="file_about_oneself")
    return Upload(len(rows), unknown, tuple(sorted(plan.given & _LEFT_ALONE)), plan.problems, report)


def _file_of(act: Act, people: Collection[int]) -> list[tuple[Any, ...]]:
    """All that is on file about these people, to be compared."""
    queries = [select(Employee.__table__).where(Employee.id.in_(people))]
    queries += [select(model.__table__).where(model.employee_id.in_(people)) for model in _PERSONAL_FILE]
    return sorted((tuple(row) for query in queries for row in act.execute(query)), key=str)
