"""The organisation from a file: read it, map it, check every line, load it; in this order."""

from integrations.organisation.checking import check
from integrations.organisation.loading import Report, known_organisation, load
from integrations.organisation.mapping import ColumnMapping, read_mapping
from integrations.organisation.people import Difference, Known, Person, Plan, Problem
from integrations.organisation.reading import Rows, read_rows
from integrations.organisation.uploads import Upload, bring_in

__all__ = [
    "ColumnMapping",
    "Difference",
    "Known",
    "Person",
    "Plan",
    "Problem",
    "Report",
    "Rows",
    "Upload",
    "bring_in",
    "check",
    "known_organisation",
    "load",
    "read_mapping",
    "read_rows",
]
