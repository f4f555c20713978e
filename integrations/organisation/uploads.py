"""A file that HR sends over the API: read, checked and loaded, but it gives nobody a role."""

from dataclasses import dataclass, replace

from integrations.organisation.checking import check
from integrations.organisation.loading import Report, known_organisation, load
from integrations.organisation.people import Problem
from integrations.organisation.reading import read_rows
from workflow.act import Act
from workflow.permissions import require_no_case_on_its_way

# One person alone gives nobody a role: what a file says of them counts by command alone.
_LEFT_ALONE = frozenset({"roles", "hr_department"})


@dataclass(frozen=True, slots=True)
class Upload:
    """What has become of a file: lines below its header, columns that do not count here, bad lines."""

    lines: int
    left_alone: tuple[str, ...]
    problems: tuple[Problem, ...]
    report: Report


def bring_in(act: Act, data: bytes, *, skip_bad: bool) -> Upload:
    """Load a file with the product's own columns.

    Raises BadImport as `read_rows`, `check` and `load` do, and OwnCase to whoever has a case on its way:
    he would write on what it is decided by.
    """
    require_no_case_on_its_way(act.db, act.by)
    rows = read_rows(data)
    plan = check(rows, None, known_organisation(act))
    counted = replace(plan, given=plan.given - _LEFT_ALONE)
    report = load(act, counted, skip_bad=skip_bad)
    return Upload(len(rows), tuple(sorted(plan.given & _LEFT_ALONE)), plan.problems, report)
