"""The letters that a candidate was written about a case."""

from sqlalchemy import Select, select

from workflow.models import Letter


def of_case(case_id: int) -> Select[Letter]:
    """Query for the letters about a case, ordered by `Letter.id`."""
    return select(Letter).where(Letter.case_id == case_id)
